"""What only a GPU can show: streams, graphs, and that a launch neither waits nor allocates.

That each kernel gives there the CPU's results is tested where the kernel is, by the `isa` fixture.
"""

import pytest
import torch
from calls import NAMES, SEED, SHAPE, every_call, images

from pyfrontiers import kernels

pytestmark = pytest.mark.usefixtures("gpu")


@pytest.fixture
def calls():
    return every_call()


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
