"""Derivatives of every kernel by every tensor argument, through all of torch's interfaces.

The cases come from the table of kernels, so an entry there covers a new kernel. For each argument,
a kernel must have the derivative of its reference or raise; it must never return a wrong zero.
"""

import dataclasses
import functools

import pytest
import torch
from torch.autograd import forward_ad
from torch.func import grad, hessian, jacfwd, jacrev, jvp, linearize, vjp, vmap
from valid_calls import FUNCTIONS, X, valid

from pyfrontiers import kernels

NONE = r"^\w+ must be constant in \w+, which has no derivative with .*, got a tensor with a "


def floating(value):
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def arguments_of(function):
    """A valid call in float64."""
    values = valid(function, X.double())
    return {name: v.double() if floating(v) else v for name, v in values.items()}


CASES = [
    (function, name)
    for function in FUNCTIONS
    for name, value in arguments_of(function).items()
    if floating(value)
]


def as_vector(result):
    if isinstance(result, torch.Tensor):
        return result.flatten()
    return torch.cat([each.flatten() for each in result if each.is_floating_point()])


class Case:
    def __init__(self, function, name):
        arguments = arguments_of(function)
        self.x = arguments.pop(name)
        self.generator = torch.Generator().manual_seed(5)
        self.v = self.random(self.x.shape)
        kernel = getattr(kernels, function)
        taken = set(kernel.__annotations__) - {"out", "return"}
        fixed = {key: value for key, value in arguments.items() if key in taken}
        self.run = lambda x: as_vector(kernel(**fixed, **{name: x}))
        reference = getattr(kernels, f"{function}_reference", kernel)
        self.reference = lambda x: as_vector(reference(**fixed, **{name: x}))

    def random(self, shape):
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def square(self, x):
        """A number that depends on x beyond second order even where the kernel is linear."""
        y = self.run(x)
        return (y.square() * y.detach().new_tensor(range(1, len(y) + 1))).sum() + y.sum()


@functools.cache
def differentiable(function, name):
    case = Case(function, name)
    try:
        jvp(case.run, (case.x,), (case.v,))
    except NotImplementedError:
        return False
    return True


def slope(function, x, v, step=1e-6):
    return (function(x + step * v) - function(x - step * v)) / (2 * step)


def near(got, wanted, tolerance=1e-6):
    torch.testing.assert_close(
        got, wanted, rtol=tolerance, atol=tolerance * (1 + wanted.abs().max())
    )


@pytest.fixture(params=CASES, ids=[f"{function}-{name}" for function, name in CASES])
def any_case(request):
    return request.param


@pytest.fixture
def case(any_case):
    if not differentiable(*any_case):
        pytest.skip("raises, which another test checks")
    return Case(*any_case)


def test_tangent_matches_the_reference_or_raises(any_case):
    case = Case(*any_case)
    try:
        value, tangent = jvp(case.run, (case.x,), (case.v,))
    except NotImplementedError as error:
        with pytest.raises(NotImplementedError, match=NONE):
            raise error
        return
    assert value.equal(case.run(case.x))
    near(tangent, slope(case.reference, case.x, case.v))


def test_derivatives_that_kernels_are_documented_to_have():
    refused = {
        f"{function}-{name}" for function, name in CASES if not differentiable(function, name)
    }
    assert refused == {"l2_step-grad", "l1_step-grad"}


def test_tangent_with_dual_numbers(case):
    wanted = jvp(case.run, (case.x,), (case.v,))[1]
    with forward_ad.dual_level():
        dual = case.run(forward_ad.make_dual(case.x, case.v))
        tangent = forward_ad.unpack_dual(dual).tangent
        assert tangent is not None
        near(tangent, wanted)


def test_missing_derivative_raises_with_dual_numbers_and_gradients(any_case):
    if differentiable(*any_case):
        pytest.skip("has a derivative, which other tests check")
    case = Case(*any_case)
    with forward_ad.dual_level(), pytest.raises(NotImplementedError, match=NONE):
        case.run(forward_ad.make_dual(case.x, case.v))
    for transform in (grad, jacrev, jacfwd, hessian):
        with pytest.raises(NotImplementedError, match=NONE):
            transform(lambda x: case.run(x).sum())(case.x)


def test_running_states_reject_tensors_with_derivatives():
    for update in (kernels.Moments().update, kernels.Predictive().update):
        with pytest.raises(
            NotImplementedError, match="must be constant here, where derivatives end"
        ):
            grad(lambda x: update(x) and x.sum())(X)  # noqa: B023
        with forward_ad.dual_level(), pytest.raises(NotImplementedError, match="be constant here"):
            update(forward_ad.make_dual(X, X))


def test_gradient_is_the_transpose_of_the_tangent(case):
    value, pull_back = vjp(case.run, case.x)
    weights = case.random(value.shape)
    (gradient,) = pull_back(weights)
    tangent = jvp(case.run, (case.x,), (case.v,))[1]
    near((gradient * case.v).sum(), (weights * tangent).sum(), 1e-11)
    x = case.x.clone().requires_grad_()
    (recorded,) = torch.autograd.grad(case.run(x), x, weights, materialize_grads=True)
    near(recorded, gradient, 1e-11)


def test_gradcheck_of_torch_in_both_modes_and_batched(case):
    checks = ("check_forward_ad", "check_batched_grad", "check_batched_forward_grad")
    x = case.x.clone().requires_grad_()
    torch.autograd.gradcheck(case.run, (x,), fast_mode=True, **dict.fromkeys(checks, True))


def test_second_derivative_along_a_direction(case):
    wanted = slope(grad(case.square), case.x, case.v)
    near(jvp(grad(case.square), (case.x,), (case.v,))[1], wanted, 1e-5)  # forward over reverse
    along = lambda x: jvp(case.square, (x,), (case.v,))[1]  # noqa: E731
    near(grad(along)(case.x), wanted, 1e-5)  # reverse over forward
    inner = lambda x: (grad(case.square)(x) * case.v).sum()  # noqa: E731
    near(grad(inner)(case.x), wanted, 1e-5)  # reverse over reverse
    twice = jvp(along, (case.x,), (case.v,))[1]  # forward over forward
    near(twice, (wanted * case.v).sum(), 1e-5)


def test_jacobians_and_hessian_of_a_line(case):
    line = lambda s: case.run(case.x + s * case.v)  # noqa: E731
    s = torch.zeros((), dtype=torch.float64)
    tangent = jvp(case.run, (case.x,), (case.v,))[1]
    near(jacfwd(line)(s), tangent)
    near(jacrev(line)(s), tangent)
    near(linearize(line, s)[1](torch.ones_like(s)), tangent)
    squared = lambda s: case.square(case.x + s * case.v)  # noqa: E731
    wanted = jvp(lambda x: jvp(case.square, (x,), (case.v,))[1], (case.x,), (case.v,))[1]
    near(hessian(squared)(s), wanted)


def test_gradients_and_tangents_of_examples(case):
    xs = torch.stack([case.x, case.x + 0.01 * case.v])
    each = torch.stack([grad(case.square)(x) for x in xs])
    near(vmap(grad(case.square))(xs), each, 1e-11)
    near(grad(lambda xs: vmap(case.square)(xs).sum())(xs), each, 1e-11)
    vs = torch.stack([case.v, case.random(case.v.shape)])
    push = lambda v: jvp(case.run, (case.x,), (v,))[1]  # noqa: E731
    near(vmap(push)(vs), torch.stack([push(v) for v in vs]), 1e-11)


def compiled_cases():
    """Each kernel by its first tensor; by the others with --slow."""
    seen = set()
    for function, name in CASES:
        marks = pytest.mark.slow("compiles a kernel once more") if function in seen else ()
        seen.add(function)
        yield pytest.param((function, name), marks=marks, id=f"{function}-{name}")


@pytest.mark.parametrize("any_case", compiled_cases())
def test_compiled_gradient_and_tangent(case):
    torch._dynamo.reset()
    compiled = torch.compile(grad(case.square), fullgraph=True, backend="aot_eager")
    near(compiled(case.x), grad(case.square)(case.x), 1e-11)


@pytest.mark.parametrize("name", ["x", "origin"])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1", "l0"])
@pytest.mark.parametrize("epsilon", [0.0, 0.3, 9.0])
@pytest.mark.parametrize("bounds", [None, (0.1, 0.8)])
def test_tangent_of_every_projection(norm, epsilon, bounds, name):
    generator = torch.Generator().manual_seed(2)
    x, origin, v = torch.rand((3, 2, 3, 4, 5), generator=generator, dtype=torch.float64)
    origin = origin.clamp(0.15, 0.75)
    fixed = {"x": x, "origin": origin, "norm": norm, "epsilon": epsilon, "bounds": bounds}
    if norm == "l0":
        fixed["epsilon"] = 20 * epsilon
    run = lambda each: kernels.project(**{**fixed, name: each})  # noqa: E731
    near(jvp(run, (fixed[name],), (v,))[1], slope(run, fixed[name], v))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("function", "name"), CASES)
def test_tangents_have_the_dtype_of_the_results(function, name, dtype):
    if not differentiable(function, name):
        pytest.skip("raises, which another test checks")
    arguments = {k: v.to(dtype) if floating(v) else v for k, v in arguments_of(function).items()}
    x = arguments.pop(name)
    run = lambda x: as_vector(getattr(kernels, function)(**arguments, **{name: x}))  # noqa: E731
    value, tangent = jvp(run, (x,), (torch.ones_like(x),))
    assert tangent.dtype == value.dtype == run(x).dtype


@pytest.mark.parametrize("name", ["step", "epsilon", "bounds"])
def test_parameters_are_constants(name):
    x = torch.rand(2, 3)

    def run(value):
        given = {"step": 0.1, "epsilon": 0.1, name: (value, 1.0) if name == "bounds" else value}
        return kernels.linf_step(x, x, x, **given)

    for transform in (jacfwd, jacrev, grad):
        with pytest.raises(NotImplementedError, match=NONE):
            transform(lambda value: run(value).sum())(torch.tensor(0.1))


def test_mesh_poses_and_transforms_are_constants():
    images, drawn = (
        torch.rand(1, 3, 6, 6),
        kernels.sample_transforms(2, kernels.TransformDistribution(), seed=1),
    )

    def moved(linear):
        return kernels.transform(images, dataclasses.replace(drawn, linear=linear)).sum()

    with pytest.raises(NotImplementedError, match=NONE):
        jacfwd(moved)(drawn.linear)
    with pytest.raises(NotImplementedError, match=NONE):
        grad(moved)(drawn.linear)


@pytest.mark.parametrize("function", ["dropout", "additive_noise", "linf_step"])
def test_output_of_a_differentiated_call_is_rejected(function):
    arguments = arguments_of(function)
    x = arguments.pop("x")
    arguments["out"] = torch.empty_like(x)

    def run(x):
        return getattr(kernels, function)(x=x, **arguments).sum()

    message = "^out must be None"
    for transform in (grad, jacfwd, lambda run: lambda x: vmap(run)(x[None])):
        with pytest.raises(ValueError, match=message):
            transform(run)(x)
    with forward_ad.dual_level(), pytest.raises(ValueError, match=message):
        run(forward_ad.make_dual(x, x))
