"""Agreement with torchmetrics, where it has the metric."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.uncertainty.metrics import (
    auroc,
    expected_calibration_error,
    false_positive_rate,
    sample_crps,
)


@pytest.fixture(scope="module")
def peer():
    """Imported here because that takes seconds, also for those who run other tests."""
    from torchmetrics import functional

    return functional


def _scores(count=80):
    strangers = torch.arange(count) % 3 == 0
    return normal((count,), seed=1, dtype=torch.float64) + strangers, strangers


def test_calibration_error(peer):
    probabilities = (2 * normal((500, 4), seed=1, dtype=torch.float64)).softmax(1)
    draw = uniform((500, 1), seed=2, dtype=torch.float64)
    labels = (probabilities.cumsum(1) < draw).sum(1).clamp_max(3)
    for bins in (1, 2, 10, 15):
        wanted = peer.classification.multiclass_calibration_error(
            probabilities, labels, 4, n_bins=bins, norm="l1"
        )
        found = expected_calibration_error(probabilities, labels, bins=bins)
        assert float(found) == pytest.approx(float(wanted), abs=1e-6)


def test_auroc(peer):
    scores, strangers = _scores()
    wanted = peer.classification.binary_auroc(scores.sigmoid(), strangers.long())
    assert float(auroc(scores, strangers)) == pytest.approx(float(wanted), abs=1e-6)


def test_false_positive_rate_lies_on_the_roc_curve(peer):
    scores, strangers = _scores()
    # A known input is positive and accepted if its score is small.
    false, true, _ = peer.classification.binary_roc((-scores).sigmoid(), (~strangers).long())
    for tpr in (0.5, 0.9, 0.95, 1.0):
        wanted = float(false[true >= tpr - 1e-6].min())
        assert float(false_positive_rate(scores, strangers, tpr=tpr)) == pytest.approx(wanted)


def test_crps_of_samples(peer):
    samples, y = normal((9, 40), seed=6), normal((40,), seed=7)
    wanted = peer.regression.continuous_ranked_probability_score(samples.T.contiguous(), y)
    assert float(sample_crps(samples, y)) == pytest.approx(float(wanted), rel=1e-5)
