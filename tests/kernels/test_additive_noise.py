"""Noise has the right distribution, stays in the box, and depends on (seed, sample, element)."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pyfrontiers.kernels import additive_noise, additive_noise_reference

FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
KINDS = ("gaussian", "uniform", "salt_and_pepper")
SEED = 0x0123456789ABCDEF
each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_matches_reference(isa, dtype, laid_out, normal_images, kind):
    x = laid_out(normal_images(dtype))
    arguments = {"kind": kind, "seed": SEED, "sample": 7, "first_element": 5, "bounds": (-1, 1.5)}
    drawn = additive_noise(x, 0.3, **arguments)
    wanted = additive_noise_reference(x, 0.3, **arguments)
    tolerance = 4e-6 * 0.3 + 1.5 * torch.finfo(dtype).eps
    torch.testing.assert_close(drawn, wanted, rtol=0, atol=tolerance)
    if kind == "salt_and_pepper":
        assert drawn.equal(wanted)


class TestDistributions:
    def test_gaussian_noise_is_normal(self):
        x = torch.zeros(1 << 17, dtype=torch.float64)
        z = additive_noise(x, 2.0, seed=1, bounds=None).numpy() / 2.0
        assert stats.kstest(z, "norm").pvalue > FALSE_ALARM
        width = stats.norm.isf(FALSE_ALARM / 2)
        for lag in (1, 2, 4):
            products = (z[:-lag] * z[lag:]).mean() * math.sqrt(len(z) - lag)
            assert abs(products) < width

    def test_uniform_noise_is_uniform(self):
        x = torch.zeros(1 << 17, dtype=torch.float64)
        v = additive_noise(x, 0.5, kind="uniform", seed=1, bounds=None).numpy()
        assert stats.kstest(v, stats.uniform(-0.5, 1).cdf).pvalue > FALSE_ALARM
        assert abs(v).max() < 0.5

    @pytest.mark.parametrize("amount", [0.0, 2.0**-31, 0.01, 0.37, 0.5, 1.0])
    def test_salt_and_pepper_each_have_half_the_share(self, amount):
        n = 1 << 18
        x = torch.full((n,), 0.5)
        drawn = additive_noise(x, amount, kind="salt_and_pepper", seed=1)
        for end in (0.0, 1.0):
            assert stats.binomtest(int((drawn == end).sum()), n, amount / 2).pvalue > FALSE_ALARM
        assert ((drawn == 0) | (drawn == 1) | (drawn == 0.5)).all()

    def test_larger_share_replaces_a_superset(self):
        x = torch.full((5000,), 0.5)
        fewer, more = (
            additive_noise(x, amount, kind="salt_and_pepper", seed=1) for amount in (0.2, 0.6)
        )
        replaced = fewer != 0.5
        assert more[replaced].equal(fewer[replaced])

    def test_kinds_samples_and_seeds_are_uncorrelated(self):
        x = torch.zeros(10_000, dtype=torch.float64)
        rows = [
            additive_noise(x, 1.0, kind=kind, seed=seed, sample=sample, bounds=None)
            for kind in ("gaussian", "uniform")
            for seed in (1, 2)
            for sample in (0, 1)
        ]
        size = len(rows)
        correlations = torch.corrcoef(torch.stack(rows))[*torch.triu_indices(size, size, 1)]
        assert correlations.abs().max() * 100 < stats.norm.isf(FALSE_ALARM / 56)


@each_kind
@pytest.mark.parametrize("cuts", [(1,), (2, 3), (1, 2, 4)], ids=str)
@pytest.mark.parametrize("shape", [(6, 5, 7, 3), (6, 384), (6, 3, 1711)], ids=str)
def test_parts_of_a_batch_match_the_whole(isa, cuts, shape, kind):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    whole = additive_noise(x, 0.4, kind=kind, seed=SEED, sample=3)
    size = x[0].numel()
    parts = [
        additive_noise(part, 0.4, kind=kind, seed=SEED, sample=3, first_element=start * size)
        for part, start in zip(x.tensor_split(cuts), (0, *cuts), strict=True)
    ]
    assert torch.cat(parts).equal(whole)


@each_kind
def test_bit_identical_across_isas_and_threads(isa, dtype, threads, kind):
    x = torch.rand(50_003, generator=torch.Generator().manual_seed(0)).to(dtype)
    torch.set_num_threads(1)
    first = (1 << 40) + 3
    wanted = torch.cat(
        [
            additive_noise(part, 0.2, kind=kind, seed=SEED, first_element=first + 1000 * i)
            for i, part in enumerate(x.split(1000))
        ]
    )
    torch.set_num_threads(threads)
    assert additive_noise(x, 0.2, kind=kind, seed=SEED, first_element=first).equal(wanted)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    amount=st.sampled_from((0.0, 1e-8, 0.1, 0.5, 1.0)),
    seed=st.integers(0, 2**64 - 1),
    dtype=st.sampled_from((torch.float32, torch.float64, torch.float16, torch.bfloat16)),
)
def test_ball_and_box_hold(kind, shape, amount, seed, dtype):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(seed % 99)).to(dtype)
    drawn = additive_noise(x, amount, kind=kind, seed=seed)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    if kind == "uniform" and dtype != torch.float64:
        assert ((drawn.double() - x.double()).abs() <= amount).all()
    if amount == 0:
        assert drawn.equal(x)


@each_kind
def test_amount_per_sample_and_channel(isa, kind):
    x = torch.rand(3, 4, 5, 7, generator=torch.Generator().manual_seed(0))
    amount = torch.tensor([0.0, 0.3, 0.9]).reshape(3, 1) * torch.linspace(0.1, 1, 4)
    low = torch.tensor([0.0, 0.1, 0.2, 0.3]).reshape(4, 1, 1)
    drawn = additive_noise(x, amount.reshape(3, 4, 1, 1), kind=kind, seed=1, bounds=(low, 0.8))
    for n in range(3):
        for c in range(4):
            wanted = additive_noise(
                x, amount[n, c].item(), kind=kind, seed=1, bounds=(low[c].item(), 0.8)
            )
            assert drawn[n, c].equal(wanted[n, c])


@each_kind
def test_amount_per_channel_without_inner_dimensions(isa, kind):
    x = torch.rand(40, 3, generator=torch.Generator().manual_seed(0))
    amount = torch.tensor([[0.0, 0.2, 0.8]])
    drawn = additive_noise(x, amount, kind=kind, seed=1)
    for c in range(3):
        wanted = additive_noise(x, amount[0, c].item(), kind=kind, seed=1)
        assert drawn[:, c].equal(wanted[:, c])


@each_kind
def test_in_place_and_out(isa, dtype, laid_out, normal_images, kind):
    x = laid_out(normal_images(dtype))
    wanted = additive_noise(x, 0.3, kind=kind, seed=1)
    out = torch.empty_like(wanted)
    assert additive_noise(x, 0.3, kind=kind, seed=1, out=out) is out
    assert out.equal(wanted)
    own = wanted.new_empty(x.shape).copy_(x)
    additive_noise(own, 0.3, kind=kind, seed=1, out=own)
    assert own.equal(wanted)


def test_output_layout_does_not_change_values():
    x = torch.rand(2, 3, 5, 7)
    out = torch.empty(2, 3, 5, 7).to(memory_format=torch.channels_last)
    additive_noise(x, 0.3, seed=1, out=out)
    assert out.equal(additive_noise(x, 0.3, seed=1))
    pixels = x.to(memory_format=torch.channels_last)
    drawn = additive_noise(pixels, 0.3, seed=1)
    assert drawn.is_contiguous(memory_format=torch.channels_last)
    assert drawn.equal(out)


@each_kind
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (3, 0), (1,)], ids=str)
def test_empty_and_single_elements(kind, shape):
    x = torch.full(shape, 0.5)
    assert additive_noise(x, 0.0, kind=kind, seed=1).equal(x)


@each_kind
def test_nan_propagates_to_its_element_only(isa, kind):
    x = torch.rand(200, generator=torch.Generator().manual_seed(0))
    clean = additive_noise(x, 0.4, kind=kind, seed=1)
    x[50:60] = math.nan
    drawn = additive_noise(x, 0.4, kind=kind, seed=1)
    kept = torch.ones(10, dtype=torch.bool)
    if kind == "salt_and_pepper":
        kept = (clean[50:60] != 0) & (clean[50:60] != 1)
        assert drawn[50:60][~kept].equal(clean[50:60][~kept])
    assert drawn[50:60][kept].isnan().all()
    drawn[50:60] = clean[50:60]
    assert drawn.equal(clean)


@each_kind
def test_gradient_is_one_where_not_clipped_or_replaced(kind):
    x = torch.linspace(0, 1, 41).requires_grad_()
    drawn = additive_noise(x, 0.4, kind=kind, seed=3)
    drawn.sum().backward()
    assert x.grad.equal(((drawn > 0) & (drawn < 1)).float())
    assert 0 < x.grad.sum() < 41


class TestBadInput:
    def test_unknown_kind(self):
        with pytest.raises(
            ValueError, match=r'kind must be "gaussian", "uniform" or .*, got \'pink\''
        ):
            additive_noise(torch.zeros(3), 0.1, kind="pink", seed=0)

    @pytest.mark.parametrize("amount", [-0.1, math.nan, math.inf])
    def test_invalid_amount(self, amount):
        with pytest.raises(ValueError, match=r"amount must .*a finite number >= 0.*, got .*"):
            additive_noise(torch.zeros(3), amount, seed=0)

    @pytest.mark.parametrize("amount", [1.5, torch.tensor([0.5, 1.5])])
    def test_share_above_one(self, amount):
        with pytest.raises(ValueError, match=r"amount must .*a share of at most 1.*, got 1\.5"):
            additive_noise(torch.zeros(2, 3), amount, kind="salt_and_pepper", seed=0)

    def test_salt_needs_finite_bounds(self):
        with pytest.raises(ValueError, match=r"bounds must .*finite.*, got an infinite end"):
            additive_noise(torch.zeros(3), 0.1, kind="salt_and_pepper", seed=0, bounds=None)

    def test_crossed_bounds(self):
        with pytest.raises(ValueError, match=r"bounds must .*low <= high.*, got \(1\.0, 0\.0\)"):
            additive_noise(torch.zeros(3), 0.1, seed=0, bounds=(1, 0))

    @pytest.mark.parametrize(
        ("name", "value", "bits"),
        [("seed", 2**64, 64), ("sample", 2**32, 32), ("first_element", -1, 62)],
    )
    def test_counter_out_of_range(self, name, value, bits):
        with pytest.raises(ValueError, match=rf"{name} must .* \[0, 2\^{bits}\).*, got {value}"):
            additive_noise(torch.zeros(3), 0.1, **{"seed": 0, name: value})

    def test_output_overlapping_the_input(self):
        memory = torch.zeros(10)
        with pytest.raises(
            ValueError, match=r"out must .*not overlap an input, got memory that overlaps x"
        ):
            additive_noise(memory[:9], 0.1, seed=0, out=memory[1:])

    def test_output_while_input_requires_grad(self):
        x = torch.zeros(3, requires_grad=True)
        with pytest.raises(ValueError, match="out must be None while x requires"):
            additive_noise(x, 0.1, seed=0, out=torch.zeros(3))
