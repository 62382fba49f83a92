"""C9 counts what survives, fails for examples that do not, and depends on the seed alone."""

from __future__ import annotations

import dataclasses

import pytest

from pyfrontiers.claims import CLAIMS, c09, recorded
from pyfrontiers.vision import (
    CLASS_NAMES,
    MORE_PHOTOGRAPHS,
    PHOTOGRAPHS,
    photograph,
    prepared_pixels,
    robust_examples,
    robustness,
)
from pyfrontiers.vision.recorded_robust import ROBUST_EXAMPLES, recorded_example


def quiet(fraction, message="", data=None):
    """Ignore a report."""


@pytest.fixture
def small(monkeypatch):
    """Measure the temple alone, under few transforms, drawn in small blocks."""
    monkeypatch.setattr("pyfrontiers.adversarial.held_out.BLOCK", 10)
    size = c09._Size(photographs=1, held_out=30, compared=20)
    monkeypatch.setitem(c09._SIZES, "quick", size)


def given(monkeypatch, example):
    monkeypatch.setattr(robust_examples, "robust_example", lambda **options: example)
    return CLAIMS["C9"].measure(profile="quick", seed=3, report=quiet)


def test_passes_for_an_example_that_survives(small, monkeypatch):
    example = recorded_example("temple").example
    measured = given(monkeypatch, example)
    assert measured.status == "pass"
    assert measured.value["adversariality"] >= 0.964
    assert measured.value["ordinary"] <= 0.1
    assert measured.value["accuracy"] <= 0.036
    assert 0.1 <= measured.value["accuracy_before"] <= 0.9  # ImageNet has no temple
    assert 5 < measured.value["l2"] < 25
    (one,) = measured.details["by photograph"]
    assert one["photograph"] == "temple"
    assert one["target"] == CLASS_NAMES[example.target]
    assert one["truth"] == CLASS_NAMES[example.truth]


def test_quick_run_sees_the_shipped_examples(monkeypatch):
    assert c09._SIZES["quick"].shipped
    size = c09._Size(photographs=2, held_out=20, compared=10, shipped=True)
    monkeypatch.setitem(c09._SIZES, "quick", size)
    measured = CLAIMS["C9"].measure(profile="quick", seed=1, report=quiet)
    assert measured.status == "pass"
    names = [one["photograph"] for one in measured.details["by photograph"]]
    assert names == list(ROBUST_EXAMPLES)
    assert "towards guacamole and ostrich within 16/255" in CLAIMS["C9"].describe(measured).text


def test_fails_for_an_ordinary_example(small, monkeypatch):
    example = recorded_example("temple").example
    measured = given(monkeypatch, dataclasses.replace(example, robust=example.ordinary))
    assert measured.status == "fail"
    # The ordinary example is seen under the first of the same transforms.
    assert abs(measured.value["adversariality"] - measured.value["ordinary"]) <= 0.1


def test_result_depends_neither_on_the_cores_nor_on_the_order(monkeypatch):
    make = robust_examples.robust_example
    seen = []

    def short(**options):
        seen.append((options["target"], options["seed"]))
        return make(**options, steps=1, views_per_step=1)

    monkeypatch.setattr(robust_examples, "robust_example", short)
    monkeypatch.setattr(robust_examples, "_ORDINARY_STEPS", 2)
    size, reports = c09._Size(photographs=2, held_out=3, compared=2), []
    found = []
    for cores in (1, 2):
        monkeypatch.setattr("pyfrontiers.machine.usable_cores", lambda cores=cores: cores)
        seen.clear()
        fractions = []
        reports.append(fractions)
        found.append(
            c09.study(size=size, seed=5, report=lambda f, *_, log=fractions: log.append(f))
        )
        assert len({target for target, _ in seen}) == len({seed for _, seed in seen}) == 2
    assert found[0] == found[1]
    assert [one.photograph for one in found[0]] == list(PHOTOGRAPHS)[:2]
    for fractions in reports:
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1


def test_photographs_are_twenty_different_scenes():
    names = PHOTOGRAPHS | MORE_PHOTOGRAPHS
    assert len(names) == 20
    assert len({prepared_pixels(photograph(name)) for name in names}) == 20
    assert c09._SIZES["full"].photographs == 20
    assert c09._SIZES["full"].held_out == 1000


def test_target_is_random_and_never_the_class_itself(small, monkeypatch):
    targets = []

    def drawn(**options):
        targets.append(options["target"])
        return recorded_example("temple").example

    monkeypatch.setattr(robust_examples, "robust_example", drawn)
    monkeypatch.setattr(robustness, "measure_example", lambda *_, **__: stand_in())
    truth = robust_examples.predicted_class(prepared_pixels(photograph("temple")))
    for seed in range(40):
        CLAIMS["C9"].measure(profile="quick", seed=seed, report=quiet)
    assert truth not in targets
    assert len(set(targets)) > 30  # 40 draws of 999 classes coincide 0.8 times on average


def stand_in():
    return robustness.Robustness("temple", "palace", "ostrich", 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)


def test_record_is_a_full_run_that_passed():
    record = recorded("C9")
    assert record.profile == "full"
    assert record.status == "pass"
    value, interval = record.measurement.value, record.measurement.interval
    assert value["adversariality"] >= 0.964
    assert value["ordinary"] < 0.2
    assert interval["adversariality"][0] <= value["adversariality"] <= 1
    assert len(record.measurement.details["by photograph"]) == 20
