"""The kernels are torch operators: opcheck passes and compiled programs give the same bits."""

import pytest
import torch
from torch import library

from pyfrontiers import kernels

LAST = 2**64 - 1
OPERATORS = torch.ops.pyfrontiers


def images(shape=(2, 3, 4, 5), *, requires_grad=False):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    return x.requires_grad_(requires_grad)


def scalars(*values):
    return tuple(torch.full((1, 1), value, dtype=torch.float64) for value in values)


def transform_numbers():
    """Two transforms that use every parameter, their samples, and a background."""
    generator = torch.Generator().manual_seed(1)
    table = torch.rand((2, 20), generator=generator, dtype=torch.float64)
    return table, torch.tensor([3, 4]), torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)


FIRST = torch.arange(2)
RANDOM = kernels.TransformDistribution(blur=(0.5, 1.0))

CALLS = {
    "bits_": lambda: (torch.empty(9, dtype=torch.int32), -1, 5),
    "uniform_": lambda: (torch.empty(3, 7), -1, 5),
    "normal_": lambda: (torch.empty(3, 7), -1, 5),
    "randint_": lambda: (torch.empty(3, 7, dtype=torch.int32), -3, 1 << 20, -1, 5),
    "corrupt_labels": lambda: (torch.arange(12).reshape(3, 4).T, 0.5, 7, -5),
    "dropout_mask_": lambda: (torch.empty(100, dtype=torch.bool), 100, 7, 0.3, -5, 2),
    "dropout": lambda: (images(requires_grad=True), 0.3, -5, 2, 7, "channel"),
    "dropout channels-last": lambda: (
        images().to(memory_format=torch.channels_last).requires_grad_(),
        *(0.3, -5, 2, 0, "element"),
    ),
    "mc_dropout": lambda: (images(requires_grad=True), 0.3, 3, -5, 2, 9, "element"),
    "mc_dropout_mean": lambda: (images(requires_grad=True), 0.3, 3, -5, 2, 9, "element"),
    "gather": lambda: (
        *(images(requires_grad=True), torch.tensor([1]), torch.tensor([0, 2]), False),
    ),
    "gather channels-last": lambda: (
        *(images().to(memory_format=torch.channels_last).requires_grad_(), None),
        *(torch.tensor([1]), True),
    ),
    "linf_step": lambda: (
        *(images(requires_grad=True), torch.randn(2, 3, 4, 5), images()),
        *(*scalars(0.1, 0.2, 0.0, 1.0), True),
    ),
    "l2_step": lambda: (
        *(images(requires_grad=True), torch.randn(2, 3, 4, 5), images()),
        *(*scalars(0.1, 0.2, 0.0, 1.0), True),
    ),
    "l1_step": lambda: (
        *(images(requires_grad=True), torch.randn(2, 3, 4, 5), images()),
        *(*scalars(0.7, 0.2, 0.0, 1.0), True, 0.1),
    ),
    "project": lambda: (images(requires_grad=True), images() * 0.9, "l2", *scalars(0.1, 0.0, 1.0)),
    "moments": lambda: (images(requires_grad=True), 1, 0),
    "predictive": lambda: (images(requires_grad=True), 1, 3),
    "random_start": lambda: (
        *(images(requires_grad=True), "l2"),
        *(*scalars(0.3, 0.0, 1.0), -5, 2),
    ),
    "additive_noise": lambda: (
        images(requires_grad=True),
        *(*scalars(0.3, 0.0, 1.0), "salt_and_pepper", -5, 2, 7),
    ),
    "sample_transforms_": lambda: (torch.empty(4, 20).double(), 3, [0.5, 1.5] * 12, -5, 2),
    "transform": lambda: (
        images(requires_grad=True),
        *transform_numbers(),
        -5,
        False,
        True,
        0.1,
        0.9,
    ),
    "transform_adjoint": lambda: (
        *(images((2, 2, 3, 4, 5), requires_grad=True), images((2, 2, 3, 4, 5))),
        *(*transform_numbers()[:2], -5, False, True, 0.1, 0.9),
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_opcheck(call):
    library.opcheck(getattr(OPERATORS, call.split()[0]), CALLS[call]())


PROGRAMS = {
    "dropout": lambda x: kernels.dropout(x * 2, 0.3, seed=LAST, sample=4).sin(),
    "dropout channel": lambda x: kernels.dropout(x, 0.5, seed=1, granularity="channel") + 1,
    "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.3, seed=LAST, sample=2),
    "mc_dropout": lambda x: kernels.mc_dropout(x.cos(), 0.3, 4, seed=LAST, first_sample=1) + x,
    "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(x.cos(), 0.3, 40, seed=LAST) + x,
    "gather_linear": lambda x: kernels.gather_linear(x[0, 0].sin(), x[0, 1], inputs=FIRST),
    "gather_conv2d": lambda x: kernels.gather_conv2d(
        *(x, x[:, :, :2, :2] * 2),
        inputs=FIRST,
        outputs=FIRST[:1],
    ),
    "linf_step": lambda x: kernels.linf_step(x, x - 0.5, x.detach() * 0.9, step=0.1, epsilon=0.2),
    "l2_step": lambda x: kernels.l2_step(x, x - 0.5, x.detach() * 0.9, step=0.1, epsilon=0.2),
    "l1_step": lambda x: kernels.l1_step(x, x - 0.5, x.detach() * 0.9, step=0.1, epsilon=0.2),
    "project l2": lambda x: kernels.project(x.sin(), x.detach() * 0.9, norm="l2", epsilon=0.2),
    "project l1": lambda x: kernels.project(
        x.sin(), x.detach() * 0.9, norm="l1", epsilon=0.2, bounds=(0.1, 0.8)
    ),
    "moments": lambda x: torch.stack(kernels.moments(x * x, 0)),
    "predictive": lambda x: torch.cat([r.flatten() for r in kernels.predictive(x * x, 1)]),
    "random_start": lambda x: kernels.random_start(x.sin(), norm="l1", epsilon=0.9, seed=LAST),
    "additive_noise": lambda x: kernels.additive_noise(x.sin(), 0.2, seed=LAST, sample=3),
    "transform": lambda x: kernels.transform(
        x.sin(), kernels.sample_transforms(3, RANDOM, seed=LAST), clip=(0.0, 1.0)
    ),
    "uniform": lambda x: x + kernels.uniform(x.shape, seed=LAST, offset=2),
    "normal": lambda x: x + kernels.normal(x.shape, seed=LAST, offset=2),
    "randint": lambda x: x + kernels.randint(x.shape, -3, 2**40, seed=LAST, offset=2),
    "corrupt_labels": lambda x: (
        x * kernels.corrupt_labels((8 * x.detach()).int(), 0.5, 7, seed=LAST)[0]
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_compiles_to_one_graph_and_matches_eager(name):
    program = PROGRAMS[name]
    compiled = torch.compile(program, fullgraph=True, backend="aot_eager")
    eager_input, input_ = images(requires_grad=True), images(requires_grad=True)
    wanted, got = program(eager_input), compiled(input_)
    assert torch.equal(got, wanted)
    wanted.sum().backward()
    got.sum().backward()
    assert torch.equal(input_.grad, eager_input.grad)


@pytest.mark.parametrize("name", PROGRAMS)
def test_direct_path_without_gradient_matches_the_operator(name):
    recorded = PROGRAMS[name](images(requires_grad=True)).detach()
    with torch.no_grad():
        assert torch.equal(PROGRAMS[name](images(requires_grad=True)), recorded)
    with torch.inference_mode():
        assert torch.equal(PROGRAMS[name](images()), recorded)


def test_inductor_compiles_around_the_kernels():
    def program(x):
        step = kernels.linf_step(x, x - 0.5, x * 0.9, step=0.1, epsilon=0.2)
        return kernels.dropout(step, 0.3, seed=LAST).relu() * 2

    x = images()
    torch.testing.assert_close(torch.compile(program, fullgraph=True)(x), program(x))


def test_new_seed_does_not_recompile():
    graphs = []

    def count(graph, _):
        graphs.append(graph)
        return graph.forward

    @torch.compile(fullgraph=True, backend=count, dynamic=True)
    def program(x, seed, sample):
        return kernels.dropout(x, 0.3, seed=seed, sample=sample) + 1

    x = images()
    for seed in range(2, 12):
        expected = kernels.dropout(x, 0.3, seed=seed, sample=seed + 3) + 1
        assert torch.equal(program(x, seed, seed + 3), expected)
    assert len(graphs) == 1


def test_export_keeps_the_operators():
    class Noisy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(5, 6)

        def forward(self, x):
            hidden = kernels.dropout(self.layer(x).relu(), 0.5, seed=7, granularity="channel")
            return kernels.mc_dropout(hidden, 0.3, 4, seed=LAST).mean(0)

    model = Noisy()
    exported = torch.export.export(model, (images(),))
    assert torch.equal(exported.module()(images()), model(images()))
    targets = [str(node.target) for node in exported.graph.nodes]
    assert {"pyfrontiers.dropout.default", "pyfrontiers.mc_dropout.default"} <= set(targets)


def test_backward_of_dropout_is_the_transposed_map():
    # Linear maps: <A x, y> = <x, A' y> for every x and y.
    generator = torch.Generator().manual_seed(3)
    functions = ((kernels.dropout, ()), (kernels.mc_dropout, (5,)), (kernels.mc_dropout_mean, (5,)))
    for function, extra in functions:
        x = torch.randn(4, 6, generator=generator, dtype=torch.float64).requires_grad_()
        image = function(x, 0.3, *extra, seed=LAST)
        y = torch.randn(image.shape, generator=generator, dtype=torch.float64)
        (adjoint,) = torch.autograd.grad(image, x, y)
        torch.testing.assert_close((image * y).sum(), (x * adjoint).sum())


def test_second_derivatives():
    x = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: kernels.mc_dropout(x, 0.3, 3, seed=1), x)
    assert torch.autograd.gradgradcheck(lambda x: kernels.moments(x)[1], x)
