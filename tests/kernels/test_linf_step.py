"""The step is exact: inside ball and box without tolerance, and as long as they allow."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import linf_step, linf_step_reference

RADII = {
    "8/255": 8 / 255,
    "zero": 0.0,
    "tiny": 1e-40,
    "third": 1 / 3,
    "wide": 1000.0,
}


def case(dtype, shape=(3, 5, 9, 7), seed=0):
    """x near origin, origin in [0, 1] including both bounds, gradients with zeros of both signs."""
    generator = torch.Generator().manual_seed(seed)
    origin = torch.rand(shape, generator=generator).to(dtype)
    origin.flatten()[:4] = torch.tensor([0.0, 1.0, -0.0, 0.5])[: origin.numel()].to(dtype)
    x = origin + (0.1 * torch.randn(shape, generator=generator)).to(dtype)
    grad = torch.randn(shape, generator=generator).to(dtype)
    grad.flatten()[:6] = torch.tensor([0.0, -0.0, 1e-30, -1e-30, math.inf, -math.inf]).to(dtype)
    return x, grad, origin


@pytest.mark.parametrize("ascend", [True, False], ids=["ascend", "descend"])
def test_matches_reference(isa, dtype, laid_out, ascend):
    x, grad, origin = case(dtype)
    arguments = {"step": 0.01, "epsilon": 8 / 255, "ascend": ascend}
    moved = linf_step(laid_out(x), grad, laid_out(origin), **arguments)
    assert moved.equal(linf_step_reference(laid_out(x), grad, laid_out(origin), **arguments))
    assert not bool(torch.signbit(moved[moved == 0]).any())


FORMS = {"sample": (3, 1, 1, 1), "channel": (5, 1, 1), "both": (3, 5, 1, 1), "vector": (3,)}


def test_parameters_per_sample_and_channel(isa, dtype, laid_out):
    x, grad, origin = (laid_out(tensor) for tensor in case(dtype))
    for shape in FORMS.values():
        rows = torch.rand(shape, generator=torch.Generator().manual_seed(3)) / 10
        arguments = {"step": rows, "epsilon": 2 * rows, "bounds": (rows, 1 - rows)}
        moved = linf_step(x, grad, origin, **arguments)
        assert moved.equal(linf_step_reference(x, grad, origin, **arguments))


@pytest.mark.parametrize("form", FORMS)
def test_independent_of_threads_and_parameter_containers(form, threads):
    x, grad, origin = case(torch.float32, (3, 5, 90, 70))
    rows = torch.rand(FORMS[form]) / 10
    moved = linf_step(x, grad, origin, step=rows, epsilon=rows.numpy())
    if form == "vector":
        assert moved.equal(linf_step(x, grad, origin, step=rows.tolist(), epsilon=rows))
        rows = rows.reshape(3, 1, 1, 1)
    each = rows.expand(3, 5, 1, 1)
    for n, c in itertools.product(range(3), range(5)):
        own = float(each[n, c])
        piece = linf_step(x[n, c], grad[n, c], origin[n, c], step=own, epsilon=own)
        assert moved[n, c].equal(piece)


def test_every_size(isa, dtype, size):
    x, grad, origin = (t.flatten()[:size] for t in case(dtype, (1, 1, 300, 300)))
    moved = linf_step(x, grad, origin, step=0.01, epsilon=0.03)
    assert moved.equal(linf_step_reference(x, grad, origin, step=0.01, epsilon=0.03))


@pytest.mark.parametrize("epsilon", RADII.values(), ids=RADII)
def test_ball_and_box_hold_exactly_and_are_attained(isa, dtype, epsilon):
    x, grad, origin = case(dtype)
    origin = torch.cat([origin.flatten(), -origin.flatten(), origin.flatten() * 1e-3])
    x, grad = x.flatten().repeat(3), grad.flatten().repeat(3)
    low, high = -0.7, 0.9
    origin = origin.clamp(torch.tensor(low).to(dtype) / 2, torch.tensor(high).to(dtype) / 2)
    moved = linf_step(x, grad, origin, step=100.0, epsilon=epsilon, bounds=(low, high))
    assert float((moved - origin).abs().max()) <= epsilon
    for value, centre, slope in zip(moved.tolist(), origin.tolist(), grad.tolist(), strict=True):
        assert abs(Fraction(value) - Fraction(centre)) <= Fraction(epsilon)
        assert Fraction(low) <= Fraction(value) <= Fraction(high)
        if slope == 0:
            continue
        # The next representable number in the step's direction lies outside.
        towards = torch.tensor(math.copysign(math.inf, slope)).to(dtype)
        beyond = float(torch.nextafter(torch.tensor(value, dtype=dtype), towards))
        limit = torch.tensor(epsilon, dtype=torch.float64).to(dtype)
        if float(limit) > epsilon:
            limit = torch.nextafter(limit, torch.tensor(-math.inf, dtype=dtype))
        outside = abs(Fraction(beyond) - Fraction(centre)) > Fraction(float(limit))
        assert outside or not low <= beyond <= high


def test_exactness_at_extreme_magnitudes(isa):
    largest = torch.finfo(torch.float32).max
    origin = torch.tensor([largest, -largest, 1e-45, -1e-45, 1e30, 3e-39, 0.0])
    grad = torch.ones(7)
    for epsilon in (1e-45, 1.0, 1e30, largest):
        arguments = {"step": largest, "epsilon": epsilon, "bounds": None}
        moved = linf_step(origin, grad, origin, **arguments)
        assert moved.equal(linf_step_reference(origin, grad, origin, **arguments))
        assert bool(moved.isfinite().all())
        for value, centre in zip(moved.tolist(), origin.tolist(), strict=True):
            assert abs(Fraction(value) - Fraction(centre)) <= Fraction(epsilon)


def test_zero_gradient_does_not_move():
    x = torch.tensor([0.25, 0.5])
    assert linf_step(x, torch.tensor([0.0, -0.0]), x, step=0.1, epsilon=0.2).equal(x)


@pytest.mark.parametrize("where", ["x", "grad", "origin"])
def test_nan_propagates_to_its_element_only(isa, dtype, where):
    x, grad, origin = case(dtype)
    {"x": x, "grad": grad, "origin": origin}[where].flatten()[40] = math.nan
    moved = linf_step(x, grad, origin, step=0.1, epsilon=0.2).flatten()
    assert moved.isnan().nonzero().flatten().tolist() == [40]


def test_box_takes_precedence_over_the_ball():
    origin = torch.tensor([2.0, -3.0])
    moved = linf_step(origin, torch.ones(2), origin, step=0.1, epsilon=0.2)
    assert moved.tolist() == [1.0, 0.0]


def test_large_output_with_streaming_stores(isa):
    x, grad, origin = case(torch.float32, (2, 3, 500, 501))
    arguments = {"step": 0.01, "epsilon": torch.tensor([0.02, 0.03])}
    wanted = linf_step_reference(x, grad, origin, **arguments)
    assert linf_step(x, grad, origin, **arguments).equal(wanted)
    assert linf_step(x, grad, origin, **arguments, out=x).equal(wanted)


class TestOut:
    def test_out_and_in_place(self, laid_out):
        x, grad, origin = case(torch.float32)
        wanted = linf_step_reference(x, grad, origin, step=0.1, epsilon=0.2)
        if laid_out(x).equal(x):
            x = laid_out(x).clone(memory_format=torch.preserve_format)
        out = torch.empty(3, 5, 9, 14)[..., ::2]
        assert linf_step(x, grad, origin, step=0.1, epsilon=0.2, out=out) is out
        assert out.equal(wanted)
        assert linf_step(x, grad, origin, step=0.1, epsilon=0.2, out=x) is x
        assert x.equal(wanted)

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_output_may_not_be_grad_or_origin(self, name):
        tensors = dict(zip(("x", "grad", "origin"), case(torch.float32), strict=True))
        with pytest.raises(ValueError, match=f"out must .*got memory that overlaps {name}"):
            linf_step(**tensors, step=0.1, epsilon=0.2, out=tensors[name])

    def test_partial_overlap(self):
        memory = torch.rand(101)
        x = memory[:100]
        with pytest.raises(ValueError, match=r"be x itself or not overlap an input, got .* x"):
            linf_step(x, torch.ones(100), x.clone(), step=0.1, epsilon=0.2, out=memory[1:])

    def test_read_only(self):
        x, out = torch.rand(4), np.empty(4, dtype=np.float32)
        out.flags.writeable = False
        with pytest.raises(ValueError, match=r"out must .*got a read-only NumPy array"):
            linf_step(x, x, x, step=0.1, epsilon=0.2, out=out)

    def test_input_requires_grad(self):
        x = torch.rand(4, requires_grad=True)
        with pytest.raises(ValueError, match="while out requires a gradient"):
            linf_step(x, x.detach(), x.detach().clone(), step=0.1, epsilon=0.2, out=x)
        with torch.no_grad():
            linf_step(x, torch.ones(4), x.detach().clone(), step=0.1, epsilon=0.2, out=x)


def test_gradcheck_away_from_the_corners():
    generator = torch.Generator().manual_seed(0)
    origin = torch.rand(40, dtype=torch.float64, generator=generator) * 0.8 + 0.1
    x = origin + 0.3 * (torch.rand(40, dtype=torch.float64, generator=generator) - 0.5)
    grad = torch.randn(40, dtype=torch.float64, generator=generator)
    epsilon = torch.full((40,), 0.1)

    def function(x, origin):
        return linf_step(x, grad, origin, step=0.03, epsilon=epsilon, bounds=(0.15, 0.85))

    assert torch.autograd.gradcheck(function, (x.requires_grad_(), origin.requires_grad_()))


class TestBadInput:
    def step(self, **changed):
        x = torch.rand(2, 3, 4)
        arguments = {"x": x, "grad": x, "origin": x, "step": 0.1, "epsilon": 0.2, **changed}
        return linf_step(**arguments)

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    @pytest.mark.parametrize("value", [math.nan, -0.1, math.inf])
    def test_invalid_step_and_epsilon(self, name, value):
        with pytest.raises(ValueError, match=f"{name} must .*a finite number >= 0.*, got {value}"):
            self.step(**{name: value})
        with pytest.raises(ValueError, match=f"{name} must .*finite number.* >= 0, got"):
            self.step(**{name: torch.tensor([0.1, value])})

    @pytest.mark.parametrize(
        "bounds", [(1.0, 0.0), (math.nan, 1.0), (0.0, torch.tensor([1.0, -1.0]))]
    )
    def test_crossed_bounds(self, bounds):
        with pytest.raises(ValueError, match=r"bounds must .*have low <= high"):
            self.step(bounds=bounds)

    @pytest.mark.parametrize("shape", [(4,), (3,), (4, 1, 1), (2, 3, 4), (1, 1, 1, 1)])
    def test_parameter_shape(self, shape):
        with pytest.raises(
            ValueError, match=r"epsilon must .*got shape \(.* for x of shape \(2, 3, 4\)"
        ):
            self.step(epsilon=torch.ones(shape))

    def test_parameter_type(self):
        with pytest.raises(TypeError, match=r"step must .*a number.*, got str"):
            self.step(step="much")

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_mismatched_shape(self, name):
        with pytest.raises(ValueError, match=rf"{name} must .*\(2, 3, 4\).*, got \(2, 3\)"):
            self.step(**{name: torch.rand(2, 3)})

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_mixed_dtype(self, name):
        with pytest.raises(TypeError, match=rf"{name} must .*torch\.fl.*, got torch\.float64"):
            self.step(**{name: torch.rand(2, 3, 4, dtype=torch.float64)})

    def test_integer_dtype(self):
        with pytest.raises(TypeError, match=r"x must .*got .*torch\.uint8"):
            self.step(x=torch.ones(2, 3, 4, dtype=torch.uint8))

    def test_unsupported_device(self):
        with pytest.raises(ValueError, match=r"grad must .*cpu or cuda.*, got meta"):
            self.step(grad=torch.rand(2, 3, 4, device="meta"))
