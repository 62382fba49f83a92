"""C17: the errors of mean and variance over T passes fall as the root of T."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from one_thread import one_thread as one_thread

from pyfrontiers.claims import CLAIMS, c17
from pyfrontiers.reports import silent
from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout import convergence


def _shorten(monkeypatch, *run):
    monkeypatch.setattr(c17, "_RUNS", {"quick": run})
    monkeypatch.setattr(c17, "_EPOCHS", 3)
    monkeypatch.setattr(convergence, "_RESAMPLES", 50)


@pytest.fixture(
    params=[
        (24, 256),
        pytest.param(None, marks=pytest.mark.slow("trains a network and runs 16,384 passes")),
    ],
    ids=["short", "quick"],
)
def run(request, monkeypatch):
    """Runs and largest T of the quick profile, or of a shorter one."""
    if request.param is not None:
        _shorten(monkeypatch, *request.param)
    return c17._RUNS["quick"]


def test_quick_run_passes_and_reports_progress(run):
    fractions, curves = [], []

    def report(fraction, message="", data=None):
        fractions.append(fraction)
        curves.append(data)

    measured = CLAIMS["C17"].measure(profile="quick", seed=0, report=report)
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    found = measured.details
    assert curves[-1].items() <= found.items()
    replicates, longest = run
    assert found["replicates"] == replicates
    assert found["passes"] == [2**k for k in range(3, 12) if 2**k <= longest]
    assert found["masks"] == 4096
    assert found["test_accuracy"] > 0.2
    for name in ("mean", "variance"):
        one = found[name]
        assert one["low"] < one["slope"] < one["high"]
        assert one["errors"] == sorted(one["errors"], reverse=True)
        assert measured.value[f"slope of the {name}"] == one["slope"]
        assert measured.interval[0] <= one["low"] < one["high"] <= measured.interval[1]
    words = CLAIMS["C17"].describe(measured)
    assert any(figure.value == "sum over all 4,096 masks" for figure in words.figures)


def _one_mask(*arguments, **options):
    found = mc_dropout(*arguments, **options)
    return replace(found, samples=found.samples[:1].expand_as(found.samples))


@pytest.mark.parametrize(
    "passes",
    [
        pytest.param(_one_mask, id="all passes have one mask"),
        pytest.param(partial(mc_dropout, p=0.75), id="passes drop more than the reference"),
    ],
)
def test_c17_fails_when_the_passes_are_broken(passes, monkeypatch):
    _shorten(monkeypatch, 8, 128)
    monkeypatch.setattr(convergence, "mc_dropout", passes)
    measured = CLAIMS["C17"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
    assert max(measured.value.values()) > -0.4
