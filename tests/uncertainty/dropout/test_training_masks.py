"""Masks of `MCDropout` in training are independent, resumable and repeated by checkpointing."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

from pyfrontiers.kernels import dropout
from pyfrontiers.uncertainty import MCDropout

ONES = torch.ones(4, 1000)


def masks(*layers):
    return [layer.train()(ONES) != 0 for layer in layers]


def independent(first, second):
    # Binomial(4000, 1/2): six standard deviations are 190.
    return abs(int((first == second).sum()) - 2000) < 190


def test_layers_draw_different_seeds_from_torchs_generator():
    torch.manual_seed(0)
    first, second = MCDropout(0.5), MCDropout(0.5)
    assert independent(*masks(first, second))
    torch.manual_seed(0)
    assert MCDropout(0.5).seed == first.seed
    assert repr(first) == f"MCDropout(p=0.5, granularity='element', seed={first.seed})"


def test_copies_of_a_layer_draw_different_masks_unless_the_seed_was_given():
    first = MCDropout(0.5)
    assert independent(*masks(first, copy.deepcopy(first)))
    given = MCDropout(0.5, seed=2**64 - 1)
    assert copy.deepcopy(given).seed == given.seed == 2**64 - 1
    block = nn.TransformerEncoderLayer(8, 2, 16)
    block.dropout = MCDropout(0.5)
    stack = nn.TransformerEncoder(block, 3, enable_nested_tensor=False)
    assert len({layer.dropout.seed for layer in stack.layers}) == 3


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_have_64_bits(seed):
    with pytest.raises(ValueError, match="seed must be an integer"):
        MCDropout(0.5, seed=seed)


def test_a_saved_layer_continues_with_the_next_mask():
    layer, other = MCDropout(0.5), MCDropout(0.5)
    masks(layer, layer)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file))
    assert (other.seed, other.sample) == (layer.seed, 2)
    assert torch.equal(*masks(layer, other))
    other.load_state_dict({})  # weights saved before the stream was a buffer
    assert other.sample == 3


def test_moving_a_layer_keeps_its_stream():
    layer = MCDropout(0.5, seed=9)
    masks(layer)
    for moved in (layer.to("meta"), layer.to_empty(device="cpu"), layer.half(), layer.double()):
        assert (moved.seed, moved.sample) == (9, 1)
    with torch.device("meta"):
        assert MCDropout(0.5, seed=9).seed == 9


class Block(nn.Module):
    """Two dropouts, one of which is called twice, before layers whose gradients need the masks."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = MCDropout(0.5, seed=1), MCDropout(0.25, granularity="channel", seed=2)
        self.a, self.b, self.c = (nn.Linear(16, 16) for _ in range(3))

    def forward(self, x):
        return self.c(self.one(self.b(self.two(self.a(self.one(x))))))


def _gradients(run, batches=3):
    torch.manual_seed(0)
    model = Block().train()
    xs = [torch.randn(8, 16, requires_grad=True) for _ in range(batches)]
    sum(run(model, x).square().sum() for x in xs).backward()  # forward of all before backward
    assert model.one.sample == 2 * batches
    return [p.grad for p in model.parameters()] + [x.grad for x in xs]


@pytest.mark.parametrize("reentrant", [False, True], ids=["non-reentrant", "reentrant"])
def test_checkpointed_gradients_use_the_masks_of_the_forward_pass(reentrant):
    plain = _gradients(lambda model, x: model(x))
    again = _gradients(lambda model, x: checkpoint(model, x, use_reentrant=reentrant))
    nested = _gradients(
        lambda model, x: checkpoint(
            lambda z: checkpoint(model, z, use_reentrant=reentrant), x, use_reentrant=reentrant
        )
    )
    for one, other, third in zip(plain, again, nested, strict=True):
        torch.testing.assert_close(one, other)
        torch.testing.assert_close(one, third)


def test_checkpointed_segments_give_the_gradient_of_the_plain_model():
    def run(segments):
        torch.manual_seed(1)
        blocks = [nn.Sequential(nn.Linear(16, 16), MCDropout(0.5), nn.Tanh()) for _ in range(3)]
        model, x = nn.Sequential(*blocks).train(), torch.randn(5, 16, requires_grad=True)
        if segments:
            out = checkpoint_sequential(model, segments, x, use_reentrant=False)
        else:
            out = model(x)
        out.sum().backward()
        return x.grad

    torch.testing.assert_close(run(0), run(3))


def test_one_compiled_graph_serves_a_hundred_steps_with_the_masks_of_eager_mode():
    def train(steps, backend):
        torch._dynamo.reset()
        torch.manual_seed(2)
        model = nn.Sequential(nn.Linear(8, 16), MCDropout(0.5, seed=1), nn.Linear(16, 3)).train()
        graphs = []

        def counting(graph, inputs):
            graphs.append(graph)
            return torch._dynamo.lookup_backend(backend)(graph, inputs)

        run = torch.compile(model, backend=counting, fullgraph=True) if backend else model
        optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
        for x in torch.randn(steps, 4, 8):
            optimiser.zero_grad()
            run(x).square().sum().backward()
            optimiser.step()
        assert model[1].sample == steps
        return [p.detach() for p in model.parameters()], len(graphs)

    eager, _ = train(100, None)
    for backend in ("eager", "aot_eager"):
        compiled, graphs = train(100, backend)
        assert graphs == 1
        for one, other in zip(eager, compiled, strict=True):
            torch.testing.assert_close(one, other)


def test_transforms_of_torch_func_count_the_call():
    layer, x = MCDropout(0.5, seed=3).train(), torch.ones(40)
    gradient = torch.func.grad(lambda z: layer(z).sum())(x)
    assert torch.equal(gradient, dropout(x, 0.5, seed=3, sample=0))
    assert layer.sample == 1


def test_the_operator_of_compiled_graphs_is_sound():
    stream, x = torch.tensor([5, 7]), torch.randn(3, 4, 5, 6, requires_grad=True)
    for granularity in ("element", "channel"):
        torch.library.opcheck(
            torch.ops.pyfrontiers.dropout_stream.default, (x, stream, 0.5, granularity)
        )


@pytest.mark.parametrize("order", ["checkpoint in graph", "graph in checkpoint"])
def test_compiled_graph_that_recomputes_layers_uses_the_first_masks(order):
    def run(model, x):
        torch._dynamo.reset()
        if order == "graph in checkpoint":
            graph = torch.compile(model, backend="aot_eager", fullgraph=True)
            return checkpoint(graph, x, use_reentrant=False)
        graph = torch.compile(
            lambda z: checkpoint(model, z, use_reentrant=False), backend="aot_eager", fullgraph=True
        )
        return graph(x)

    plain, again = _gradients(lambda model, x: model(x), 1), _gradients(run, 1)
    for one, other in zip(plain, again, strict=True):
        torch.testing.assert_close(one, other)


def test_stacked_models_have_the_masks_and_gradients_of_each_model():
    models = [Block().train() for _ in range(3)]
    for number, model in enumerate(models):
        model.one.seed = model.two.seed = number
    x = torch.randn(4, 16)
    parameters, buffers = torch.func.stack_module_state(models)
    shell = copy.deepcopy(models[0]).to("meta")

    def loss(parameters, buffers, x):
        return torch.func.functional_call(shell, (parameters, buffers), (x,)).square().sum()

    stacked = torch.vmap(torch.func.grad(loss), in_dims=(0, 0, None))(parameters, buffers, x)
    assert buffers["one.stream"].tolist() == [[0, 2], [1, 2], [2, 2]]
    for number, model in enumerate(models):
        model(x).square().sum().backward()
        for name, parameter in model.named_parameters():
            torch.testing.assert_close(stacked[name][number], parameter.grad)
    twice = {name: torch.stack([each, each]) for name, each in buffers.items()}
    with pytest.raises(ValueError, match="stacked by one"):
        torch.vmap(torch.vmap(loss, in_dims=(0, 0, None)), in_dims=(None, 0, None))(
            parameters, twice, x
        )


@pytest.mark.parametrize("name", ["seed", "sample"])
@pytest.mark.parametrize("value", [-1, 1.5, "1", None, True])
def test_seed_and_sample_are_set_to_integers(name, value):
    layer = MCDropout(0.5, seed=1)
    with pytest.raises((TypeError, ValueError), match=f"{name} must be an integer"):
        setattr(layer, name, value)
    assert (layer.seed, layer.sample) == (1, 0)


@pytest.mark.parametrize("reentrant", [False, True], ids=["non-reentrant", "reentrant"])
def test_repeated_generator_state_before_a_checkpointed_backward_raises(reentrant):
    model = Block().train()

    def forward():
        torch.manual_seed(3)
        x = torch.ones(4, 16, requires_grad=True)
        return checkpoint(model, x, use_reentrant=reentrant).sum()

    for _ in range(2):  # one after the other, the calls differ
        forward().backward()
    first, second = forward(), forward()
    with pytest.raises(ValueError, match=r"generator must not be in the same state .*, got the"):
        (first + second).backward()
    forward().backward()
