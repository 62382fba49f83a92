"""C18: sigma is high on occlusion edges, and ranks the errors better than the image gradient."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from pyfrontiers.claims import CLAIMS, c18
from pyfrontiers.depth import evaluation, predict_depth, strange
from pyfrontiers.reports import silent


@pytest.fixture
def short(monkeypatch):
    """Measure four scenes and one strange condition.

    The ratio varies by about 15 % over four scenes, so the bound is lower too.
    """
    monkeypatch.setattr(c18, "_RUNS", {"quick": (4, 3, 1)})
    monkeypatch.setattr(c18, "_LEAST", 1.5)
    monkeypatch.setattr(strange, "CONDITIONS", {"fog": strange.CONDITIONS["fog"]})


@pytest.fixture(
    params=["short", pytest.param("quick", marks=pytest.mark.slow("measures 54 scenes"))]
)
def profile(request):
    """Make the quick profile of C18 shorter, or leave it."""
    if request.param == "short":
        request.getfixturevalue("short")


@pytest.mark.usefixtures("profile")
def test_quick_run_passes_and_reports_progress():
    fractions = []
    measured = CLAIMS["C18"].measure(
        profile="quick",
        seed=0,
        report=lambda fraction, message="", data=None: fractions.append(fraction),
    )
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    found = measured.details
    assert (found["scenes"], found["samples"]) == c18._RUNS["quick"][:2]
    figures = (found["ratio"], found["gain"], found["ause"]["sigma"])
    assert list(measured.value.values()) == [one["value"] for one in figures]
    for name, (low, high) in measured.interval.items():
        assert low <= measured.value[name] <= high
    assert found["ratio"]["value"] >= c18._LEAST
    assert set(found["strange"]) == set(strange.CONDITIONS)
    assert min(found["motorcycle"].values()) > 0
    words = CLAIMS["C18"].describe(measured)
    assert "σ on occlusion edges is **" in words.sentence
    assert f"{found['scenes']}" in {one.value for one in words.figures if one.name == "Scenes"}
    for name in strange.CONDITIONS:
        assert any(one.name == f"Epistemic σ, {name} / as trained" for one in words.figures)


def _shuffled(*arguments, **options):
    maps = predict_depth(*arguments, **options)
    pixels = maps.sigma.flatten(1)
    order = torch.randperm(pixels.shape[1], generator=torch.Generator().manual_seed(0))
    return replace(maps, sigma=pixels[:, order].reshape(maps.sigma.shape))


def test_c18_fails_when_sigma_belongs_to_other_pixels(short, monkeypatch):
    monkeypatch.setattr(evaluation, "predict_depth", _shuffled)
    measured = CLAIMS["C18"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
    assert measured.value[c18._RATIO] == pytest.approx(1, abs=0.2)
    assert measured.interval[c18._GAIN][1] < 0
