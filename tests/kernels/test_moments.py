"""Mean and variance in one read agree with two reads in float64, in any pieces."""

import itertools
import math

import pytest
import torch

from pyfrontiers.kernels import Moments, moments, moments_reference


def test_moments_are_the_reference(isa, dtype, laid_out, normal_images):
    samples = laid_out(normal_images(dtype))
    tolerance = max(2 * torch.finfo(dtype).eps, 1e-14)
    for dim, correction in itertools.product((0, 1, 2, 3, -1), (0, 1)):
        drawn = moments(samples, dim, correction=correction)
        wanted = moments_reference(samples, dim, correction=correction)
        for ours, theirs in zip(drawn, wanted, strict=True):
            assert ours.dtype == dtype
            torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance / 10)


def test_isas_and_threads_agree_bit_for_bit(isa, dtype, threads):
    samples = torch.randn(17, 3001, generator=torch.Generator().manual_seed(0)).to(dtype)
    torch.set_num_threads(1)
    alone = moments(samples)
    torch.set_num_threads(threads)
    assert all(a.equal(b) for a, b in zip(moments(samples), alone, strict=True))


def test_a_large_offset_costs_no_digits():
    """The textbook formula E[x^2] - E[x]^2 would return garbage here."""
    samples = torch.randn(1000, 4, dtype=torch.float64) + 1e9
    torch.testing.assert_close(moments(samples)[1], samples.var(0, correction=0), rtol=1e-6, atol=0)


@pytest.mark.parametrize("cuts", [(1,), (5,), (1, 2, 3), (9, 10)])
def test_consecutive_pieces_give_the_same_bits(isa, cuts):
    samples = torch.randn(11, 1500)
    whole, pieces = Moments().update(samples), Moments()
    for piece in samples.tensor_split(cuts):
        pieces.update(piece)
    assert pieces.count == 11
    assert pieces.mean.equal(whole.mean)
    assert pieces.variance().equal(whole.variance())
    assert whole.mean.float().equal(moments(samples)[0])


def test_merged_states_are_the_state_of_all():
    samples = torch.randn(20, 50, dtype=torch.float64)
    left, right = Moments().update(samples[:7]), Moments().update(samples[7:])
    merged = left.merge(right).merge(Moments())
    assert merged.count == 20
    torch.testing.assert_close(merged.mean, samples.mean(0))
    torch.testing.assert_close(merged.variance(1), samples.var(0))
    assert Moments().merge(right).mean.equal(right.mean)


def test_one_pass_has_no_variance():
    mean, variance = moments(torch.tensor([[3.0, -1.0]]))
    assert mean.tolist() == [3.0, -1.0]
    assert variance.tolist() == [0.0, 0.0]


def test_nan_and_infinity_stay_in_their_column():
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
        with pytest.raises(ValueError, match="samples: got no passes along dimension 0"):
            moments(torch.ones(0, 3))

    @pytest.mark.parametrize("dim", [2, -3])
    def test_no_such_dimension(self, dim):
        with pytest.raises(ValueError, match=rf"dim: got {dim} for a tensor of 2 dimension"):
            moments(torch.ones(3, 3), dim)

    def test_scalar(self):
        with pytest.raises(ValueError, match="dim: got 0 for a tensor of 0 dimension"):
            moments(torch.tensor(1.0))

    def test_too_few_passes_for_the_correction(self):
        with pytest.raises(ValueError, match=r"correction: got 1 for 1 pass\(es\), wanted fewer"):
            moments(torch.ones(1, 3), correction=1)

    def test_negative_correction(self):
        with pytest.raises(ValueError, match="correction: got -1, wanted 0 or more"):
            moments(torch.ones(1, 3), correction=-1)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"samples: got dtype torch\.int64"):
            moments(torch.ones(3, 3, dtype=torch.int64))

    def test_passes_of_another_shape(self):
        state = Moments().update(torch.ones(2, 3))
        with pytest.raises(ValueError, match=r"samples: got passes of shape \(4,\), wanted \(3,\)"):
            state.update(torch.ones(2, 4))
        with pytest.raises(ValueError, match=r"other: got passes of shape \(4,\), wanted \(3,\)"):
            state.merge(Moments().update(torch.ones(2, 4)))

    def test_variance_of_nothing(self):
        with pytest.raises(ValueError, match="correction: got 0 for 0"):
            Moments().variance()
