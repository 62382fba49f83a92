"""The study of drop rates: folds, ways to predict, and the shipped record."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.digits import DigitNet, drop_rates, recorded_rates
from pyfrontiers.digits.drop_rates import FOLDS, KINDS, RATES, VARIANTS, VIEWS, predict_fold
from pyfrontiers.digits.recorded_rates import best_rate, summarise
from pyfrontiers.uncertainty.metrics import expected_calibration_error, negative_log_likelihood


@pytest.fixture(scope="module")
def folds():
    """Two folds of the study, with one epoch of training and few passes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drop_rates, "PASSES", 4)
        return [predict_fold(fold=fold, epochs=1, rates=(0.0, 0.3)) for fold in range(2)]


def test_networks_differ_in_kind_and_rate_and_rate_zero_has_no_kind(folds):
    settings = [(one.granularity, one.rate) for one in folds[0]]
    assert settings == [("channel", 0.0), ("channel", 0.3), ("element", 0.3)]
    none, channel, element = folds[0]
    assert torch.equal(none.test["upright"]["plain"], none.test["upright"]["passes"])
    for one in (channel, element):
        assert not torch.allclose(one.test["upright"]["plain"], one.test["upright"]["passes"])
    assert not torch.allclose(channel.held_out["passes"], element.held_out["passes"])


def test_the_next_fold_is_held_out(folds):
    assert torch.equal(folds[0][0].held_labels, folds[1][0].test_labels)
    assert 350 < len(folds[0][0].test_labels) < 370


def test_a_temperature_changes_confidences_but_no_prediction(folds):
    for one in folds[0]:
        for view in VIEWS:
            for way in ("plain", "passes"):
                before, after = one.test[view][way], one.test[view][f"{way}, scaled"]
                assert torch.equal(before.argmax(1), after.argmax(1))
                change = after.max(1).values - before.max(1).values
                cooler = one.temperatures[way] < 1
                assert (change > 0 if cooler else change < 0).all()


def test_figures_are_those_of_all_test_digits_together(folds, monkeypatch):
    monkeypatch.setattr(recorded_rates, "_RESAMPLES", 10)
    found = summarise(folds)
    assert found["digits"] == sum(len(fold[0].test_labels) for fold in folds)
    assert found["networks"]["channel"]["0"] == found["networks"]["element"]["0"]
    labels = torch.cat([fold[2].test_labels for fold in folds])
    pooled = torch.cat([fold[2].test["rotated"]["passes"] for fold in folds])
    one = found["networks"]["element"]["0.3"]["test"]["rotated"]["passes"]
    error = expected_calibration_error(pooled, labels, bins=10, binning="mass")
    assert one["ece"][0] == pytest.approx(float(error), abs=1e-4)
    assert one["nll"][0] == pytest.approx(float(negative_log_likelihood(pooled, labels)), abs=1e-4)
    assert sum(one["bins"]["count"]) == len(labels)


def test_the_record_has_every_network_and_every_digit():
    found, provenance = recorded_rates.recorded_rates()
    assert found["digits"] == 1797
    assert provenance.seed == 0
    for kind in KINDS:
        assert list(found["networks"][kind]) == [f"{rate:g}" for rate in RATES]
        for one in found["networks"][kind].values():
            assert set(one["test"]) == set(VIEWS)
            for each in one["test"].values():
                assert set(each) == set(VARIANTS)
        best = found["networks"][kind][best_rate(found, kind)]["held_out"]["passes"][0]
        assert best == min(one["held_out"]["passes"][0] for one in found["networks"][kind].values())
    assert FOLDS == 5


def test_masks_of_elements_and_of_channels():
    x = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))

    def active(model, layers):
        return (nn.Sequential(*list(model.train())[:layers])(x).flatten(2) > 0).sum(2)

    before = active(DigitNet(p=0.5), 2)
    whole, single = (
        active(DigitNet(p=0.5, granularity=kind), 3) for kind in ("channel", "element")
    )
    assert ((whole == 0) | (whole == before)).all()
    assert ((single > 0) & (single < before)).any()
