"""The L2 step is the projection of a step along the normalised gradient."""

import math

import pytest
import torch
from balls import assert_in_ball_and_box, assert_near, make_case, on_every_instruction_set, sizes

from pyfrontiers.kernels import l2_step, l2_step_reference, project


def slopes(x, seed=7):
    return torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)).to(x.dtype)


@pytest.mark.parametrize("ascend", [True, False], ids=["ascend", "descend"])
@pytest.mark.parametrize("epsilon", [0.5, 100.0], ids=["outside", "inside"])
def test_matches_reference(isa, dtype, laid_out, ascend, epsilon):
    x, origin = make_case(dtype, spread=0.05)
    grad = slopes(x)
    arguments = {"step": 0.3, "epsilon": epsilon, "ascend": ascend}
    moved = l2_step(laid_out(x), grad, laid_out(origin), **arguments)
    wanted = l2_step_reference(laid_out(x), grad, laid_out(origin), **arguments)
    # The step is rounded to nearest once more before it is projected.
    unit = torch.finfo(dtype).eps
    assert_near(moved, wanted, torch.maximum(laid_out(origin), wanted).abs() + unit)
    assert_in_ball_and_box(moved, laid_out(origin), "l2", epsilon, (0.0, 1.0))


def test_equals_project_of_the_step_bit_for_bit(isa, dtype):
    x, origin = make_case(dtype)
    for box in ((0.0, 1.0), None):
        for grad in (slopes(x), slopes(x) * 1e-4):
            unprojected = l2_step(x, grad, x, step=0.7, epsilon=1e30, bounds=None)
            moved = l2_step(x, grad, origin, step=0.7, epsilon=1.3, bounds=box)
            wanted = project(unprojected, origin, norm="l2", epsilon=1.3, bounds=box)
            assert torch.equal(moved, wanted)


def test_step_has_the_given_length_along_the_gradient(isa):
    x, _ = make_case(torch.float64)
    grad = slopes(x)
    moved = l2_step(x, grad, x, step=0.25, epsilon=1.0, bounds=None)
    lengths = torch.tensor(sizes(moved, x, "l2"))
    torch.testing.assert_close(lengths, torch.full((3,), 0.25).double().to(lengths))
    change = (moved - x).flatten(1)
    cosine = (change * grad.flatten(1)).sum(1) / grad.flatten(1).norm(dim=1) / 0.25
    torch.testing.assert_close(cosine, torch.ones_like(cosine))


def test_step_maximises_a_linear_function_over_the_ball():
    # max <g, z> over the ball is attained at origin + epsilon g / ||g||.
    x, origin = make_case(torch.float64)
    grad = slopes(x)
    top = l2_step(origin, grad, origin, step=50.0, epsilon=0.8, bounds=None)
    gain = ((top - origin) * grad).flatten(1).sum(1)
    torch.testing.assert_close(gain, 0.8 * grad.flatten(1).norm(dim=1))


def test_zero_gradient_does_not_move(isa, dtype):
    x, origin = make_case(dtype, spread=0.001)
    x = x.clamp(0, 1)
    grad = slopes(x)
    grad[1] = 0.0
    moved = l2_step(x, grad, origin, step=0.5, epsilon=9.0)
    assert torch.equal(moved[1], x[1])
    assert not torch.equal(moved[0], x[0])


def test_parameters_per_sample(isa):
    x, origin = make_case()
    grad = slopes(x)
    steps, radii = torch.tensor([0.0, 0.2, 3.0]), [0.5, 0.0, 2.0]
    bounds = (torch.linspace(-0.2, 0.1, 5).reshape(1, 5, 1, 1), 0.9)
    moved = l2_step(x, grad, origin, step=steps, epsilon=radii, bounds=bounds)
    for n in range(3):
        one = slice(n, n + 1)
        alone = l2_step(
            *(x[one], grad[one], origin[one]),
            step=float(steps[n]),
            epsilon=radii[n],
            bounds=bounds,
        )
        assert torch.equal(moved[one], alone)


@pytest.mark.parametrize("shape", [(1, 3, 200, 201), (3, 2, 70, 71), (700, 1, 3, 3)], ids=str)
def test_independent_of_threads(threads, shape):
    x, origin = make_case(shape=shape, spread=0.01)
    grad = slopes(x)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    wanted = l2_step(x, grad, origin, step=0.5, epsilon=1.0)
    torch.set_num_threads(before)
    got = on_every_instruction_set(lambda: l2_step(x, grad, origin, step=0.5, epsilon=1.0))
    assert torch.equal(got, wanted)


@pytest.mark.parametrize("where", ["x", "grad", "origin"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_sample_with_nan_or_infinity_becomes_nan(isa, where, value):
    x, origin = make_case()
    tensors = {"x": x, "grad": slopes(x), "origin": origin}
    tensors[where][1, 0, 0, 5] = value
    moved = l2_step(**tensors, step=0.1, epsilon=0.2, bounds=None)
    assert moved.isnan().flatten(1).all(1).tolist() == [False, True, False]
    assert not moved[[0, 2]].isnan().any()


class TestOut:
    def test_out_and_in_place(self, isa, laid_out):
        x, origin = make_case()
        x, origin, grad = laid_out(x), laid_out(origin), slopes(x)
        arguments = {"step": 0.1, "epsilon": 0.5}
        wanted = l2_step(x, grad, origin, **arguments)
        for memory in (torch.contiguous_format, torch.channels_last):
            out = torch.empty_like(x, memory_format=memory)
            assert l2_step(x, grad, origin, **arguments, out=out) is out
            torch.testing.assert_close(out, wanted)
        target = x.clone()
        assert l2_step(target, grad, origin, **arguments, out=target) is target
        torch.testing.assert_close(target, wanted)

    def test_numpy_in_numpy_out(self):
        x, origin = (each.numpy() for each in make_case())
        out = x.copy()
        assert l2_step(x, x, origin, step=0.1, epsilon=0.5, out=out) is out
        assert (out == l2_step(x, x, origin, step=0.1, epsilon=0.5)).all()

    def test_overlap(self):
        memory = torch.rand(2, 8)
        with pytest.raises(ValueError, match=r"out must .*got memory that overlaps grad"):
            l2_step(memory + 1, memory, memory + 2, step=0.1, epsilon=1.0, out=memory)
        x, grad = torch.rand(1, 7), torch.rand(2, 4).flatten()
        with pytest.raises(ValueError, match=r"out must .*got memory that overlaps grad"):
            l2_step(x, grad[None, :7], x, step=0.1, epsilon=1.0, out=grad[None, 1:])


def test_gradients_flow_to_x_and_origin():
    x, origin = make_case(torch.float64, (2, 3, 4))
    grad = slopes(x)
    origin = origin.clamp(0.1, 0.9)
    for epsilon, box in ((0.5, (0.0, 1.0)), (0.5, None), (50.0, (0.0, 1.0))):

        def function(x, origin, epsilon=epsilon, box=box):
            return l2_step(x, grad, origin, step=0.3, epsilon=epsilon, bounds=box)

        assert torch.autograd.gradcheck(
            function, (x.clone().requires_grad_(), origin.clone().requires_grad_())
        )


class TestBadInput:
    def step(self, **changed):
        x = torch.rand(2, 3, 4)
        arguments = {"x": x, "grad": x, "origin": x, "step": 0.1, "epsilon": 0.2, **changed}
        return l2_step(**arguments)

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    def test_invalid_step_and_epsilon(self, name):
        for value in (math.nan, -0.1, math.inf):
            with pytest.raises(ValueError, match=f"{name} must .*a finite number.*, got {value}"):
                self.step(**{name: value})
        with pytest.raises(
            ValueError, match=f"{name} must .*got one value per channel; the L2 norm is over"
        ):
            self.step(**{name: torch.ones(1, 3, 1)})

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_mismatched_tensors(self, name):
        with pytest.raises(ValueError, match=rf"{name} must .*\(2, 3, 4\).*, got \(2, 3\)"):
            self.step(**{name: torch.rand(2, 3)})
        with pytest.raises(TypeError, match=rf"{name} must .*got .*torch.float64"):
            self.step(**{name: torch.rand(2, 3, 4, dtype=torch.float64)})
