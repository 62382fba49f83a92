"""What a network knows before it sees anything: its answers to random points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.transfer import (
    FAMILIES,
    GRID,
    METHODS,
    curves_through,
    prior_curves,
    trained_networks,
)
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import STEPS, controls, steps_text
from streamlit_app.labs.toward_general_intelligence.panels import Panel, draw_panels

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Prior", "mean_curve", "prior_of", "prior_part"]

_COUNT = 30
_TOP = 6.0
_THIN = 4  # every fourth point of the grid is drawn
_LEGEND = {
    "answer": "after five random points",
    "start": "before any point",
    "mean": "mean of all curves that were learned from",
}


@dataclass(frozen=True, slots=True)
class Prior:
    """What a method answers to points that no curve of the family goes through.

    Attributes:
        start: its curve before any step, at `GRID`.
        answers: (count, 201) its curves afterwards; without those that diverge.
        change: root mean square of the answers minus the start.
        sine: share of the change that is a sine curve of the frequency that was learned from.
    """

    start: Any
    answers: Any
    change: float
    sine: float


def prior_part() -> None:
    """Draw each method's own curve and its answers to random points."""
    kit.subheading(
        "What does it know before it sees anything?",
        "Every network is given five random points, thirty times. No sine curve goes through them: "
        "what the answers have in common was there before.",
    )
    steps = controls.choice(
        "prior-steps", "After", {count: steps_text(count) for count in STEPS[1:]}
    )
    found = {name: prior_of(name, steps) for name in trained_networks("regression")}
    ours, theirs, none = found["maml"], found["fine-tuning"], found["scratch"]
    kit.verdict(
        f"MAML's curve changes by **{ours.change:.2f}**, and **{kit.percent(ours.sine)}** of the "
        "change is a sine of the frequency that it learned from.",
        "The jointly trained network has one curve, the mean of all that it saw, and changes it by "
        f"{theirs.change:.2f}; {kit.percent(theirs.sine)} of that is such a sine. For a network "
        f"with random weights, it is {none.change:.2f} and {kit.percent(none.sine)}: what any "
        "smooth curve has.",
    )
    draw_panels(controls.key("prior"), [_panel(*each) for each in found.items()], _LEGEND, top=_TOP)


@lru_cache(maxsize=32)
@one_thread()
def prior_of(name: str, steps: int) -> Prior:
    """Return the answers of a method after a number of steps."""
    # Without a step, the points do not matter.
    start = _starts()[name]
    drawn = prior_curves(name, count=_COUNT, steps=steps)
    answers = drawn[np.isfinite(drawn).all(1)]
    change = answers - start
    x = np.array(GRID)
    waves, _ = np.linalg.qr(np.stack([np.sin(_frequency() * x), np.cos(_frequency() * x)], 1))
    power = float(np.square(change).sum())
    return Prior(
        start,
        answers,
        float(np.sqrt(np.square(change).mean())),
        float(np.square(change @ waves).sum()) / power if power else 0.0,
    )


@lru_cache(maxsize=1)
def _starts() -> Mapping[str, Any]:
    ends = np.array([GRID[0], GRID[-1]])
    return {name: rows[0] for name, rows in curves_through(ends, 0 * ends, steps=(0,)).items()}


def _frequency() -> float:
    """Return the one frequency of the curves that were learned from."""
    return FAMILIES["standard"].frequency[0]


@lru_cache(maxsize=1)
def mean_curve() -> tuple[float, ...]:
    """Return the mean at `GRID` of all curves a sin(f x + b) that were learned from."""
    family = FAMILIES["standard"]
    first, last = family.phase
    x = _frequency() * np.array(GRID)
    # The mean of sin(x + b) over b from `first` to `last`.
    wave = (np.cos(x + first) - np.cos(x + last)) / (last - first)
    return tuple((np.mean(family.amplitude) * wave).tolist())


def _panel(name: str, found: Prior) -> Panel:
    title = METHODS[name].title
    lines = [("answer", row[::_THIN]) for row in found.answers]
    lines += [("mean", mean_curve()[::_THIN]), ("start", found.start[::_THIN])]
    return Panel(
        title[0].upper() + title[1:],
        f"changes by {found.change:.2f}, {kit.percent(found.sine)} sine",
        f"{len(found.answers)} curves, each after five random points",
        tuple(lines),
    )
