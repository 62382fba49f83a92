"""The table of all methods with intervals over seeds, what is gained, and the paper's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.multitask import METHODS, PAPER, PAPER_SOURCE, SCORES, task_record
from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.multitask import Interval

__all__ = ["gain_word", "gains_sentence", "show_table"]


def show_table() -> None:
    """Draw the recorded table, the gains and the paper's table."""
    record = task_record()
    study = record.study
    kit.subheading(
        "Is one network for three tasks better than three networks?",
        f"{study.scenes} training scenes, {study.steps} steps, {study.tests} unseen scenes. "
        "Higher is better in %, lower in px and /km.",
    )
    kit.verdict(*gains_sentence(record.gains))
    kit.table(
        ["", *(f"{score.title}, {score.unit}" for score in SCORES.values())],
        [
            [METHODS[method].title, *(_cell(name, cells.get(name)) for name in SCORES)]
            for method, cells in record.table.items()
        ],
        caption=f"Means over {study.seeds} seeds with 95 % intervals (Student's t)",
    )
    left, right = st.columns(2, gap="large")
    with left:
        kit.table(
            ["", "gain over alone", "result"],
            [
                [
                    f"{SCORES[name].title}, {SCORES[name].unit}",
                    _difference(name, gain),
                    gain_word(gain),
                ]
                for name, gain in record.gains.items()
            ],
            caption="What learned variances gain, paired by seed, with 95 % intervals. Above 0: "
            "learned variances are better, with a higher % or a lower error",
        )
    with right:
        kit.table(
            ["", "IoU, %", "instances, px", "inverse depth, px"],
            [
                [METHODS[method].title, f"{iou:.1f}", f"{instances:.2f}", f"{depth:.3f}"]
                for method, (iou, instances, depth) in PAPER.items()
            ],
            caption="The paper's figures, for other pictures and a far larger network: compare "
            "the order of the rows and not the numbers",
        )
        kit.note(PAPER_SOURCE + ".")
    kit.origin(record.provenance, f"{len(record.runs)} trainings")


def gains_sentence(gains: dict[str, Interval]) -> tuple[str, str]:
    """Return which figures learned variances improve, and which they do not."""
    named: dict[str, list[str]] = {"better": [], "worse": [], "no clear difference": []}
    for name, gain in gains.items():
        named[gain_word(gain)].append(SCORES[name].title)
    better = named["better"]
    line = (
        f"With learned variances, **{len(better)} of {len(gains)}** figures are better than alone"
    )
    parts = [f"Better: {_listed(better)}."] if better else ["No task gains anything."]
    parts += [f"Worse: {_listed(named['worse'])}."] if named["worse"] else []
    if alike := named["no clear difference"]:
        parts += [f"No difference beyond the spread of the seeds: {_listed(alike)}."]
    return f"{line}.", " ".join(parts)


def gain_word(gain: Interval) -> str:
    """Say whether the interval of a gain excludes zero, and on which side it lies."""
    if gain.low is None or gain.high is None or gain.low <= 0 <= gain.high:
        return "no clear difference"
    return "better" if gain.low > 0 else "worse"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _cell(name: str, found: Interval | None) -> str:
    return "" if found is None else _spanned(name, found, "")


def _difference(name: str, gain: Interval) -> str:
    return _spanned(name, gain, "+").replace("-", "\N{MINUS SIGN}")


def _spanned(name: str, found: Interval, sign: str) -> str:
    score = SCORES[name]
    places = 2 if score.unit == "px" else 1
    text = f"{score.scale * found.value:{sign}.{places}f}"
    if found.low is None or found.high is None:
        return text
    low, high = (f"{score.scale * end:{sign}.{places}f}" for end in (found.low, found.high))
    return text if low == high == text else f"{text} ({low} to {high})"
