"""Edge cases of projections: no elements, epsilon 0, ball and box that do not meet, NaN, and L0."""

import math

import pytest
import torch
from balls import make_case, sizes

from pyfrontiers.kernels import l2_step, project, project_reference


class TestZeroNorm:
    def test_at_most_k_elements_change_and_gain_most(self, isa, dtype):
        x, origin = make_case(dtype)
        for k in (0, 1, 17, 584, 585, 10**6):
            projected = project(x, origin, norm="l0", epsilon=k, bounds=(0.0, 1.0))
            changed = (projected != origin).flatten(1)
            assert (changed.sum(1) <= k).all()
            boxed = x.double().clamp(0, 1)
            gain = (x - origin).double().square() - (x.double() - boxed).square()
            kept = torch.where(changed.reshape(gain.shape), gain, 0).flatten(1).sum(1)
            best = gain.flatten(1).sort(descending=True).values[:, :k].sum(1)
            torch.testing.assert_close(kept, best)

    def test_ties_are_broken_by_memory_order(self, isa):
        x, origin = torch.ones(2, 20_000), torch.zeros(2, 20_000)
        x[1, 3] = 2.0
        projected = project(x, origin, norm="l0", epsilon=torch.tensor([11_111.7, 3]))
        assert projected[0].nonzero().flatten().equal(torch.arange(11_111))
        assert projected[1].nonzero().flatten().tolist() == [0, 1, 3]


# An L0 ball has no interior, and so no boundary to touch.
@pytest.mark.parametrize("norm", ["l2", "l1"])
def test_ball_just_touching_the_box(norm):
    x, origin = torch.full((1, 4), 9.0).double(), torch.zeros(1, 4).double()
    reach = 4 * 0.5 if norm == "l1" else 1.0
    box = (0.5, math.inf)
    projected = project(x, origin, norm=norm, epsilon=1.5 * reach, bounds=box)
    torch.testing.assert_close(projected, torch.full_like(x, 0.75), rtol=1e-12, atol=0)


@pytest.mark.parametrize("norm", ["l2", "l1", "l0"])
class TestEdgeCases:
    def test_epsilon_of_zero(self, isa, norm):
        x, origin = make_case(box=(0.2, 0.7))
        assert torch.equal(project(x, origin, norm=norm, epsilon=0.0, bounds=(0.2, 0.7)), origin)

    def test_box_takes_precedence_over_the_ball(self, isa, norm):
        x, origin = make_case()
        inside = project(x, origin, norm=norm, epsilon=0.0 if norm == "l0" else 0.1, bounds=(2, 3))
        assert torch.equal(inside, torch.full_like(x, 2.0))

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("where", ["x", "origin"])
    def test_sample_with_nan_or_infinity_becomes_nan(self, isa, norm, value, where):
        x, origin = make_case()
        sound = project(x, origin, norm=norm, epsilon=2.0)
        {"x": x, "origin": origin}[where][1, 2, 3, 4] = value
        projected = project(x, origin, norm=norm, epsilon=2.0)
        assert projected[1].isnan().all()
        assert torch.equal(projected[[0, 2]], sound[[0, 2]])

    @pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)])
    def test_empty_input(self, isa, norm, shape):
        x = torch.zeros(shape)
        assert project(x, x, norm=norm, epsilon=1.0).shape == shape

    def test_few_dimensions(self, isa, norm):
        x = torch.tensor([3.0, -2.0, 0.5])
        wanted = x if norm == "l0" else torch.tensor([1.0, -1.0, 0.5])
        for point, expected in ((x, wanted), (x[0], wanted[0])):
            projected = project(point, 0 * point, norm=norm, epsilon=1.0)
            torch.testing.assert_close(projected, expected, rtol=2.0**-23, atol=0)


class TestBadInput:
    def test_unknown_norm(self):
        x = torch.rand(2, 3)
        with pytest.raises(ValueError, match=r'norm must be "linf", "l2", .*, got .l3.'):
            project(x, x, norm="l3", epsilon=1.0)

    @pytest.mark.parametrize("norm", ["l2", "l1", "l0"])
    def test_epsilon_per_channel(self, norm):
        x = torch.rand(2, 3, 4)
        with pytest.raises(
            ValueError,
            match=rf"epsilon must .*per sample.*, got one value per channel; the.* {norm} norm",
        ):
            project(x, x, norm=norm, epsilon=torch.ones(1, 3, 1))

    @pytest.mark.parametrize("value", [math.nan, -1.0, math.inf])
    def test_invalid_epsilon(self, value):
        x = torch.rand(2, 3)
        with pytest.raises(ValueError, match=f"epsilon must .*a finite number >= 0.*, got {value}"):
            project(x, x, norm="l2", epsilon=value)

    def test_invalid_bounds(self):
        x = torch.rand(2, 3)
        with pytest.raises(ValueError, match=r"bounds must .*have low <= high"):
            project(x, x, norm="l1", epsilon=1.0, bounds=(1.0, 0.0))

    def test_invalid_origin(self):
        x = torch.rand(2, 3)
        with pytest.raises(ValueError, match=r"origin must .*\(2, 3\).*, got \(3,\)"):
            project(x, x[0], norm="l1", epsilon=1.0)
        with pytest.raises(TypeError, match=r"origin must .*, got torch.float64"):
            project(x, x.double(), norm="l1", epsilon=1.0)


class TestPartsThatASumRoundsAway:
    """Magnitudes so far apart that a float64 sum does not show which elements are clipped."""

    # One element is clipped at -1 whatever the radius; 1e11^2 + 1 rounds to 1e11^2.
    PAIR = torch.tensor([[1e11, -1e11]], dtype=torch.float64)
    BOX = (-0.1, 1e11)

    @pytest.mark.parametrize("count", [2, 7, 16, 33, 9000])
    def test_clipped_element_next_to_a_huge_one_counts(self, isa, count):
        x = torch.zeros(1, count, dtype=torch.float64)
        x[0, [0, count - 1]] = self.PAIR
        origin = torch.zeros_like(x)
        for compute in (project, project_reference):
            projected = compute(x, origin, norm="l2", epsilon=0.2, bounds=self.BOX)
            assert projected[0, -1] == -0.1
            torch.testing.assert_close(projected[0, 0].item(), 0.03**0.5, rtol=1e-11, atol=0)

    @pytest.mark.parametrize("norm", ["l2", "l1"])
    @pytest.mark.parametrize("seed", range(12))
    @pytest.mark.parametrize("count", [7, 70])
    def test_twelve_decades_stay_in_the_ball(self, norm, seed, count):
        generator = torch.Generator().manual_seed(seed)
        powers = 24 * torch.rand(2, count, generator=generator, dtype=torch.float64) - 12
        signs = torch.rand(2, count, generator=generator) - 0.5
        x, origin = 10**powers * signs.sign(), torch.zeros(2, count, dtype=torch.float64)
        for compute in (project, project_reference):
            projected = compute(x, origin, norm=norm, epsilon=1.0, bounds=(-1.0, 1e11))
            assert all(size <= 1 + 1e-13 for size in sizes(projected, origin, norm))

    def test_step_with_a_clipped_element_stays_in_the_ball(self, isa):
        origin = torch.zeros(1, 2, dtype=torch.float64)
        arguments = {"step": 1e11, "epsilon": 0.2, "bounds": self.BOX}
        moved = l2_step(origin, torch.tensor([[1.0, -1.0]]).double(), origin, **arguments)
        assert sizes(moved, origin, "l2")[0] <= 0.2 * (1 + 1e-13)
