"""What the curves through five points show, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.transfer import GRID, METHODS
from streamlit_app.labs.toward_general_intelligence.controls import STEPS
from streamlit_app.labs.toward_general_intelligence.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from streamlit_app.labs.toward_general_intelligence.examples import Example
    from streamlit_app.labs.toward_general_intelligence.points import Points

__all__ = ["DIVERGED", "errors_of", "figure", "outside", "verdict_of"]

DIVERGED = 1e6
"""Squared error from which on a method is said to diverge."""
#: Curves like those that the networks have learned from.
_INSIDE = "sine"
_OF = {
    "faster": "a sine of higher frequency",
    "larger": "a sine of larger amplitude",
    "step": "a step",
    "line": "a straight line",
}


def errors_of(
    curves: Mapping[str, Any], points: Points, found: Example | None
) -> dict[str, tuple[float, ...]]:
    """Return the mean squared error of each method after each of `STEPS`.

    Args:
        curves: (S, 201) by method.
        points: what they were adapted to.
        found: the example that the points are of: the error is that of the whole curve. Without
            one, it is that at the points.
    """
    if found is not None:
        gaps = {name: rows - np.array(found.truth) for name, rows in curves.items()}
    else:
        x, y = np.array(points).T
        gaps = {
            name: np.stack([np.interp(x, GRID, row) for row in rows]) - y
            for name, rows in curves.items()
        }
    return {name: tuple(np.square(gap).mean(1).tolist()) for name, gap in gaps.items()}


def verdict_of(name: str, errors: Mapping[str, tuple[float, ...]]) -> tuple[str, str]:
    """Say which method follows the points, and what the others reach.

    Args:
        name: a key of `EXAMPLES`, or that of the visitor's own points.
        errors: of `errors_of`.
    """
    after = {
        steps: {key: rows[place] for key, rows in errors.items()}
        for place, steps in enumerate(STEPS)
    }
    if outside(name):
        return _outside(name, after[STEPS[-1]])
    last = (
        f"After {STEPS[-1]} steps: fine-tuning of a jointly trained network "
        f"{figure(after[STEPS[-1]]['fine-tuning'])}, a network from scratch "
        f"{figure(after[STEPS[-1]]['scratch'])}."
    )
    if name != _INSIDE:
        return (
            "After one step, MAML passes your points with a squared error of "
            f"**{figure(after[1]['maml'])}**; it was {figure(after[0]['maml'])}.",
            f"{last} Between your points, only the curve that you have in mind says who is right.",
        )
    best = _best(after[1])
    return (
        f"After one step, **{METHODS[best].title}** is closest to the curve: squared error "
        f"**{figure(after[1][best])}**.",
        ("" if best == "maml" else f"MAML: {figure(after[1]['maml'])}. ") + last,
    )


def _outside(name: str, after: Mapping[str, float]) -> tuple[str, str]:
    ours, theirs = after["maml"], after["scratch"]
    best = _best(after)
    line = (
        f"On {_OF[name]}, MAML's squared error after {STEPS[-1]} steps is **{figure(ours)}**, from "
        f"scratch **{figure(theirs)}**."
        if ours < DIVERGED
        else f"On {_OF[name]}, MAML **diverges** within {STEPS[-1]} steps; the squared error from "
        f"scratch is **{figure(theirs)}**."
    )
    helps = ours < DIVERGED and not ours >= theirs  # a divergence is no number
    said = (
        "No task of the training was like this one, and experience still helps here."
        if helps
        else "No task of the training was like this one: here experience is in the way."
    )
    if best != "maml":
        said += f" The closest is {METHODS[best].title}, with {figure(after[best])}."
    return line, said


def _best(errors: Mapping[str, float]) -> str:
    return min(errors, key=lambda key: errors[key] if errors[key] == errors[key] else np.inf)


def outside(name: str) -> bool:
    """Return whether a curve is of another family than those that were learned from."""
    return name in EXAMPLES and name != _INSIDE


def figure(error: float) -> str:
    """Write an error, or that the method diverges."""
    if not error < DIVERGED:
        return "diverges"
    return f"{error:.2f}" if error < 10 else f"{error:,.0f}"
