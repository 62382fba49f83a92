"""C5 passes as claimed, and fails when the experiment behind it is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyfrontiers import generalization
from pyfrontiers.claims import CLAIMS, c05, recorded, reproduce
from pyfrontiers.generalization import conditions, digit_data, fit


def silent(fraction, message="", data=None):
    pass


@pytest.fixture
def short(monkeypatch):
    """Give C5 the first 400 training digits, with which a network knows fewer test digits."""
    data = digit_data()
    few = replace(data, train_images=data.train_images[:400], train_labels=data.train_labels[:400])
    monkeypatch.setattr(generalization, "digit_data", lambda: few)
    monkeypatch.setattr(c05, "_LEAST_TEST", 0.9)


@pytest.fixture(
    params=[
        "short",
        pytest.param(
            "quick", marks=pytest.mark.slow("trains five networks until they fit every label")
        ),
    ],
)
def least(request):
    """The least test accuracy in the quick profile, or in a shorter one."""
    if request.param == "short":
        request.getfixturevalue("short")
    return c05._LEAST_TEST


def test_quick_run_passes_and_reports_progress(least):
    fractions = []
    outcome = reproduce(
        "C5", report=lambda fraction, message="", data=None: fractions.append(fraction)
    )
    assert outcome.status == "pass"
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1
    value = outcome.measurement.value
    assert value["lowest training accuracy"] >= 0.999
    assert value["test accuracy at 0 % random labels"] >= least


def test_record_is_a_full_run_that_passed():
    record = recorded("C5")
    assert record.profile == "full"
    assert record.status == "pass"
    runs = record.measurement.details["runs"]
    assert sorted({run["share"] for run in runs}) == [0, 0.25, 0.5, 0.75, 1]
    assert all(run["train"] >= 0.999 for run in runs)
    assert len(runs) == 15


def test_c5_fails_when_no_label_is_randomised(short, monkeypatch):
    corrupt_labels = conditions.corrupt_labels

    def unchanged(labels, share, classes, *, seed):
        return corrupt_labels(labels, 0.0, classes, seed=seed)

    monkeypatch.setattr(conditions, "corrupt_labels", unchanged)
    measured = CLAIMS["C5"].measure(profile="quick", seed=0, report=silent)
    assert measured.status == "fail"
    assert measured.value["test accuracy at 100 % random labels"] >= 0.9


@pytest.fixture(scope="module")
def run(few_digits):
    return fit(few_digits, width=2, epochs=1, device="cpu")


def runs(run, train, *test):
    """Make three runs per level with the given accuracies, varied by 0.1 points."""
    levels = [share / (len(test) - 1) for share in range(len(test))]
    made = []
    for share, accuracy in zip(levels, test, strict=True):
        for shift in (-0.001, 0.0, 0.001):
            ends = {"train": (train,), "test": (accuracy + shift,)}
            made.append(replace(run, share=share, curves=replace(run.curves, **ends)))
    return made


@pytest.mark.parametrize(
    ("train", "test", "status"),
    [
        (1.0, (0.98, 0.7, 0.1), "pass"),
        (0.999, (0.97, 0.7, 0.139), "pass"),
        (0.9985, (0.98, 0.7, 0.1), "fail"),
        (1.0, (0.96, 0.7, 0.1), "fail"),
        (1.0, (0.98, 0.99, 0.1), "fail"),
        (1.0, (0.98, 0.7, 0.15), "fail"),
        (1.0, (0.98, 0.7, 0.05), "fail"),
    ],
    ids=["holds", "at the edge", "train", "clean test", "rises", "above chance", "below chance"],
)
def test_the_rule_checks_every_condition(run, train, test, status):
    measured = c05._judged(runs(run, train, *test), digit_data(), own=False)
    assert measured.status == status


def test_the_threshold_of_97_percent_does_not_apply_to_user_data(run):
    assert c05._judged(runs(run, 1.0, 0.8, 0.5, 0.1), digit_data(), own=True).status == "pass"
    assert c05._judged(runs(run, 1.0, 0.8, 0.5, 0.2), digit_data(), own=True).status == "fail"


@pytest.mark.long("a worker process starts and imports torch")
def test_equal_jobs_share_one_computation():
    from pyfrontiers.compute import submit
    from pyfrontiers.generalization import fit_digits

    settings = {"condition": "labels", "share": 0.5, "width": 2, "epochs": 1, "seed": 123}
    first, second = (submit(fit_digits, label="", **settings) for _ in range(2))
    assert first.key == second.key
    assert first._computation is second._computation
    assert first.result(timeout=120) == second.result(timeout=120)
