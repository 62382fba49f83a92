"""C13: who is rare is served worse, by a gap that plain counting confirms."""

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


def told(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


def test_a_quick_run_passes_and_tells_its_progress():
    fractions = []
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=told(fractions))
    assert measured.status == "pass", measured.summary
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    for name, (low, high) in measured.interval.items():
        assert low < measured.value[name] < high
    assert measured.value["gap after reweighting"] < measured.value["gap"]


def test_the_record_is_a_full_run_over_all_shares():
    record = recorded("C13")
    assert record.profile == "full"
    rows = record.measurement.details["shares"]
    assert [row["share"] for row in rows] == list(bias.SHARES)
    judged = next(row for row in rows if row["share"] == 0.03)
    assert record.status == c13._judge(judged["none"], judged["reduction"])


@pytest.fixture
def short(monkeypatch):
    """Runs of C13 as short as they can be."""
    monkeypatch.setattr(c13, "_RUNS", {"quick": (2, 60)})
    monkeypatch.setattr(disparity_module, "_FRAME_RESAMPLES", 20)


def test_it_fails_when_the_remedy_does_nothing(short, monkeypatch):
    monkeypatch.setattr(bias, "group_weights", lambda slanted: torch.ones(len(slanted)))
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=told([]))
    assert measured.status == "fail"


def test_it_fails_when_both_groups_are_alike(short, monkeypatch):
    same = held_out()
    monkeypatch.setattr(
        bias,
        "held_out",
        lambda: type(same)(
            same.images[: len(same.images) // 2].repeat(2, 1, 1, 1), same.labels, same.slanted
        ),
    )
    measured = CLAIMS["C13"].measure(profile="quick", seed=0, report=told([]))
    assert measured.status == "fail"


@pytest.fixture(scope="module")
def answers():
    """Three networks' answers: mistaken in about 10 % of the first and 40 % of the second group."""
    slanted = torch.arange(300) % 3 == 0
    labels = torch.arange(300) % 10
    miss = uniform((3, 300), seed=4) < torch.where(slanted, 0.4, 0.1)
    return labels, torch.where(miss, (labels + 1) % 10, labels), slanted


def test_the_gap_is_what_plain_counting_gives(answers):
    labels, given, slanted = answers
    found = disparity(labels, given, slanted)
    counts = {True: [0, 0], False: [0, 0]}
    for row in given.tolist():
        for label, answer, group in zip(labels.tolist(), row, slanted.tolist(), strict=True):
            counts[group][0] += label != answer
            counts[group][1] += 1
    rates = {group: wrong / all_ for group, (wrong, all_) in counts.items()}
    assert found["slanted"]["value"] == pytest.approx(rates[True])
    assert found["upright"]["value"] == pytest.approx(rates[False])
    assert found["gap"]["value"] == pytest.approx(rates[True] - rates[False])
    for part in found.values():
        assert part["low"] < part["value"] < part["high"]


def test_intervals_have_the_width_of_counting_errors(answers):
    labels, given, slanted = answers
    found = disparity(labels, given, slanted)["slanted"]
    p, n = found["value"], 3 * int(slanted.sum())
    width = 2 * 1.96 * (p * (1 - p) / n) ** 0.5
    # 200 resamples: the width of a percentile interval is itself uncertain by some per cent.
    assert found["high"] - found["low"] == pytest.approx(width, rel=0.3)


def test_a_gap_has_a_sign_and_none_where_there_is_none(answers):
    labels, given, slanted = answers
    mistakes = given != labels
    turned = gap(mistakes, ~slanted)
    assert turned["value"] == pytest.approx(-gap(mistakes, slanted)["value"])
    assert turned["high"] < 0
    even = gap(uniform((3, 300), seed=9) < 0.3, slanted)
    assert even["low"] < 0 < even["high"]


@pytest.mark.parametrize("share", [0.01, 0.03, 0.5])
def test_the_share_is_the_share(share):
    train, digits = writers(share, seed=1), load()
    assert int(train.slanted.sum()) == round(share * 1442)
    assert torch.equal(train.images[~train.slanted], digits.train_images[~train.slanted])
    assert not torch.equal(train.images[train.slanted], digits.train_images[train.slanted])


def test_each_held_out_digit_is_there_in_both_hands():
    test, digits = held_out(), load()
    assert torch.equal(test.images[~test.slanted], digits.test_images)
    assert torch.equal(test.labels[test.slanted], digits.test_labels)
    # Lines that lean keep their ink, up to what leaves the little square.
    inked = test.images[test.slanted].sum() / digits.test_images.sum()
    assert 0.85 < float(inked) <= 1.01


def test_both_groups_weigh_the_same_after_reweighting():
    slanted = torch.tensor([True, False, False, False])
    weights = bias.group_weights(slanted)
    assert weights.tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6])


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_named(share):
    with pytest.raises(ValueError, match=r"share is .*; wanted a number above 0 and below 1"):
        writers(share, seed=0)


def test_bad_numbers_are_named(answers):
    labels, given, slanted = answers
    with pytest.raises(ValueError, match=r"seeds is 0 and shares is \[0.1\]"):
        bias.bias_study(shares=[0.1], seeds=0)
    with pytest.raises(ValueError, match="one of the two groups is empty"):
        disparity(labels, given, torch.zeros_like(slanted))
    with pytest.raises(ValueError, match=r"answers \(300,\).*wanted \(N,\), \(S, N\) and \(N,\)"):
        disparity(labels, given[0], slanted)
