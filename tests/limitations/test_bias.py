"""C13: a rare group has a higher error, and the measured gap equals a plain count."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.claims import CLAIMS, c13, recorded
from pyfrontiers.digits import load
from pyfrontiers.kernels import uniform
from pyfrontiers.limitations import bias
from pyfrontiers.limitations import disparity as disparity_module
from pyfrontiers.limitations.disparity import disparity, gap
from pyfrontiers.limitations.subgroups import held_out, writers


def recording(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


@pytest.fixture(
    params=[
        (2, 90),
        pytest.param(None, marks=pytest.mark.slow("trains six networks, half with the remedy")),
    ],
    ids=["short", "quick"],
)
def profile(request, monkeypatch):
    """Make the quick profile of C13 shorter, or leave it."""
    if request.param is not None:
        monkeypatch.setattr(c13, "_RUNS", {"quick": request.param})
        monkeypatch.setattr(disparity_module, "_FRAME_RESAMPLES", 50)


@pytest.mark.usefixtures("profile")
def test_quick_run_passes_and_reports_progress():
    fractions = []
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=recording(fractions))
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    for name, (low, high) in measured.interval.items():
        assert low < measured.value[name] < high
    assert measured.value["gap after reweighting"] < measured.value["gap"]


def test_record_is_a_full_run_over_all_shares():
    record = recorded("C13")
    assert record.profile == "full"
    rows = record.measurement.details["shares"]
    assert [row["share"] for row in rows] == list(bias.SHARES)
    judged = next(row for row in rows if row["share"] == 0.03)
    assert record.status == c13._judge(judged["none"], judged["reduction"])


@pytest.fixture
def short(monkeypatch):
    """Make runs of C13 as short as possible."""
    monkeypatch.setattr(c13, "_RUNS", {"quick": (2, 60)})
    monkeypatch.setattr(disparity_module, "_FRAME_RESAMPLES", 20)


def test_c13_fails_when_the_remedy_has_no_effect(short, monkeypatch):
    monkeypatch.setattr(bias, "group_weights", lambda slanted: torch.ones(len(slanted)))
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status == "fail"


def test_c13_fails_when_both_groups_are_alike(short, monkeypatch):
    same = held_out()
    monkeypatch.setattr(
        bias,
        "held_out",
        lambda: type(same)(
            same.images[: len(same.images) // 2].repeat(2, 1, 1, 1), same.labels, same.slanted
        ),
    )
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status == "fail"


@pytest.fixture(scope="module")
def answers():
    """Predictions of three networks with error rates of about 10 % and 40 % in the two groups."""
    slanted = torch.arange(300) % 3 == 0
    labels = torch.arange(300) % 10
    miss = uniform((3, 300), seed=4) < torch.where(slanted, 0.4, 0.1)
    return labels, torch.where(miss, (labels + 1) % 10, labels), slanted


def test_the_gap_equals_a_plain_count(answers):
    labels, given, slanted = answers
    found = disparity(labels, given, slanted)
    counts = {True: [0, 0], False: [0, 0]}
    for row in given.tolist():
        for label, answer, group in zip(labels.tolist(), row, slanted.tolist(), strict=True):
            counts[group][0] += label != answer
            counts[group][1] += 1
    rates = {group: wrong / total for group, (wrong, total) in counts.items()}
    assert found["slanted"]["value"] == pytest.approx(rates[True])
    assert found["upright"]["value"] == pytest.approx(rates[False])
    assert found["gap"]["value"] == pytest.approx(rates[True] - rates[False])
    for part in found.values():
        assert part["low"] < part["value"] < part["high"]


def test_intervals_have_the_binomial_width(answers):
    labels, given, slanted = answers
    found = disparity(labels, given, slanted)["slanted"]
    p, n = found["value"], 3 * int(slanted.sum())
    width = 2 * 1.96 * (p * (1 - p) / n) ** 0.5
    # With 200 resamples the width of a percentile interval is itself uncertain by a few per cent.
    assert found["high"] - found["low"] == pytest.approx(width, rel=0.3)


def test_the_gap_is_signed_and_its_interval_covers_zero_for_equal_groups(answers):
    labels, given, slanted = answers
    mistakes = given != labels
    swapped = gap(mistakes, ~slanted)
    assert swapped["value"] == pytest.approx(-gap(mistakes, slanted)["value"])
    assert swapped["high"] < 0
    equal = gap(uniform((3, 300), seed=9) < 0.3, slanted)
    assert equal["low"] < 0 < equal["high"]


@pytest.mark.parametrize("share", [0.01, 0.03, 0.5])
def test_training_set_has_the_requested_share_of_slanted_digits(share):
    train, digits = writers(share, seed=1), load()
    assert int(train.slanted.sum()) == round(share * 1442)
    assert torch.equal(train.images[~train.slanted], digits.train_images[~train.slanted])
    assert not torch.equal(train.images[train.slanted], digits.train_images[train.slanted])


def test_each_held_out_digit_occurs_upright_and_slanted():
    test, digits = held_out(), load()
    assert torch.equal(test.images[~test.slanted], digits.test_images)
    assert torch.equal(test.labels[test.slanted], digits.test_labels)
    # Shearing preserves the ink, except for what leaves the image.
    inked = test.images[test.slanted].sum() / digits.test_images.sum()
    assert 0.85 < float(inked) <= 1.01


def test_reweighting_gives_both_groups_equal_weight():
    slanted = torch.tensor([True, False, False, False])
    weights = bias.group_weights(slanted)
    assert weights.tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6])


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_shares_out_of_range_are_rejected(share):
    with pytest.raises(ValueError, match=r"share must be greater than 0 and less than 1, got"):
        writers(share, seed=0)


def test_invalid_arguments_are_rejected(answers):
    labels, given, slanted = answers
    with pytest.raises(ValueError, match="seeds must be an integer of at least 1, got 0"):
        bias.bias_study(shares=[0.1], seeds=0)
    with pytest.raises(ValueError, match="shares must hold at least one share, got none"):
        bias.bias_study(shares=[])
    with pytest.raises(ValueError, match="slanted must mark some but not all examples"):
        disparity(labels, given, torch.zeros_like(slanted))
    with pytest.raises(ValueError, match=r"must have the shapes \(N,\), .*, got \(300,\), \(300,"):
        disparity(labels, given[0], slanted)
