"""The area under the ROC curve and its interval."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty.head import separation


def test_area_counts_pairs_and_ties_for_half():
    found = separation(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 3.0, 0.0]))
    assert found.auroc == pytest.approx((1 + 1 + 0 + 0.5 + 1 + 0) / 6)
    assert 0 < found.low < found.auroc < found.high < 1


def test_perfect_separation_of_few_photographs_is_not_certain():
    few = separation(torch.zeros(3), torch.ones(40))
    many = separation(torch.zeros(30), torch.ones(40))
    assert (few.auroc, few.high) == (1.0, 1.0)
    assert few.low < many.low < 1


def test_interval_covers_the_true_area():
    # Two normal distributions one standard deviation apart have an area of Phi(1 / sqrt 2).
    true = torch.distributions.Normal(0.0, 1.0).cdf(torch.tensor(0.5**0.5)).item()
    inside = 0
    for run in range(300):
        drawn = normal((35,), seed=run, dtype=torch.float64)
        found = separation(drawn[:15], drawn[15:] + 1)
        inside += found.low <= true <= found.high
    assert 0.91 <= inside / 300 <= 0.99


def test_known_thing_is_compared_within_its_own_row():
    known = torch.tensor([0.0, 10.0])
    rows = torch.tensor([[1.0, 1.0], [11.0, 11.0]])
    assert separation(known, rows).auroc == 1.0
    assert separation(known, rows[0]).auroc == 0.5


def test_wrong_values_get_a_sentence():
    with pytest.raises(ValueError, match=r"strangers must have shape \(J,\) or \(2, J\)"):
        separation(torch.zeros(2), torch.zeros(3, 4))
    with pytest.raises(ValueError, match="known and strangers must be numbers, got NaN"):
        separation(torch.zeros(2), torch.tensor([torch.nan]))
