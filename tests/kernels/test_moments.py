"""Mean and variance in one read match two reads in float64, also when updated in pieces."""

import itertools
import math

import pytest
import torch

from pyfrontiers.kernels import Moments, moments, moments_reference


def test_matches_reference(isa, dtype, laid_out, normal_images):
    samples = laid_out(normal_images(dtype))
    tolerance = max(2 * torch.finfo(dtype).eps, 1e-14)
    for dim, correction in itertools.product((0, 1, 2, 3, -1), (0, 1)):
        drawn = moments(samples, dim, correction=correction)
        wanted = moments_reference(samples, dim, correction=correction)
        for ours, theirs in zip(drawn, wanted, strict=True):
            assert ours.dtype == dtype
            torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance / 10)


def test_bit_identical_across_isas_and_threads(isa, dtype, threads):
    samples = torch.randn(17, 3001, generator=torch.Generator().manual_seed(0)).to(dtype)
    torch.set_num_threads(1)
    alone = moments(samples)
    torch.set_num_threads(threads)
    assert all(a.equal(b) for a, b in zip(moments(samples), alone, strict=True))


def test_large_offset_does_not_lose_precision():
    """The textbook formula E[x^2] - E[x]^2 would cancel catastrophically here."""
    samples = torch.randn(1000, 4, dtype=torch.float64) + 1e9
    torch.testing.assert_close(moments(samples)[1], samples.var(0, correction=0), rtol=1e-6, atol=0)


@pytest.mark.parametrize("cuts", [(1,), (5,), (1, 2, 3), (9, 10)])
def test_updates_in_pieces_give_the_same_bits(isa, cuts):
    samples = torch.randn(11, 1500)
    whole, pieces = Moments().update(samples), Moments()
    for piece in samples.tensor_split(cuts):
        pieces.update(piece)
    assert pieces.count == 11
    assert pieces.mean.equal(whole.mean)
    assert pieces.variance().equal(whole.variance())
    assert whole.mean.float().equal(moments(samples)[0])


def test_merged_states_match_a_single_state():
    samples = torch.randn(20, 50, dtype=torch.float64)
    left, right = Moments().update(samples[:7]), Moments().update(samples[7:])
    merged = left.merge(right).merge(Moments())
    assert merged.count == 20
    torch.testing.assert_close(merged.mean, samples.mean(0))
    torch.testing.assert_close(merged.variance(1), samples.var(0))
    assert Moments().merge(right).mean.equal(right.mean)


def test_variance_of_one_pass_is_zero():
    mean, variance = moments(torch.tensor([[3.0, -1.0]]))
    assert mean.tolist() == [3.0, -1.0]
    assert variance.tolist() == [0.0, 0.0]


def test_nan_and_infinity_affect_their_column_only():
    samples = torch.ones(3, 4)
    samples[1, 1], samples[1, 2] = math.nan, math.inf
    mean, variance = moments(samples)
    assert bool(mean[1].isnan())
    assert variance.isfinite().tolist() == [True, False, False, True]
    assert mean.isfinite().tolist() == [True, False, False, True]


def test_empty_columns():
    mean, variance = moments(torch.ones(3, 0, 2))
    assert mean.shape == variance.shape == (0, 2)


@pytest.mark.parametrize("correction", [0, 1])
def test_gradcheck(correction):
    samples = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda s: moments(s, correction=correction), samples)


class TestBadInput:
    def test_no_passes(self):
        with pytest.raises(
            ValueError, match="samples must have at least 1 pass, got none along dimension 0"
        ):
            moments(torch.ones(0, 3))

    @pytest.mark.parametrize("dim", [2, -3])
    def test_dimension_out_of_range(self, dim):
        with pytest.raises(
            ValueError, match=rf"dim must be a dimension of samples, which has 2, got {dim}"
        ):
            moments(torch.ones(3, 3), dim)

    def test_scalar(self):
        with pytest.raises(ValueError, match="samples must have a dimension of passes"):
            moments(torch.tensor(1.0))

    def test_too_few_passes_for_the_correction(self):
        with pytest.raises(
            ValueError, match=r"correction must be less than the number of passes, .*, got 1"
        ):
            moments(torch.ones(1, 3), correction=1)

    def test_negative_correction(self):
        with pytest.raises(ValueError, match=r"correction must .*0 or more.*, got -1"):
            moments(torch.ones(1, 3), correction=-1)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"samples must .*got .*torch\.int64"):
            moments(torch.ones(3, 3, dtype=torch.int64))

    def test_mismatched_shape(self):
        state = Moments().update(torch.ones(2, 3))
        with pytest.raises(
            ValueError, match=r"samples must have passes of shape \(3,\) as before, got \(4,\)"
        ):
            state.update(torch.ones(2, 4))
        with pytest.raises(ValueError, match=r"other must have passes of shape \(3,\), got \(4,\)"):
            state.merge(Moments().update(torch.ones(2, 4)))

    def test_variance_before_any_update(self):
        with pytest.raises(
            ValueError, match="correction must be less than the number of passes, 0, got 0"
        ):
            Moments().variance()
