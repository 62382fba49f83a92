"""Random starts are uniform in their balls, stay in ball and box, and depend on the sample."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pyfrontiers.kernels import random_start, random_start_reference

FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
NORMS = ("linf", "l2", "l1")
SEED = 0x0123456789ABCDEF
each_norm = pytest.mark.parametrize("norm", NORMS)


def length(difference, norm):
    order = {"linf": math.inf, "l2": 2, "l1": 1}[norm]
    return torch.linalg.vector_norm(difference.double().flatten(1), order, dim=1)


def points(norm, samples, dimensions, seed=1):
    """Points uniform in the unit ball around 0."""
    origin = torch.zeros(samples, dimensions, dtype=torch.float64)
    return random_start(origin, norm=norm, epsilon=1.0, seed=seed, bounds=None)


class TestUniformity:
    @each_norm
    @pytest.mark.parametrize("dimensions", [1, 2, 3, 10, 2500])
    def test_radius_to_the_power_of_the_dimension_is_uniform(self, norm, dimensions):
        samples = 20_000 if dimensions <= 10 else 1000
        radius = length(points(norm, samples, dimensions), norm).numpy()
        assert stats.kstest(radius**dimensions, "uniform").pvalue > FALSE_ALARM

    @each_norm
    @pytest.mark.parametrize("dimensions", [2, 5])
    def test_coordinates_have_the_marginal_of_the_ball(self, norm, dimensions):
        x = points(norm, 20_000, dimensions).numpy()
        d = dimensions
        law = {
            "linf": stats.uniform(-1, 2),
            # The density (1 - x^2)^((d-1)/2) is a beta distribution on [-1, 1].
            "l2": stats.beta((d + 1) / 2, (d + 1) / 2, loc=-1, scale=2),
            # |x| has density d (1 - x)^(d-1) and a random sign: a mirrored beta distribution.
            "l1": None,
        }[norm]
        for i in (0, d - 1):
            if law is not None:
                assert stats.kstest(x[:, i], law.cdf).pvalue > FALSE_ALARM
            else:
                assert stats.kstest(abs(x[:, i]), stats.beta(1, d).cdf).pvalue > FALSE_ALARM
                positive = int((x[:, i] > 0).sum())
                assert stats.binomtest(positive, len(x), 0.5).pvalue > FALSE_ALARM

    @each_norm
    def test_orthants_and_orderings_are_equally_likely(self, norm):
        x = points(norm, 24_000, 3)
        orthant = ((x > 0) * torch.tensor([1, 2, 4])).sum(1)
        assert stats.chisquare(torch.bincount(orthant, minlength=8).numpy()).pvalue > FALSE_ALARM
        order = (x.abs().argsort(1) * torch.tensor([9, 3, 1])).sum(1)
        counts = torch.bincount(order, minlength=27)
        assert stats.chisquare(counts[counts > 0].numpy()).pvalue > FALSE_ALARM
        assert int((counts > 0).sum()) == 6

    def test_directions_in_the_l2_ball_are_uniform(self):
        x = points("l2", 20_000, 3)
        along = x @ (torch.tensor([1.0, -2.0, 3.0], dtype=x.dtype) / math.sqrt(14))
        # Archimedes: in three dimensions the cosine to any axis is uniform.
        cosine = (along / length(x, "l2")).numpy()
        assert stats.kstest(cosine, stats.uniform(-1, 2).cdf).pvalue > FALSE_ALARM

    @each_norm
    def test_radius_and_direction_are_independent(self, norm):
        x = points(norm, 20_000, 2)
        radius = length(x, norm)
        angle = (x[:, 0].abs() / x.abs().sum(1)).numpy()
        correlation = stats.spearmanr(radius.numpy(), angle)
        assert correlation.pvalue > FALSE_ALARM

    @each_norm
    def test_samples_and_seeds_are_uncorrelated(self, norm):
        rows = [points(norm, 2, 10_000, seed=s).flatten() for s in (1, 2)]
        rows = torch.cat(rows).reshape(4, -1)
        pairs = torch.corrcoef(rows)[*torch.triu_indices(4, 4, 1)].abs()
        assert pairs.max() * 100 < stats.norm.isf(FALSE_ALARM / 12)


@each_norm
def test_matches_reference(isa, dtype, laid_out, normal_images, norm):
    origin = laid_out(normal_images(dtype))
    arguments = {"norm": norm, "epsilon": 0.7, "seed": SEED, "first_sample": 9}
    arguments["bounds"] = (-1.0, 1.5)
    drawn = random_start(origin, **arguments)
    wanted = random_start_reference(origin, **arguments)
    assert drawn.dtype == dtype
    # float32 numbers against float64 ones, and one rounding to the dtype.
    tolerance = 4e-6 * 0.7 + 1.5 * torch.finfo(dtype).eps
    torch.testing.assert_close(drawn, wanted, rtol=0, atol=tolerance)


@each_norm
def test_bit_identical_to_a_naive_loop(isa, dtype, threads, norm):
    origin = torch.rand(3, 2, 5003, generator=torch.Generator().manual_seed(0)).to(dtype)
    arguments = {"norm": norm, "epsilon": 0.3, "seed": SEED, "first_sample": 2**32 - 3}
    drawn = random_start(origin, **arguments)
    torch.set_num_threads(1)
    parts = [
        random_start(part, **{**arguments, "first_sample": 2**32 - 3 + n})
        for n, part in enumerate(origin.split(1))
    ]
    assert torch.cat(parts).equal(drawn)


def test_bit_identical_across_isas(isa, dtype):
    origin = torch.rand(2, 3, 700, generator=torch.Generator().manual_seed(0)).to(dtype)
    wide = origin.double()
    for norm in NORMS:
        arguments = {"norm": norm, "epsilon": 0.3, "seed": SEED, "bounds": None}
        # float64 uses the same numbers, so rounding its result gives that of the dtype, nearly.
        drawn = random_start(origin, **arguments).double()
        exact = random_start(wide, **arguments)
        assert ((drawn - exact).abs() <= torch.finfo(dtype).eps * 1.3).all()


@each_norm
@settings(max_examples=25, deadline=None)
@given(
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    epsilon=st.sampled_from((0.0, 1e-8, 0.1, 0.5, 3.0)),
    seed=st.integers(0, 2**64 - 1),
    dtype=st.sampled_from((torch.float32, torch.float64, torch.float16, torch.bfloat16)),
)
def test_ball_and_box_hold(norm, shape, epsilon, seed, dtype):
    origin = torch.rand(shape, generator=torch.Generator().manual_seed(seed % 99)).to(dtype)
    x = random_start(origin, norm=norm, epsilon=epsilon, seed=seed)
    assert ((x >= 0) & (x <= 1)).all()
    # Each element exactly, in real arithmetic (float64 holds the differences of the other dtypes).
    difference = (x.double() - origin.double()).abs()
    if dtype != torch.float64:
        assert (difference <= epsilon).all()
    rounding = torch.finfo(dtype).eps / 2 * math.prod(shape[1:])
    assert (length(difference.reshape(shape[0], -1), norm) <= epsilon * (1 + 1e-6) + rounding).all()


@pytest.mark.parametrize("norm", NORMS)
def test_epsilon_of_zero_is_the_origin(dtype, norm):
    origin = torch.rand(3, 40).to(dtype)
    assert random_start(origin, norm=norm, epsilon=0, seed=1).equal(origin)


@each_norm
def test_epsilon_and_bounds_per_sample(norm):
    origin = torch.rand(4, 3, 50)
    epsilon = torch.tensor([0.0, 0.1, 0.5, 2.0])
    low = torch.tensor([0.1, 0.2, 0.3]).reshape(1, 3, 1)
    drawn = random_start(origin, norm=norm, epsilon=epsilon, seed=1, bounds=(low, 0.8))
    for n in range(4):
        for c in range(3):
            wanted = random_start(
                origin, norm=norm, epsilon=float(epsilon[n]), seed=1, bounds=(float(low[0, c]), 0.8)
            )
            assert drawn[n, c].equal(wanted[n, c])


def test_epsilon_per_channel_for_linf():
    origin = torch.zeros(2, 3, 50)
    epsilon = torch.tensor([0.0, 1.0, 2.0]).reshape(1, 3, 1)
    drawn = random_start(origin, norm="linf", epsilon=epsilon, seed=1, bounds=None)
    unit = random_start(origin, norm="linf", epsilon=1.0, seed=1, bounds=None)
    assert drawn.equal(unit * epsilon)


@each_norm
def test_channels_last_is_preserved(norm):
    origin = torch.rand(2, 3, 5, 7)
    pixels = origin.to(memory_format=torch.channels_last)
    drawn = random_start(pixels, norm=norm, epsilon=0.5, seed=1)
    assert drawn.is_contiguous(memory_format=torch.channels_last)
    assert drawn.equal(random_start(origin, norm=norm, epsilon=0.5, seed=1))


@each_norm
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (3, 0), (1,), (1, 1)], ids=str)
def test_empty_and_single_elements(norm, shape):
    origin = torch.full(shape, 0.5)
    drawn = random_start(origin, norm=norm, epsilon=0.25, seed=1)
    assert drawn.shape == origin.shape
    assert ((drawn - origin).abs() <= 0.25).all()


@each_norm
def test_nan_propagates_to_its_element_only(norm):
    origin = torch.rand(2, 40)
    clean = random_start(origin, norm=norm, epsilon=0.1, seed=1)
    origin[1, 7] = math.nan
    drawn = random_start(origin, norm=norm, epsilon=0.1, seed=1)
    assert drawn[1, 7].isnan()
    drawn[1, 7] = clean[1, 7]
    assert drawn.equal(clean)


@each_norm
def test_gradient_is_one_where_not_clipped(norm):
    origin = torch.tensor([[0.0, 0.5, 1.0, 0.5]]).requires_grad_()
    drawn = random_start(origin, norm=norm, epsilon=0.4, seed=3)
    drawn.sum().backward()
    assert origin.grad.equal(((drawn > 0) & (drawn < 1)).float())


class TestBadInput:
    def test_unknown_norm(self):
        with pytest.raises(ValueError, match='norm must be "linf", "l2" or "l1", got \'l3\''):
            random_start(torch.zeros(2, 3), norm="l3", epsilon=1, seed=0)

    @pytest.mark.parametrize("epsilon", [-0.1, math.nan, math.inf])
    def test_invalid_epsilon(self, epsilon):
        with pytest.raises(ValueError, match=r"epsilon must .*a finite number >= 0.*, got .*"):
            random_start(torch.zeros(2, 3), norm="l2", epsilon=epsilon, seed=0)

    @pytest.mark.parametrize("norm", ["l2", "l1"])
    def test_epsilon_per_channel_for_l2_and_l1(self, norm):
        with pytest.raises(
            ValueError, match=r"epsilon must .*got one value for each of 3 channels"
        ):
            random_start(torch.zeros(2, 3), norm=norm, epsilon=torch.ones(1, 3), seed=0)

    def test_crossed_bounds(self):
        with pytest.raises(ValueError, match=r"bounds must .*low <= high.*, got \(1\.0, 0\.0\)"):
            random_start(torch.zeros(2, 3), norm="l2", epsilon=1, seed=0, bounds=(1, 0))

    def test_sample_numbers_beyond_32_bits(self):
        with pytest.raises(ValueError, match=r"first_sample must .*, got 4294967295"):
            random_start(torch.zeros(2, 3), norm="l2", epsilon=1, seed=0, first_sample=2**32 - 1)

    def test_seed_beyond_64_bits(self):
        with pytest.raises(ValueError, match=r"seed must .*an integer in \[0, 2\^64\).*, got -1"):
            random_start(torch.zeros(2, 3), norm="l2", epsilon=1, seed=-1)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"origin must .*got .*torch\.int64"):
            random_start(torch.zeros(2, 3, dtype=torch.int64), norm="l2", epsilon=1, seed=0)
