"""C16: two runs of HMC agree, and every approximation is farther from them."""

from __future__ import annotations

import pytest
import torch
from one_thread import one_thread as one_thread

from pyfrontiers.claims import CLAIMS, c16
from pyfrontiers.reports import silent
from pyfrontiers.uncertainty import study
from pyfrontiers.uncertainty.hmc.sampler import Chains
from pyfrontiers.uncertainty.study import WEIGHTS, Comparison, Distance, methods, reference


@pytest.fixture
def short(monkeypatch):
    """Shorten the chains, whose R-hat is then larger, and the training of the approximations."""
    monkeypatch.setattr(c16, "_RUNS", {"quick": {"chains": 32, "draws": 16, "warmup": 25}})
    monkeypatch.setattr(c16, "_MOST_R_HAT", 1.15)
    monkeypatch.setattr(methods, "_STEPS", 40)
    monkeypatch.setattr(methods, "_MEMBERS", 4)
    monkeypatch.setattr(methods, "_CHAIN_STEPS", 150)
    monkeypatch.setattr(methods, "_VARIATIONAL_STEPS", 40)


@pytest.fixture(
    params=[
        "short",
        pytest.param("quick", marks=pytest.mark.slow("fits seven approximations")),
    ]
)
def profile(request):
    """Make the quick profile of C16 shorter, or leave it."""
    if request.param == "short":
        request.getfixturevalue("short")


@pytest.mark.usefixtures("profile")
def test_quick_run_passes_and_reports_progress():
    told = []
    measured = CLAIMS["C16"].measure(
        profile="quick",
        seed=0,
        report=lambda fraction, message="", data=None: told.append((fraction, message)),
    )
    assert measured.status == "pass", (measured.value, measured.details["r_hat"])
    assert told == [(0.2, "gap, run 1")]
    assert set(measured.value) == {"HMC again", *study.METHODS}
    assert measured.interval is None  # over one run there is none
    found = measured.details
    for method, figures in found["distances"].items():
        assert {name: len(values) for name, values in figures.items()} == {
            "mean": 1,
            "spread": 1,
            "bias": 1,
        }
        assert measured.value[method] == figures["spread"][0]
    assert 0.9 < found["r_hat"]["gap"] < c16._MOST_R_HAT
    run = c16._RUNS["quick"]
    assert found["effective_samples"]["gap"] > 0
    assert found["draws"] == run["chains"] * run["draws"]
    words = CLAIMS["C16"].describe(measured)
    assert "Two independent HMC runs differ by **" in words.sentence
    for method in measured.value:
        assert any(figure.name == f"Spread off by, {method}" for figure in words.figures)


def _equal(points, reference, *, seed):
    return {"equal": Comparison(reference, Distance(0.0, 0.0, 0.0))}


def _far(points, reference, *, seed):
    return {"far": Comparison(reference, Distance(10.0, 10.0, 10.0))}


def test_c16_fails_when_an_approximation_equals_the_reference(short, monkeypatch):
    monkeypatch.setattr(study, "compare_methods", _equal)
    assert CLAIMS["C16"].measure(profile="quick", seed=0, report=silent).status == "fail"


def test_c16_fails_when_the_chains_have_not_mixed(monkeypatch):
    monkeypatch.setattr(c16, "_RUNS", {"quick": {"chains": 8, "draws": 12, "warmup": 8}})
    monkeypatch.setattr(study, "compare_methods", _far)
    measured = CLAIMS["C16"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
    assert measured.details["r_hat"]["gap"] > 1.05


def test_c16_fails_when_every_chain_is_stuck(monkeypatch):
    """Chains that never move have an infinite R-hat, which no JSON can hold."""

    def draws_of(points, *, chains, draws, seed, **_):
        start = torch.randn(chains, 1, WEIGHTS[points.task], dtype=torch.float64)
        stuck = start.expand(-1, draws, -1).clone()
        return Chains(stuck, stuck[..., 0], 0.0, 0, 0.1, stuck[0, 0], 1)

    torch.manual_seed(0)
    monkeypatch.setattr(reference, "draws_of", draws_of)
    monkeypatch.setattr(study, "compare_methods", _far)
    measured = CLAIMS["C16"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
    assert measured.details["r_hat"] == {"gap": None}
    figures = {each.name: each.value for each in CLAIMS["C16"].describe(measured).figures}
    assert figures["Largest split R-hat"] == "infinite"
