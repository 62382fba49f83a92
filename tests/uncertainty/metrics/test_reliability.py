"""Reliability bins and the expected calibration error."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.uncertainty.metrics import expected_calibration_error, reliability
from pyfrontiers.uncertainty.metrics.proportions import wilson


def _predictions(count=500, classes=4):
    probabilities = (2 * normal((count, classes), seed=1, dtype=torch.float64)).softmax(1)
    draw = uniform((count, 1), seed=2, dtype=torch.float64)
    labels = (probabilities.cumsum(1) < draw).sum(1).clamp_max(classes - 1)
    return probabilities, labels


@pytest.mark.parametrize("binning", ["width", "mass"])
def test_a_calibrated_coin_has_no_error(binning):
    probabilities = torch.tensor([[0.7, 0.3]]).expand(40, -1)
    labels = torch.tensor([0] * 7 + [1] * 3).repeat(4)
    for order in (slice(None), torch.arange(40).flip(0)):
        found = expected_calibration_error(probabilities, labels[order], binning=binning)
        assert float(found) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("binning", ["width", "mass"])
def test_the_error_of_one_confidence_is_its_gap(binning):
    probabilities = torch.tensor([[0.9, 0.1]]).expand(10, -1)
    labels = torch.tensor([0] * 6 + [1] * 4)
    found = expected_calibration_error(probabilities, labels, binning=binning)
    assert float(found) == pytest.approx(0.3, abs=1e-6)


def test_equal_masses_match_a_plain_computation():
    probabilities, labels = _predictions(count=120)
    confidence, guess = probabilities.max(1)
    order = confidence.argsort()
    gaps = (guess == labels).double()[order] - confidence[order]
    wanted = sum(abs(float(part.mean())) * len(part) for part in gaps.split(120 // 8)) / 120
    found = expected_calibration_error(probabilities, labels, bins=8, binning="mass")
    assert float(found) == pytest.approx(wanted)
    assert reliability(probabilities, labels, bins=8, binning="mass").count.tolist() == [15] * 8


@pytest.mark.parametrize(("count", "bins"), [(7, 3), (3, 7), (10, 10)])
def test_masses_differ_by_at_most_one(count, bins):
    probabilities, labels = _predictions(count=count)
    found = reliability(probabilities, labels, bins=bins, binning="mass").count
    assert int(found.sum()) == count
    assert int(found.max() - found.min()) <= 1


@pytest.mark.parametrize("binning", ["width", "mass"])
@pytest.mark.parametrize("bins", [1, 4, 15])
def test_the_error_depends_on_the_bins_alone_and_not_on_the_order(binning, bins):
    probabilities, labels = _predictions()
    probabilities = (probabilities * 20).round().div(20)  # ties
    probabilities /= probabilities.sum(1, keepdim=True)
    bars = reliability(probabilities, labels, bins=bins, binning=binning)
    found = float(expected_calibration_error(probabilities, labels, bins=bins, binning=binning))
    assert bars.error == pytest.approx(found)
    order = uniform((500,), seed=3).argsort()
    again = expected_calibration_error(
        probabilities[order], labels[order], bins=bins, binning=binning
    )
    assert float(again) == pytest.approx(found, abs=1e-12)


def test_bins_hold_their_confidences_and_wilson_intervals():
    probabilities, labels = _predictions()
    bars = reliability(probabilities, labels, bins=10)
    edges = torch.arange(11, dtype=torch.float64) / 10
    place = torch.searchsorted(edges, bars.most) - 1
    assert (bars.least > edges[place]).all()
    assert (bars.most <= edges[place + 1]).all()
    assert ((bars.least <= bars.confidence) & (bars.confidence <= bars.most)).all()
    for n, accuracy, low, high in zip(bars.count, bars.accuracy, bars.low, bars.high, strict=True):
        assert (float(low), float(high)) == pytest.approx(
            wilson(round(float(accuracy * n)), int(n))
        )


def test_a_confidence_on_an_edge_belongs_to_the_bin_below():
    probabilities = torch.tensor([[0.75, 0.25], [0.76, 0.24]])
    assert reliability(probabilities, torch.tensor([0, 0]), bins=4).count.tolist() == [1, 1]


def test_errors_name_the_argument():
    with pytest.raises(ValueError, match=r"bins must be .*, got 0"):
        expected_calibration_error(torch.tensor([[0.5, 0.5]]), torch.tensor([0]), bins=0)
    with pytest.raises(ValueError, match=r"binning must be .*, got 'area'"):
        reliability(torch.tensor([[0.5, 0.5]]), torch.tensor([0]), binning="area")
