"""AUROC and the false positive rate: pairs and invariance."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty.head import separation
from pyfrontiers.uncertainty.metrics import auroc, false_positive_rate

SCORES = st.lists(st.integers(-4, 4), min_size=2, max_size=12)


def _scores(count=80):
    strangers = torch.arange(count) % 3 == 0
    return normal((count,), seed=1, dtype=torch.float64) + strangers, strangers


@settings(max_examples=60, deadline=None)
@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_in_order(known, strangers):
    scores = torch.tensor([*known, *strangers], dtype=torch.float64)
    chosen = torch.tensor([0] * len(known) + [1] * len(strangers))
    pairs = [(s > k) + (s == k) / 2 for k in known for s in strangers]
    assert float(auroc(scores, chosen)) == pytest.approx(sum(pairs) / len(pairs))


def test_auroc_is_that_of_the_heads():
    scores, strangers = _scores()
    apart = separation(scores[~strangers], scores[strangers])
    assert float(auroc(scores, strangers)) == pytest.approx(apart.auroc)


@pytest.mark.parametrize("monotone", [torch.exp, lambda s: s**3, lambda s: 5 * s - 2, torch.atan])
@pytest.mark.parametrize("metric", [auroc, false_positive_rate])
def test_only_the_order_of_the_scores_matters(metric, monotone):
    scores, strangers = _scores()
    assert float(metric(monotone(scores), strangers)) == float(metric(scores, strangers))


def test_reversed_scores_and_reversed_roles_give_the_complement():
    scores, strangers = _scores()
    found = float(auroc(scores, strangers))
    assert float(auroc(-scores, strangers)) == pytest.approx(1 - found)
    assert float(auroc(scores, ~strangers)) == pytest.approx(1 - found)


def test_exactly_19_of_20_known_inputs_are_accepted():
    scores = torch.cat((torch.arange(20.0), torch.tensor([18.0, 18.5, 19.0])))
    strangers = torch.tensor([False] * 20 + [True] * 3)
    assert float(false_positive_rate(scores, strangers)) == pytest.approx(1 / 3)
    assert float(false_positive_rate(scores, strangers, tpr=0.0)) == 0.0


def test_perfect_separation_and_equal_scores():
    strangers = torch.tensor([0, 0, 1, 1])
    apart, same = torch.tensor([0.1, 0.2, 0.8, 0.9]), torch.full((4,), 0.3)
    assert float(auroc(apart, strangers)) == 1.0
    assert float(false_positive_rate(apart, strangers)) == 0.0
    assert float(auroc(same, strangers)) == 0.5
    assert float(false_positive_rate(same, strangers)) == 1.0


@pytest.mark.parametrize("metric", [auroc, false_positive_rate])
@pytest.mark.parametrize(
    ("scores", "strangers", "message"),
    [
        ([0.1, 0.2], [0, 0], "strangers must have both .*, got 2 known inputs only"),
        ([0.1, 0.2], [True, True], "strangers must have both .*, got 2 strangers only"),
        ([0.1, 0.2], [0, 2], "strangers must be flags or the integers 0 and 1, got values from 0"),
        ([0.1, float("nan")], [0, 1], "scores must be finite, got NaN or infinity in 1 of 2"),
        ([0.1, 0.2], [0, 1, 1], r"strangers must have shape \(N,\) with N = 2 like scores"),
    ],
)
def test_an_undefined_rate_is_explained(metric, scores, strangers, message):
    with pytest.raises(ValueError, match=message):
        metric(torch.tensor(scores), torch.tensor(strangers))


def test_fractions_are_no_flags():
    with pytest.raises(TypeError, match="strangers must be flags or the integers 0 and 1, got tor"):
        auroc(torch.tensor([0.1, 0.2]), torch.tensor([0.0, 1.0]))
