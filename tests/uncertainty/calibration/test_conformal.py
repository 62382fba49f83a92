"""Conformal sets and intervals: the finite-sample guarantee, by simulation and by enumeration."""

from __future__ import annotations

import math

import pytest
import torch

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.uncertainty.calibration import fit_conformal_intervals, fit_conformal_sets
from pyfrontiers.uncertainty.calibration.conformal import threshold

_LEVEL, _HELD_OUT, _ROUNDS = 0.8, 14, 300


def _labelled(count, seed, classes=4):
    """A classifier that is wrong: overconfident, and shifted towards class 0."""
    logits = 2 * normal((count, classes), seed=seed, dtype=torch.float64)
    draw = uniform((count, 1), seed=seed + 1, dtype=torch.float64)
    labels = (logits.softmax(1).cumsum(1) < draw).sum(1).clamp_max(classes - 1)
    return (3 * logits + torch.tensor([1.0, 0, 0, 0])).softmax(1), labels


def _check_coverage(covered, rounds, new):
    """The mean coverage over fits is rank / (n + 1), exactly, if there are no ties."""
    rank = math.ceil((_HELD_OUT + 1) * _LEVEL)
    wanted = rank / (_HELD_OUT + 1)
    # The coverage of a fit has the distribution Beta(rank, n + 1 - rank).
    variance = wanted * (1 - wanted) * (1 / (_HELD_OUT + 2) + 1 / new) / rounds
    # Four standard errors: a false alarm in 16,000 seeds.
    assert abs(covered - wanted) < 4 * variance**0.5


@pytest.mark.parametrize("method", ["lac", "aps"])
def test_sets_hold_the_label_as_often_as_promised(method):
    new, covered = 20, 0.0
    probabilities, labels = _labelled(_ROUNDS * (_HELD_OUT + new), seed=10)
    blocks = zip(probabilities.split(_HELD_OUT + new), labels.split(_HELD_OUT + new), strict=True)
    for seed, (p, y) in enumerate(blocks):
        sets = fit_conformal_sets(
            p[:_HELD_OUT], y[:_HELD_OUT], level=_LEVEL, method=method, seed=seed
        )
        inside = sets(p[_HELD_OUT:]).gather(1, y[_HELD_OUT:, None])
        covered += float(inside.double().mean()) / _ROUNDS
    _check_coverage(covered, _ROUNDS, new)


@pytest.mark.parametrize("normalised", [False, True])
def test_intervals_hold_the_observation_as_often_as_promised(normalised):
    new, covered = 20, 0.0
    count = _ROUNDS * (_HELD_OUT + new)
    x, noise = normal((2, count), seed=30, dtype=torch.float64)
    mean, y = 0.5 * x, x + (0.2 + x.abs()) * noise  # a bad fit, with heteroscedastic noise
    sigma = 0.1 + x.abs() if normalised else None
    for block in torch.arange(count).split(_HELD_OUT + new):
        fit, test = block[:_HELD_OUT], block[_HELD_OUT:]
        found = fit_conformal_intervals(
            mean[fit], y[fit], level=_LEVEL, sigma=None if sigma is None else sigma[fit]
        )
        low, high = found(mean[test], None if sigma is None else sigma[test])
        covered += float(((low <= y[test]) & (y[test] <= high)).double().mean()) / _ROUNDS
    _check_coverage(covered, _ROUNDS, new)


@pytest.mark.parametrize(("count", "level"), [(9, 0.9), (19, 0.95), (10, 0.5), (7, 0.3)])
def test_each_score_in_turn_is_covered_as_often_as_promised(count, level):
    # Exchangeability, enumerated: every one of n + 1 scores is the new one once.
    scores = torch.arange(count + 1, dtype=torch.float64)
    inside = [
        float(scores[i]) <= threshold(torch.cat((scores[:i], scores[i + 1 :])), level)
        for i in range(count + 1)
    ]
    assert level <= sum(inside) / (count + 1) + 1e-12 <= level + 1 / (count + 1) + 1e-9


def test_lac_sets_are_the_classes_above_a_probability():
    probabilities, labels = _labelled(200, seed=50)
    sets = fit_conformal_sets(probabilities, labels, level=0.9)
    new, _ = _labelled(50, seed=60)
    assert torch.equal(sets(new), 1 - new <= sets.threshold)


def test_aps_sets_without_randomisation_reach_the_threshold():
    probabilities, labels = _labelled(200, seed=50)
    sets = fit_conformal_sets(probabilities, labels, method="aps", randomised=False)
    new, _ = _labelled(50, seed=60)
    inside = sets(new)
    ordered, order = new.sort(1, descending=True)
    kept = inside.gather(1, order)
    assert torch.equal(kept, ordered.cumsum(1) <= sets.threshold)
    assert (kept[:, 1:] <= kept[:, :-1]).all()  # a less probable class is never in alone


def test_aps_adapts_the_size_of_a_set_to_the_example():
    probabilities, labels = _labelled(400, seed=50)
    sizes = fit_conformal_sets(probabilities, labels, method="aps")(probabilities).sum(1).double()
    confidence = probabilities.max(1).values
    assert sizes[confidence > 0.95].mean() < sizes[confidence < 0.6].mean()


def test_random_sets_depend_on_the_seed_alone():
    probabilities, labels = _labelled(100, seed=50)
    first, again, other = (
        fit_conformal_sets(probabilities, labels, method="aps", seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert torch.equal(first(probabilities), again(probabilities))
    assert first.threshold != other.threshold


def test_one_score_and_logits_give_the_same_sets():
    probabilities, labels = _labelled(100, seed=50, classes=4)
    two = probabilities[:, :2] / probabilities[:, :2].sum(1, keepdim=True)
    y = labels.clamp_max(1)
    sets = fit_conformal_sets(two, y)
    logit = two[:, 1].log() - two[:, 0].log()
    by_logits = fit_conformal_sets(logit, y, outputs="logits")
    assert by_logits.threshold == pytest.approx(sets.threshold)
    assert torch.equal(by_logits(logit, outputs="logits"), sets(two))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": 0.0}, "level must be above 0 and below 1, got 0"),
        ({"level": 1.0}, "level must be above 0 and below 1, got 1"),
        ({"level": 0.95}, "got 0.95 with n = 4; it needs at least 19 examples"),
        ({"mean": torch.tensor([0.0, 0, 0, torch.nan])}, "mean must be finite"),
        ({"y": torch.full((4,), torch.inf)}, "y must be finite"),
        ({"sigma": torch.tensor([1.0, 1, 0, 1])}, "sigma must be positive, got 0"),
        ({"sigma": torch.ones(3)}, r"sigma must have shape \(N,\) with N = 4 like mean"),
    ],
)
def test_bad_intervals_are_refused_by_name(change, message):
    given = {"mean": torch.zeros(4), "y": torch.arange(4.0), "level": 0.5}
    with pytest.raises(ValueError, match=message):
        fit_conformal_intervals(**{**given, **change})


def test_nineteen_examples_are_enough_for_95_percent():
    found = fit_conformal_intervals(torch.zeros(19), torch.arange(19.0), level=0.95)
    assert found.threshold == 18.0


def test_sigma_must_be_given_as_in_the_fit():
    plain = fit_conformal_intervals(torch.zeros(9), torch.arange(9.0))
    with pytest.raises(ValueError, match="sigma must be None as in the fit, got standard"):
        plain(torch.zeros(2), torch.ones(2))
    scaled = fit_conformal_intervals(torch.zeros(9), torch.arange(9.0), sigma=torch.ones(9))
    with pytest.raises(ValueError, match="sigma must be standard deviations as in the fit, got"):
        scaled(torch.zeros(2))


def test_bad_predictions_are_refused_by_name():
    with pytest.raises(ValueError, match="pass outputs='logits'"):
        fit_conformal_sets(torch.tensor([[3.0, 1.0]]), torch.tensor([0]), level=0.5)
    sets = fit_conformal_sets(*_labelled(20, seed=50))
    with pytest.raises(ValueError, match="probabilities must be numbers, got NaN"):
        sets(torch.tensor([[torch.nan, 1.0, 0.0, 0.0]]))
