"""The L1 step is the projection of a step of the steepest elements."""

import math

import pytest
import torch
from balls import assert_in_ball_and_box, assert_near, make_case, on_every_instruction_set

from pyfrontiers.kernels import l1_step, l1_step_reference, project


def slopes(x, seed=7):
    return torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)).to(x.dtype)


@pytest.mark.parametrize("ascend", [True, False], ids=["ascend", "descend"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 1.0])
@pytest.mark.parametrize("epsilon", [4.0, 1000.0], ids=["outside", "inside"])
def test_matches_reference(isa, dtype, ascend, share, epsilon):
    x, origin = make_case(dtype, spread=0.02)
    x, grad = x.clamp(0, 1), slopes(x)
    arguments = {"step": 2.0, "epsilon": epsilon, "ascend": ascend, "share": share}
    moved = l1_step(x, grad, origin, **arguments)
    assert_near(moved, l1_step_reference(x, grad, origin, **arguments), origin)
    assert_in_ball_and_box(moved, origin, "l1", epsilon, (0.0, 1.0))


def test_equals_project_of_the_step_bit_for_bit(isa, dtype):
    x, origin = make_case(dtype)
    x = x.clamp(0.01, 0.99)
    grad = slopes(x)
    for box in ((0.0, 1.0), None):
        unprojected = l1_step(x, grad, x, step=9.0, epsilon=1e30, bounds=None)
        moved = l1_step(x, grad, origin, step=9.0, epsilon=2.5, bounds=box)
        assert torch.equal(moved, project(unprojected, origin, norm="l1", epsilon=2.5, bounds=box))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 1.0])
def test_step_is_shared_by_the_steepest_elements(isa, share):
    x, _ = make_case(torch.float64)
    grad = slopes(x)
    moved = l1_step(x, grad, x, step=0.5, epsilon=1.0, bounds=None, share=share)
    count = max(1, round(share * 585))
    for change, slope in zip((moved - x).flatten(1), grad.flatten(1), strict=True):
        chosen = slope.abs().argsort(descending=True)[:count]
        assert set(change.nonzero().flatten().tolist()) == set(chosen.tolist())
        wanted = 0.5 / count * slope[chosen].sign()
        torch.testing.assert_close(change[chosen], wanted, rtol=1e-12, atol=1e-15)


def test_single_element_maximises_a_linear_function():
    # max <g, z> over the L1 ball is attained at the largest |g|, which is the step with share 0.
    x, origin = make_case(torch.float64)
    grad = slopes(x)
    top = l1_step(origin, grad, origin, step=3.0, epsilon=3.0, bounds=None, share=0.0)
    gain = ((top - origin) * grad).flatten(1).sum(1)
    torch.testing.assert_close(gain, 3.0 * grad.flatten(1).abs().amax(1))


def test_ties_are_all_selected_and_zeros_never(isa):
    grad = torch.zeros(2, 400)
    grad[0, 5:25] = -2.0
    grad[1, 7] = 1.0
    x = torch.full((2, 400), 0.5)
    moved = l1_step(x, grad, x, step=1.0, epsilon=5.0, share=0.01)
    assert (moved[0, 5:25] == 0.5 - 1 / 20).all()
    assert (moved[0] != x[0]).sum() == 20
    moved = l1_step(x, grad, x, step=0.25, epsilon=5.0, share=0.5)
    assert moved[1, 7] == 0.75
    assert (moved[1] != x[1]).sum() == 1
    assert l1_step(x, 0 * grad, x, step=1.0, epsilon=5.0).equal(x)


@pytest.mark.parametrize("ascend", [True, False], ids=["ascend", "descend"])
def test_elements_blocked_by_the_box_are_not_selected(isa, ascend):
    x = torch.full((1, 300), 0.5)
    grad = torch.linspace(1, 2, 300)[None] * (1 if ascend else -1)
    x[0, 290:] = 1.0
    moved = l1_step(x, grad, x, step=0.3, epsilon=5.0, share=0.01, ascend=ascend)
    assert (moved != x).flatten().nonzero().flatten().tolist() == [287, 288, 289]
    low = torch.full((1, 1), 0.5)
    back = l1_step(x, -grad, x, step=0.3, epsilon=5.0, share=1.0, bounds=(low, 1), ascend=ascend)
    assert (back != x).flatten().nonzero().flatten().tolist() == list(range(290, 300))


@pytest.mark.parametrize("shape", [(1, 3, 200, 201), (3, 2, 70, 71), (700, 1, 3, 3)], ids=str)
def test_independent_of_threads(threads, shape):
    x, origin = make_case(shape=shape, spread=0.01)
    grad = slopes(x)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    wanted = l1_step(x, grad, origin, step=5.0, epsilon=3.0)
    torch.set_num_threads(before)
    got = on_every_instruction_set(lambda: l1_step(x, grad, origin, step=5.0, epsilon=3.0))
    assert torch.equal(got, wanted)


def test_parameters_per_sample_and_bounds_per_channel(isa):
    x, origin = make_case()
    grad = slopes(x)
    steps, radii = [0.0, 2.0, 30.0], torch.tensor([5.0, 0.0, 2.0])
    bounds = (torch.linspace(-0.2, 0.1, 5).reshape(1, 5, 1, 1), 0.9)
    moved = l1_step(x, grad, origin, step=steps, epsilon=radii, bounds=bounds)
    for n in range(3):
        one = slice(n, n + 1)
        own = {"step": steps[n], "epsilon": float(radii[n]), "bounds": bounds}
        assert torch.equal(moved[one], l1_step(x[one], grad[one], origin[one], **own))


@pytest.mark.parametrize("where", ["x", "grad", "origin"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_sample_with_nan_or_infinity_becomes_nan(isa, where, value):
    x, origin = make_case()
    tensors = {"x": x, "grad": slopes(x), "origin": origin}
    tensors[where][1, 0, 0, 5] = value
    moved = l1_step(**tensors, step=0.1, epsilon=0.2, bounds=None)
    assert moved.isnan().flatten(1).all(1).tolist() == [False, True, False]
    assert not moved[[0, 2]].isnan().any()


def test_out_and_in_place(isa, laid_out):
    x, origin = make_case()
    x, origin, grad = laid_out(x), laid_out(origin), slopes(x)
    arguments = {"step": 3.0, "epsilon": 2.0}
    wanted = l1_step(x, grad, origin, **arguments)
    out = torch.empty(x.shape)
    assert l1_step(x, grad, origin, **arguments, out=out) is out
    torch.testing.assert_close(out, wanted)
    target = x.clone()
    assert l1_step(target, grad, origin, **arguments, out=target) is target
    torch.testing.assert_close(target, wanted)


def test_gradients_flow_to_x_and_origin():
    x, origin = make_case(torch.float64, (2, 3, 4))
    grad = slopes(x)
    origin = origin.clamp(0.1, 0.9)
    for epsilon, box in ((0.9, (0.0, 1.0)), (0.9, None), (50.0, (0.0, 1.0))):

        def function(x, origin, epsilon=epsilon, box=box):
            return l1_step(x, grad, origin, step=0.3, epsilon=epsilon, bounds=box, share=0.3)

        assert torch.autograd.gradcheck(
            function, (x.clone().requires_grad_(), origin.clone().requires_grad_())
        )


class TestBadInput:
    def step(self, **changed):
        x = torch.rand(2, 3, 4)
        arguments = {"x": x, "grad": x, "origin": x, "step": 0.1, "epsilon": 0.2, **changed}
        return l1_step(**arguments)

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    def test_invalid_step_and_epsilon(self, name):
        for value in (math.nan, -0.1, math.inf):
            with pytest.raises(ValueError, match=f"{name} must .*a finite number.*, got {value}"):
                self.step(**{name: value})
        with pytest.raises(
            ValueError, match=f"{name} must .*got one value per channel; the L1 norm is over"
        ):
            self.step(**{name: torch.ones(1, 3, 1)})

    @pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
    def test_invalid_share(self, share):
        with pytest.raises(
            ValueError, match=rf"share must .*a probability in \[0, 1.*, got {share}"
        ):
            self.step(share=share)

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_mismatched_tensors(self, name):
        with pytest.raises(ValueError, match=rf"{name} must .*\(2, 3, 4\).*, got \(2, 3\)"):
            self.step(**{name: torch.rand(2, 3)})
