"""Behaviour that needs a GPU: streams, graphs, and launches that neither wait nor allocate.

The `isa` fixture compares each kernel's GPU results with the CPU's in the kernel's own tests.
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
def test_runs_on_the_current_stream(calls, name):
    wanted = calls[name](images())
    late, stream = torch.zeros(SHAPE, device="cuda"), torch.cuda.Stream()
    source = images()
    torch.cuda.synchronize()
    with torch.cuda.stream(stream):
        torch.cuda._sleep(20_000_000)  # some ten milliseconds; a missing dependency would see zeros
        late.copy_(source)
        result = calls[name](late)
        result.record_stream(stream)
    stream.synchronize()
    assert result.equal(wanted)


@each_call
def test_cuda_graph_replays_on_new_values(calls, name):
    # A call that synchronises or allocates outside torch cannot be captured.
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
def test_launch_is_asynchronous(calls, name):
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
def test_mixed_devices_are_rejected(name):
    tensors = dict.fromkeys(("x", "grad", "origin"), images())
    tensors[name] = images().cpu()
    with pytest.raises(ValueError, match=f"^{name} must .*on cuda:0 like .*, got a tensor on cpu"):
        kernels.linf_step(**tensors, step=0.1, epsilon=0.2)


def test_gradients_match_the_cpu():
    for call in (
        lambda x: kernels.dropout(x, 0.3, seed=SEED),
        lambda x: kernels.mc_dropout(x, 0.3, 5, seed=SEED, granularity="channel"),
    ):
        there = images().requires_grad_()
        here = images().cpu().requires_grad_()
        call(there).square().sum().backward()
        call(here).square().sum().backward()
        torch.testing.assert_close(there.grad.cpu(), here.grad)
