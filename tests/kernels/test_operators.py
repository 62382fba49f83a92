"""The kernels are torch operators: opcheck passes and compiled programs give the same bits."""

import inspect

import pytest
import torch
from torch import library
from torch.overrides import TorchFunctionMode
from valid_calls import OF_A_TENSOR, program, valid

from pyfrontiers import kernels
from pyfrontiers.kernels.table import FUNCTIONS

LAST = 2**64 - 1
OPERATORS = torch.ops.pyfrontiers


def images(shape=(2, 3, 4, 5), *, requires_grad=False):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    return x.requires_grad_(requires_grad)


FIRST = torch.arange(2)
RANDOM = kernels.TransformDistribution(blur=(0.5, 1.0))


def leaf(value):
    """A tensor without the history that another use of it would go back through."""
    if isinstance(value, torch.Tensor) and value.requires_grad:
        return value.detach().requires_grad_()
    return value


class Recorder(TorchFunctionMode):
    """Records the kernels' operators that are called, with their arguments."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if "pyfrontiers" in str(function):
            self.calls.append((function, tuple(map(leaf, args))))
        return function(*args, **(kwargs or {}))


WITH_SEED = [f for f in FUNCTIONS if "seed" in inspect.signature(getattr(kernels, f)).parameters]
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_opcheck(function, layout):
    x = images().to(memory_format=layout).requires_grad_()
    call = {**valid(function, x), **({"seed": LAST} if function in WITH_SEED else {})}
    if function not in OF_A_TENSOR and layout == torch.channels_last:
        call = {name: channels_last(value) for name, value in call.items()}
    with Recorder() as seen:
        getattr(kernels, function)(**call)
    assert seen.calls
    for operator, arguments in seen.calls:
        library.opcheck(operator, arguments)


def channels_last(value):
    if isinstance(value, torch.Tensor) and value.dim() == 4:
        return value.contiguous(memory_format=torch.channels_last)
    return value


def test_opcheck_of_the_adjoint_of_transform():
    generator = torch.Generator().manual_seed(1)
    table = torch.rand((2, 20), generator=generator, dtype=torch.float64)
    gradient, clipped = (images((2, 2, 3, 4, 5), requires_grad=grad) for grad in (True, False))
    samples = torch.tensor([3, 4])
    library.opcheck(
        OPERATORS.transform_adjoint,
        (gradient, clipped, table, samples, -5, False, True, 0.1, 0.9),
    )


def seeded(function):
    run = program(function, **({"seed": LAST} if function in WITH_SEED else {}))
    return lambda x: run(x.sin()) + 1


PROGRAMS = {
    **{name: seeded(name) for name in OF_A_TENSOR},
    "dropout channel": lambda x: kernels.dropout(x, 0.5, seed=1, granularity="channel") + 1,
    "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.3, seed=LAST, sample=2),
    "gather_linear": lambda x: kernels.gather_linear(x[0, 0].sin(), x[0, 1], inputs=FIRST),
    "gather_conv2d": lambda x: kernels.gather_conv2d(
        *(x, x[:, :, :2, :2] * 2),
        inputs=FIRST,
        outputs=FIRST[:1],
    ),
    "project l1": lambda x: kernels.project(
        x.sin(), x.detach() * 0.9, norm="l1", epsilon=0.2, bounds=(0.1, 0.8)
    ),
    "transform": lambda x: kernels.transform(
        x.sin(), kernels.sample_transforms(3, RANDOM, seed=LAST), clip=(0.0, 1.0)
    ),
    "uniform": lambda x: x + kernels.uniform(x.shape, seed=LAST, offset=2),
    "normal": lambda x: x + kernels.normal(x.shape, seed=LAST, offset=2),
    "randint": lambda x: x + kernels.randint(x.shape, -3, 2**40, seed=LAST, offset=2),
    "corrupt_labels": lambda x: (
        x * kernels.corrupt_labels((8 * x.detach()).int(), 0.5, 8, seed=LAST)[0]
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_compiles_to_one_graph_and_matches_eager(name):
    run = PROGRAMS[name]
    torch.compiler.reset()  # the programs share their code, which counts as recompilations
    compiled = torch.compile(run, fullgraph=True, backend="aot_eager")
    eager_input, input_ = images(requires_grad=True), images(requires_grad=True)
    wanted, got = run(eager_input), compiled(input_)
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


@pytest.mark.long("compiles a program with the C++ compiler")
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
