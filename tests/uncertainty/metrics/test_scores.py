"""Proper scores: closed forms, propriety, and agreement with scikit-learn."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty.metrics import (
    brier_score,
    gaussian_crps,
    gaussian_negative_log_likelihood,
    negative_log_likelihood,
    sample_crps,
)

SCORES = (negative_log_likelihood, brier_score)


def _predictions(count=60, classes=4):
    logits = 2 * normal((count, classes), seed=1, dtype=torch.float64)
    labels = (logits + 3 * normal((count, classes), seed=2, dtype=torch.float64)).argmax(1)
    return logits, labels


def test_scores_of_classes_are_those_of_scikit_learn():
    from sklearn.metrics import brier_score_loss, log_loss

    logits, labels = _predictions()
    probabilities = logits.softmax(1)
    assert float(negative_log_likelihood(probabilities, labels)) == pytest.approx(
        log_loss(labels, probabilities)
    )
    assert float(brier_score(probabilities, labels)) == pytest.approx(
        brier_score_loss(labels, probabilities, scale_by_half=False)
    )


@pytest.mark.parametrize("score", SCORES)
def test_logits_and_one_score_for_two_classes_give_the_same(score):
    logits, labels = _predictions()
    assert float(score(logits, labels, outputs="logits")) == pytest.approx(
        float(score(logits.softmax(1), labels))
    )
    single, two = logits[:, 0], labels.clamp_max(1)
    both = torch.stack((torch.zeros_like(single), single), 1).softmax(1)
    for rows, kind in ((single, "logits"), (single.sigmoid()[:, None], "probabilities")):
        assert float(score(rows, two, outputs=kind)) == pytest.approx(float(score(both, two)))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.02, 1.0), min_size=3, max_size=3),
    st.lists(st.floats(0.02, 1.0), min_size=3, max_size=3),
)
@pytest.mark.parametrize("score", SCORES)
def test_the_true_probabilities_have_the_best_expected_score(score, truth, other):
    truth, other = (torch.tensor(row, dtype=torch.float64) for row in (truth, other))
    truth, other = truth / truth.sum(), other / other.sum()

    def expected(row):
        each = [float(score(row[None], torch.tensor([label]))) for label in range(3)]
        return sum(p * value for p, value in zip(truth.tolist(), each, strict=True))

    assert expected(truth) <= expected(other) + 1e-12


@pytest.mark.parametrize("score", [gaussian_crps, gaussian_negative_log_likelihood])
def test_the_true_normal_distribution_has_the_best_expected_score(score):
    # Expectation under N(1, 2^2), at its quantiles.
    levels = (torch.arange(20_000, dtype=torch.float64) + 0.5) / 20_000
    y = 1 + 2 * torch.special.ndtri(levels)

    def expected(mean, deviation):
        return float(score(torch.full_like(y, mean), torch.full_like(y, deviation**2), y))

    best = expected(1.0, 2.0)
    for mean, deviation in ((0.8, 2.0), (1.2, 2.0), (1.0, 1.7), (1.0, 2.3), (0.5, 1.0)):
        assert expected(mean, deviation) > best


def test_expected_gaussian_scores_have_their_closed_forms():
    levels = (torch.arange(20_000, dtype=torch.float64) + 0.5) / 20_000
    y = 2 * torch.special.ndtri(levels)
    mean, variance = torch.zeros_like(y), torch.full_like(y, 4.0)
    assert float(gaussian_crps(mean, variance, y)) == pytest.approx(
        2 / math.sqrt(math.pi), rel=1e-3
    )
    entropy = math.log(2 * math.pi * math.e * 4) / 2
    found = gaussian_negative_log_likelihood(mean, variance, y)
    assert float(found) == pytest.approx(entropy, rel=1e-3)


def test_gaussian_nll_is_that_of_torch():
    mean, y = normal((2, 30, 3), seed=4, dtype=torch.float64)
    variance = normal((30, 3), seed=5, dtype=torch.float64).exp()
    wanted = -torch.distributions.Normal(mean, variance.sqrt()).log_prob(y).mean()
    found = gaussian_negative_log_likelihood(mean, variance, y)
    assert float(found) == pytest.approx(float(wanted))


def test_crps_of_a_point_mass_is_the_absolute_error():
    y, x = normal((2, 50), seed=3, dtype=torch.float64)
    error = float((y - x).abs().mean())
    assert float(gaussian_crps(x, torch.zeros(50), y)) == pytest.approx(error)
    assert float(gaussian_crps(x, torch.full((50,), 1e-24), y)) == pytest.approx(error)
    assert float(sample_crps(x.expand(7, -1), y)) == pytest.approx(error)


def test_crps_of_many_normal_samples_approaches_the_closed_form():
    y = torch.tensor([-1.0, 0.3, 2.5], dtype=torch.float64)
    levels = (torch.arange(20_001, dtype=torch.float64) + 0.5) / 20_001
    samples = torch.special.ndtri(levels)[:, None].expand(-1, 3)
    closed = gaussian_crps(torch.zeros_like(y), torch.ones_like(y), y)
    assert float(sample_crps(samples, y)) == pytest.approx(float(closed), abs=1e-3)


def test_unbiased_crps_of_few_samples_has_the_expectation_of_many():
    y = torch.zeros(40_000)
    samples = normal((3, 40_000), seed=8)
    closed = float(gaussian_crps(y, torch.ones_like(y), y))
    fair = sample_crps(samples, y, unbiased=True, resamples=200)
    # Four standard errors: a false alarm in 16,000 seeds.
    error = 4 * (fair.high - fair.low) / 3.92
    assert abs(float(fair) - closed) < error
    assert float(sample_crps(samples, y)) - closed > error


def test_an_impossible_label_has_infinite_nll():
    assert float(negative_log_likelihood(torch.tensor([[1.0, 0.0]]), torch.tensor([1]))) == math.inf


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("rows", "labels", "kind", "message"),
    [
        (torch.tensor([[0.1, math.nan]]), [0], "logits", "probabilities must be numbers, got NaN"),
        (torch.tensor([[math.inf, 0.0]]), [0], "logits", "probabilities must be numbers, got NaN"),
        (torch.tensor([[2.0, 0.1]]), [0], "probabilities", "pass outputs='logits'"),
        (torch.tensor([[0.5, 0.5]]), [2], "probabilities", "labels must be classes from 0 to 1"),
        (torch.tensor([[0.5, 0.5]]), [-1], "probabilities", "got values from -1 to -1"),
        (torch.tensor([0.3, 0.4]), [0], "probabilities", r"labels must have .*N = 2"),
        (torch.zeros(0, 3), [], "logits", "probabilities must have shape .* and elements"),
        (torch.zeros(1, 2, 3), [0], "logits", r"probabilities must have shape \(N, K\)"),
        (torch.zeros(1, 0), [0], "logits", r"probabilities must have shape \(N, K\)"),
    ],
)
def test_bad_predictions_are_refused_by_name(score, rows, labels, kind, message):
    with pytest.raises(ValueError, match=message):
        score(rows, torch.tensor(labels, dtype=torch.int64), outputs=kind)


@pytest.mark.parametrize(
    ("mean", "variance", "y", "message"),
    [
        (torch.zeros(2), torch.tensor([1.0, -1.0]), torch.zeros(2), "variance must be"),
        (torch.zeros(2), torch.ones(2), torch.tensor([0.0, math.nan]), "y must be finite, got NaN"),
        (torch.zeros(2, 1), torch.ones(2), torch.zeros(2), r"variance must have shape \(2, 1\)"),
    ],
)
@pytest.mark.parametrize("score", [gaussian_crps, gaussian_negative_log_likelihood])
def test_bad_normal_distributions_are_refused_by_name(score, mean, variance, y, message):
    with pytest.raises(ValueError, match=message):
        score(mean, variance, y)


def test_nll_of_a_point_mass_is_refused():
    with pytest.raises(ValueError, match="variance must be positive, got 0"):
        gaussian_negative_log_likelihood(torch.zeros(1), torch.zeros(1), torch.zeros(1))


def test_bad_samples_are_refused_by_name():
    with pytest.raises(ValueError, match=r"y must have shape \(3, 2\) like one of the samples"):
        sample_crps(torch.zeros(4, 3, 2), torch.zeros(3))
    with pytest.raises(ValueError, match="samples must be at least 2 with unbiased=True, got 1"):
        sample_crps(torch.zeros(1, 3), torch.zeros(3), unbiased=True)
