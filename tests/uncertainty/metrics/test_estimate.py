"""Bootstrap intervals, and the coverage of predicted intervals."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty.metrics import (
    auroc,
    coverage,
    estimate,
    expected_calibration_error,
    negative_log_likelihood,
)


def test_quantiles_of_a_distribution_cover_exactly_their_share():
    y = torch.special.ndtri((torch.arange(1000, dtype=torch.float64) + 0.5) / 1000)
    for level in (0.5, 0.9, 0.95):
        ends = torch.special.ndtri(torch.tensor([(1 - level) / 2, (1 + level) / 2]).double())
        low, high = (end.expand(1000) for end in ends)
        assert float(coverage(low, high, y)) == pytest.approx(level)


def test_ends_belong_to_the_interval_and_may_be_infinite():
    y = torch.tensor([0.0, 1.0, 2.0])
    assert float(coverage(y, y, y)) == 1.0
    assert float(coverage(y - torch.inf, y + torch.inf, y)) == 1.0
    assert float(coverage(y + 0.5, y + 1, y)) == 0.0


@pytest.mark.parametrize(
    ("low", "high", "y", "message"),
    [
        ([0.0], [-1.0], [0.0], "high must be at least low, got a smaller value in 1 intervals"),
        ([float("nan")], [1.0], [0.0], "low must be numbers, got NaN in 1"),
        ([0.0], [1.0], [float("inf")], "y must be finite"),
        ([[0.0]], [1.0], [0.0], r"high must have shape \(1, 1\) like low, got \(1,\)"),
    ],
)
def test_bad_intervals_are_refused_by_name(low, high, y, message):
    with pytest.raises(ValueError, match=message):
        coverage(torch.tensor(low), torch.tensor(high), torch.tensor(y))


def test_an_interval_has_the_width_of_the_normal_approximation():
    y = normal((400,), seed=1)
    inside = coverage(torch.full((400,), -1.0), torch.ones(400), y, resamples=2000)
    error = (float(inside) * (1 - float(inside)) / 400) ** 0.5
    assert inside.low < float(inside) < inside.high
    assert inside.high - inside.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert inside.resamples == 2000


def test_intervals_depend_on_the_seed_alone(monkeypatch):
    probabilities = normal((50, 3), seed=2).softmax(1)
    labels = torch.arange(50) % 3
    first = negative_log_likelihood(probabilities, labels, resamples=100, seed=4)
    assert negative_log_likelihood(probabilities, labels, resamples=100, seed=4) == first
    assert negative_log_likelihood(probabilities, labels, resamples=100, seed=5) != first
    monkeypatch.setattr(estimate, "_ELEMENTS", 120)  # two resamples at a time
    assert negative_log_likelihood(probabilities, labels, resamples=100, seed=4) == first


def test_resamples_keep_both_sides_of_a_comparison():
    # With one stranger, resamples of the whole would often have none.
    scores = torch.tensor([0.1, 0.2, 0.3, 0.25])
    found = auroc(scores, torch.tensor([0, 0, 0, 1]), resamples=200)
    assert float(found) == pytest.approx(2 / 3)
    assert 0 <= found.low < found.high <= 1


def test_a_metric_without_resamples_has_no_interval():
    found = expected_calibration_error(torch.tensor([[0.5, 0.5]]), torch.tensor([0]))
    assert (found.low, found.high, found.resamples) == (None, None, 0)
