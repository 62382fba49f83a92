"""C11: the error on held-out digits follows a power law, unless the labels are meaningless."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.claims import CLAIMS, c11, recorded
from pyfrontiers.digits import DigitNet
from pyfrontiers.kernels import uniform
from pyfrontiers.limitations import learning_curve as curve_of
from pyfrontiers.limitations import training


@pytest.fixture(scope="module")
def module():
    import importlib

    return importlib.import_module("pyfrontiers.limitations.learning_curve")


def recording(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


@pytest.fixture(
    params=[
        (2, 60),
        pytest.param(None, marks=pytest.mark.slow("trains three networks at each of five sizes")),
    ],
    ids=["short", "quick"],
)
def seeds(request, monkeypatch):
    """The number of seeds in a run of the quick profile, or of a shorter one."""
    if request.param is not None:
        monkeypatch.setattr(c11, "_RUNS", {"quick": request.param})
    return c11._RUNS["quick"][0]


def test_quick_run_passes_and_reports_progress(seeds):
    fractions = []
    measured = CLAIMS["C11"].measure(profile="quick", seed=0, report=recording(fractions))
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert measured.details["sizes"] == [20, 40, 80, 160, 320]
    assert measured.details["seeds"] == seeds
    low, high = measured.interval["exponent"]
    assert low < measured.value["exponent"] < high


def test_record_is_a_full_run():
    record = recorded("C11")
    assert record.profile == "full"
    assert record.status == c11._judge(record.measurement.details["alone"])


def test_c11_does_not_pass_with_meaningless_labels(monkeypatch, module):
    def fit_to_noise(model, images, labels, **settings):
        training.fit(model, images, labels[torch.arange(len(labels)) * 7 % len(labels)], **settings)

    monkeypatch.setattr(c11, "_RUNS", {"quick": (2, 30)})
    monkeypatch.setattr(module, "fit", fit_to_noise)
    measured = CLAIMS["C11"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status in ("fail", "null")


@pytest.mark.parametrize(
    ("change", "status"),
    [({"low": -0.1}, "null"), ({"r_squared": 0.8}, "fail"), ({"low": -2, "high": -1}, "fail")],
    ids=["interval covers zero", "poor fit", "rising"],
)
def test_the_rule_checks_interval_and_fit(change, status):
    good = {"low": 0.2, "high": 0.4, "r_squared": 0.95}
    assert c11._judge(good) == "pass"
    assert c11._judge(good | change) == status


def test_equal_seeds_give_equal_curves():
    first, again = (curve_of(seeds=1, steps=3, seed=5) for _ in range(2))
    assert first == again
    assert first["held_out"] == 576
    assert curve_of(seeds=1, steps=3, seed=6) != first


def test_every_prefix_of_the_order_is_balanced(module):
    labels = torch.tensor([5, 6, 7, 8, 9] * 30)
    order = module._balanced_order(labels, 3)
    assert sorted(order.tolist()) == list(range(150))
    for size in (5, 23, 77):
        counts = torch.bincount(labels[order[:size]], minlength=10)[5:]
        assert counts.max() - counts.min() <= 1


def test_transfer_copies_the_filters_but_not_the_output_layer(module):
    model, source = DigitNet(p=0.0, seed=1), DigitNet(p=0.0, seed=2)
    own = model.linear.weight.clone()
    module._copy_filters(model, source)
    assert torch.equal(model.conv2.weight, source.conv2.weight)
    assert torch.equal(model.linear.weight, own)


def test_invalid_arguments_are_rejected():
    with pytest.raises(ValueError, match="seeds must be an integer of at least 1, got 0"):
        curve_of(seeds=0, steps=5)
    nothing = torch.zeros(0, 1, 8, 8)
    with pytest.raises(ValueError, match=r"must have the same length of at least 1, got 0 and 0"):
        training.fit(DigitNet(), nothing, torch.zeros(0, dtype=torch.long), steps=1, seed=0)
    one, label = torch.zeros(1, 1, 8, 8), torch.zeros(1, dtype=torch.long)
    with pytest.raises(ValueError, match="steps must be at least 1, got 0"):
        training.fit(DigitNet(), one, label, steps=0, seed=0)


def test_a_weight_of_zero_excludes_an_example():
    images, weights = uniform((2, 1, 8, 8), seed=1), torch.tensor([1.0, 0.0])
    trained = []
    for other in (2, 9):
        model = DigitNet(p=0.0, seed=1)
        labels = torch.tensor([1, other])
        training.fit(model, images, labels, weights=weights, steps=4, seed=3, batch=8)
        trained.append(model.state_dict())
    first, second = trained
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_training_neither_reads_nor_advances_torchs_generator():
    before = torch.random.get_rng_state()
    labels = torch.arange(4)
    training.fit(DigitNet(), uniform((4, 1, 8, 8), seed=1), labels, steps=2, seed=0)
    assert torch.equal(torch.random.get_rng_state(), before)
