"""What only a GPU can show: streams, graphs, and that a launch neither waits nor allocates.

That each kernel gives there the CPU's results is tested where the kernel is, by the `isa` fixture.
"""

import pytest
import torch

from pyfrontiers import kernels

pytestmark = pytest.mark.usefixtures("gpu")

SEED = 0x0123456789ABCDEF
SHAPE = (4, 6, 33, 31)


def images(seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(SHAPE, generator=generator).to("cuda", dtype)


def everything(transports):
    """Calls by name, each of one tensor on the GPU."""
    mesh, poses = kernels.Mesh.sphere(8, 9).to("cuda"), transports.poses(2).to("cuda")
    random = kernels.TransformDistribution(noise=(0.1, 0.1))
    transforms = kernels.sample_transforms(3, random, seed=SEED, device="cuda")
    origin, grad = images(1), images(2) - 0.5
    labels = torch.arange(1000, device="cuda") % 10
    kept = torch.tensor([0, 2, 3], device="cuda")
    return {
        "dropout": lambda x: kernels.dropout(x, 0.3, seed=SEED),
        "dropout by channel": lambda x: kernels.dropout(x, 0.3, seed=SEED, granularity="channel"),
        "mc_dropout": lambda x: kernels.mc_dropout(x, 0.3, 7, seed=SEED),
        "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(x, 0.3, 70, seed=SEED),
        "gather": lambda x: torch.ops.pyfrontiers.gather(x, kept, kept + 1, True),
        "linf_step": lambda x: kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.2),
        "l2_step": lambda x: kernels.l2_step(x, grad, origin, step=0.5, epsilon=1.0),
        "l1_step": lambda x: kernels.l1_step(x, grad, origin, step=9.0, epsilon=5.0),
        "project": lambda x: kernels.project(x, origin, norm="l1", epsilon=4.0, bounds=(0.1, 0.9)),
        "project l0": lambda x: kernels.project(x, origin, norm="l0", epsilon=99),
        "moments": lambda x: torch.stack(kernels.moments(x)),
        "predictive": lambda x: torch.stack(kernels.predictive(x)[:2]),
        "predictive of many classes": lambda x: torch.stack(
            kernels.predictive(x.reshape(4, 6, 1023))[:2]
        ),
        "random_start": lambda x: kernels.random_start(x, norm="l2", epsilon=0.5, seed=SEED),
        "additive_noise": lambda x: kernels.additive_noise(x, 0.2, seed=SEED),
        "transform": lambda x: kernels.transform(x[:, :3].contiguous(), transforms),
        "render": lambda x: kernels.render(x[0, :3].contiguous(), mesh, poses, size=(40, 40)),
        "render_adjoint": lambda x: kernels.render_adjoint(
            x[:2, :3].contiguous(), mesh, poses, texture_size=(9, 9)
        ),
        "corrupt_labels": lambda x: (
            kernels.corrupt_labels(labels, 0.5, 10, seed=SEED)[0] + x.flatten()[:1000].int()
        ),
        "normal": lambda x: x + kernels.normal(x.shape, seed=SEED, device="cuda"),
        "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.4, seed=SEED, device="cuda"),
        "sample_transforms": lambda x: (
            kernels.sample_transforms(3, random, seed=SEED, device="cuda").linear + x[0, 0, 0, 0]
        ),
    }


@pytest.fixture
def calls(scenes):
    return everything(scenes)


NAMES = (
    *("dropout", "dropout by channel", "mc_dropout", "linf_step", "moments", "transform"),
    *("mc_dropout_mean", "gather"),
    *("render", "render_adjoint", "corrupt_labels", "normal", "dropout_mask", "sample_transforms"),
    *("l2_step", "l1_step", "project", "project l0"),
    *("predictive", "predictive of many classes", "random_start", "additive_noise"),
)
each_call = pytest.mark.parametrize("name", NAMES)


@each_call
def test_work_on_the_callers_stream_is_waited_for(calls, name):
    wanted = calls[name](images())
    late, stream = torch.zeros(SHAPE, device="cuda"), torch.cuda.Stream()
    source = images()
    torch.cuda.synchronize()
    with torch.cuda.stream(stream):
        torch.cuda._sleep(20_000_000)  # some ten milliseconds: whoever does not wait sees zeros
        late.copy_(source)
        result = calls[name](late)
        result.record_stream(stream)
    stream.synchronize()
    assert result.equal(wanted)


@each_call
def test_a_captured_graph_replays_the_call_on_new_values(calls, name):
    # A call that waited, or took memory behind torch's back, could not be captured.
    x = images()
    calls[name](x)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = calls[name](x)
    x.copy_(images(5))
    graph.replay()
    torch.cuda.synchronize()
    assert result.equal(calls[name](images(5)))


@each_call
def test_the_host_does_not_wait(calls, name):
    x = images()
    calls[name](x)
    torch.cuda.synchronize()
    torch.cuda._sleep(200_000_000)
    ready = torch.cuda.Event()
    calls[name](x)
    ready.record()
    assert not ready.query(), "the call came back after the GPU had finished all work before it"
    torch.cuda.synchronize()


@pytest.mark.parametrize("name", ["grad", "origin", "out"])
def test_tensors_of_two_devices_are_refused(name):
    tensors = dict.fromkeys(("x", "grad", "origin"), images())
    tensors[name] = images().cpu()
    with pytest.raises(ValueError, match=f"^{name}: got a tensor on cpu, wanted cuda:0 as"):
        kernels.linf_step(**tensors, step=0.1, epsilon=0.2)


def test_gradients_on_the_gpu_are_those_of_the_cpu():
    for call in (
        lambda x: kernels.dropout(x, 0.3, seed=SEED),
        lambda x: kernels.mc_dropout(x, 0.3, 5, seed=SEED, granularity="channel"),
    ):
        there = images().requires_grad_()
        here = images().cpu().requires_grad_()
        call(there).square().sum().backward()
        call(here).square().sum().backward()
        torch.testing.assert_close(there.grad.cpu(), here.grad)
