"""`MCDropout` in training: threads, ranks, recorded programs, odd modes and saved weights."""

from __future__ import annotations

import copy
import threading

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.checkpoint import checkpoint

from pyfrontiers.kernels import dropout, fold_in
from pyfrontiers.uncertainty import MCDropout


def _network(seed=1):
    torch.manual_seed(0)
    layers = (nn.Linear(8, 16), MCDropout(0.5, seed=seed), nn.Tanh(), nn.Linear(16, 3))
    return nn.Sequential(*layers).train()


def test_threads_draw_different_masks():
    layer, masks = MCDropout(0.5, seed=1), []

    def draw():
        masks.extend(layer(torch.ones(256)) for _ in range(100))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(torch.unique(torch.stack(masks), dim=0)) == layer.sample == 400


def test_ranks_of_a_process_group_draw_different_masks(monkeypatch):
    layer, x = MCDropout(0.5, seed=7), torch.ones(64)
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 3)
    assert torch.equal(layer(x), dropout(x, 0.5, seed=fold_in(7, 3), sample=0))
    in_graph = torch.ops.pyfrontiers.drawn_stream(layer.stream)  # what a compiled graph calls
    assert int(in_graph[0]) % (1 << 64) == fold_in(7, 3)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 0)
    assert torch.equal(layer(x), dropout(x, 0.5, seed=7, sample=1))


@pytest.mark.parametrize("training", [True, False])
def test_a_symbolic_trace_holds_the_layer(training):
    traced = torch.fx.symbolic_trace(_network().train(training)).train()
    expected, x = _network(), torch.ones(4, 8)
    for _ in range(2):
        assert torch.equal(traced(x), expected(x))


@pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")
def test_script_is_refused_with_what_works():
    for model in (MCDropout(), nn.Sequential(nn.Linear(2, 2), MCDropout())):
        with pytest.raises(TypeError, match=r"use torch\.jit\.trace, torch\.export\.export or"):
            torch.jit.script(model)


def test_each_run_of_a_traced_program_draws_a_mask():
    network, expected, x = _network(), _network(), torch.ones(4, 8)
    traced = torch.jit.trace(network, x, check_trace=False)
    network[1].sample = 0
    for _ in range(3):
        assert torch.equal(traced(x), expected(x))


def test_shapes_are_inferred_without_numbers_and_without_counting():
    network = _network()
    shape = network.to("meta")(torch.empty(4, 8, device="meta")).shape
    assert (shape, network[1].sample) == ((4, 3), 0)
    with FakeTensorMode():
        network = _network(seed=9)
        assert network(torch.empty(4, 8)).shape == (4, 3)
    assert (network[1].seed, network[1].sample) == (9, 0)


def test_layer_made_or_copied_in_inference_mode_can_be_trained():
    with torch.inference_mode():
        layer = MCDropout(0.5, seed=2)
        copied = copy.deepcopy(layer)
    for each in (layer, copied):
        assert torch.equal(each(torch.ones(50)), MCDropout(0.5, seed=2)(torch.ones(50)))
        assert each.sample == 1


def test_saved_numbers_that_were_rounded_or_have_no_data_are_not_loaded():
    saved, network = _network(seed=1 << 60).state_dict(), _network(seed=5)
    with pytest.warns(UserWarning, match=r"1\.stream must be integers, got torch\.float16"):
        network.load_state_dict({name: value.half() for name, value in saved.items()})
    assert network[1].seed == 5
    network[1].load_state_dict({"stream": torch.empty(2, device="meta").long()}, assign=True)
    assert network[1].seed == 5
    network.type(torch.float64)
    assert (network[1].seed, network[1].stream.dtype) == (5, torch.int64)


def test_assigned_weights_do_not_share_the_count():
    one, other = _network(), _network(seed=2)
    other.load_state_dict(one.state_dict(), assign=True)
    other(torch.ones(4, 8))
    assert (one[1].sample, other[1].sample) == (0, 1)


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointed_ensemble_uses_the_masks_of_the_forward_pass(reentrant):
    def gradient(again):
        models = [_network(seed=seed) for seed in range(3)]
        parameters, buffers = torch.func.stack_module_state(models)
        shell, x = copy.deepcopy(models[0]), torch.ones(4, 8, requires_grad=True)

        def outputs(z):
            return torch.vmap(
                lambda p, b: torch.func.functional_call(shell, (p, b), (z,)), randomness="different"
            )(parameters, buffers)

        out = checkpoint(outputs, x, use_reentrant=reentrant) if again else outputs(x)
        out.square().sum().backward()
        assert buffers["1.stream"][:, 1].tolist() == [1, 1, 1]
        return x.grad

    torch.testing.assert_close(gradient(again=True), gradient(again=False))


@pytest.mark.parametrize("reentrant", [False, True])
def test_backward_pass_with_another_mask_raises(reentrant):
    x = torch.ones(4, 8, requires_grad=True)
    out = checkpoint(_network(), x, use_reentrant=reentrant, preserve_rng_state=False)
    with pytest.raises(ValueError, match="must compute MCDropout again with the state of torch's"):
        out.sum().backward()
