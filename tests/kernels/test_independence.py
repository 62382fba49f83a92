"""Random numbers and masks have the right distributions, and nothing is correlated."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from pyfrontiers import kernels

FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
DIGITS = {torch.float32: 24, torch.float64: 53, torch.float16: 11, torch.bfloat16: 8}
PROBABILITIES = [0.0, 2.0**-32, 2.0**-31, 0.01, 0.1, 0.25, 0.37, 0.5, 0.75, 0.9, 1 - 2.0**-32, 1.0]


def test_uniform_values_lie_on_a_grid_in_zero_one(dtype):
    values = kernels.uniform(1 << 16, seed=1, dtype=dtype).double()
    assert values.min() >= 0
    assert values.max() < 1
    scaled = values * 2.0 ** DIGITS[dtype]
    assert torch.equal(scaled, scaled.round())


def test_uniform_is_uniform(dtype):
    # 256 cells, each a whole number of grid points in every dtype.
    counts = torch.bincount((kernels.uniform(1 << 18, seed=2, dtype=dtype).double() * 256).long())
    assert len(counts) == 256
    assert stats.chisquare(counts.numpy()).pvalue > FALSE_ALARM


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 8, 128])
def test_neighbouring_words_are_independent(lag):
    nibble = kernels.bits(1 << 18, seed=3, dtype=torch.int64).numpy() >> 28
    table = np.bincount(nibble[:-lag] * 16 + nibble[lag:], minlength=256).reshape(16, 16)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def test_neighbouring_seeds_are_independent():
    one, two = (kernels.bits(1 << 18, seed=s, dtype=torch.int64).numpy() >> 28 for s in (8, 9))
    table = np.bincount(one * 16 + two, minlength=256).reshape(16, 16)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def test_normal_has_normal_moments_and_tails(dtype):
    n = 1 << 18
    x = kernels.normal(n, seed=4, dtype=dtype).double().numpy()
    width = stats.norm.isf(FALSE_ALARM / 2)
    # Standard errors of the sample moments of a standard normal: 1, 2, 15 - 9 and 96 over n.
    assert abs(x.mean()) < width * math.sqrt(1 / n)
    assert abs((x**2).mean() - 1) < width * math.sqrt(2 / n) + torch.finfo(dtype).eps
    assert abs((x**3).mean()) < width * math.sqrt(15 / n)
    assert abs((x**4).mean() - 3) < width * math.sqrt(96 / n) + 8 * torch.finfo(dtype).eps
    for threshold in (1.03125, 2.03125, 3.03125):  # between grid points in every dtype
        share = 2 * stats.norm.sf(threshold + torch.finfo(dtype).eps * threshold / 2)
        beyond = int((np.abs(x) > threshold).sum())
        assert stats.binomtest(beyond, n, share).pvalue > FALSE_ALARM
    if dtype in (torch.float32, torch.float64):
        assert stats.kstest(x, "norm").pvalue > FALSE_ALARM


def test_normal_pairs_are_independent():
    x = kernels.normal(1 << 18, seed=6).double()
    pair = torch.corrcoef(torch.stack((x[0::2], x[1::2])))[0, 1]
    assert abs(pair) * math.sqrt(len(x) / 2) < stats.norm.isf(FALSE_ALARM / 2)


def test_p_of_zero_and_one_are_certain():
    assert kernels.dropout_mask(100_000, 0.0, seed=1).all()
    assert not kernels.dropout_mask(100_000, 1.0, seed=1).any()


def test_keep_probability_is_rounded_to_32_digits_ties_to_even():
    assert kernels.dropout_mask(100_000, 2.0**-33, seed=1).all()
    assert not kernels.dropout_mask(100_000, 1 - 2.0**-33, seed=1).any()
    tie = kernels.dropout_mask(100_000, 0.5 + 2.0**-33, seed=1)
    assert torch.equal(tie, kernels.dropout_mask(100_000, 0.5, seed=1))


@pytest.mark.parametrize("p", PROBABILITIES)
def test_number_of_kept_elements_is_binomial(p):
    n, q = 1 << 20, round((1 - p) * 2**32) / 2**32
    kept = int(kernels.dropout_mask(n, p, seed=11, sample=1).sum())
    assert stats.binomtest(kept, n, q).pvalue > FALSE_ALARM


def test_every_lane_of_a_block_is_unbiased():
    mask = kernels.dropout_mask((1 << 14, 128), 0.37, seed=12)
    q = round(0.63 * 2**32) / 2**32
    pvalues = [stats.binomtest(int(k), 1 << 14, q).pvalue for k in mask.sum(0)]
    assert min(pvalues) > FALSE_ALARM / 128


def correlations(rows, q):
    """Standardised inner products of every pair of rows: standard normal if independent."""
    z = (rows.double() - q) / math.sqrt(q * (1 - q))
    gram = z @ z.T / math.sqrt(z.shape[1])
    i, j = torch.triu_indices(len(rows), len(rows), 1)
    return gram[i, j].abs().max().item(), len(i)


@pytest.mark.parametrize("p", [0.1, 0.37, 0.5])
def test_lanes_blocks_samples_and_seeds_are_uncorrelated(p):
    q = 1 - p
    mask = kernels.dropout_mask((1 << 13, 128), p, seed=13)
    families = {
        "lanes": mask.T,
        "blocks": mask.reshape(-1, 64, 128).transpose(0, 1).flatten(1),
        "samples": torch.stack(
            [kernels.dropout_mask(1 << 13, p, seed=13, sample=s) for s in range(48)]
        ),
        "seeds": torch.stack(
            [
                kernels.dropout_mask(1 << 13, p, seed=s)
                for low in range(24)
                for s in (low, low + 1 << 32)
            ]
        ),
    }
    for name, rows in families.items():
        largest, pairs = correlations(rows, q)
        assert largest < stats.norm.isf(FALSE_ALARM / pairs / 2), name
