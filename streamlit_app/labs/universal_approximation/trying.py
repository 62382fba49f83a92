"""Gradient descent at the same width, inside and outside the interval."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pyfrontiers.approximation import OPTIMISERS, TARGETS, Comparison, compare, median_of
from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.charts import curves_figure, spread_figure
from streamlit_app.labs.universal_approximation.controls import controls

if TYPE_CHECKING:
    from pyfrontiers.approximation import Target
    from pyfrontiers.claims import Outcome

__all__ = ["recorded_comparison", "trying_part"]

_WORDS = {"adam": "Adam", "momentum": "Momentum", "rmsprop": "RMSprop", "sgd": "Plain SGD"}
_SEEDS = 20
_RECORDED_STEPS = 2000


def trying_part(target: Target, count: int) -> None:
    """Show networks trained at the width of the one built by hand, inside and outside [0, 1]."""
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    optimiser = controls.choice(
        "optimiser",
        "Optimiser",
        {name: _WORDS[name] for name in OPTIMISERS},
        shape="list",
        where=left,
    )
    choices = (200, 500, 1000, _RECORDED_STEPS, 5000)
    steps = controls.choice("steps", "Steps", choices, _RECORDED_STEPS, shape="slider", where=right)
    record = recorded_comparison(target, count, optimiser) if steps == _RECORDED_STEPS else None
    shown = kit.live(
        controls.key("networks"),
        compare,
        {
            "target": target,
            "width": count,
            "seeds": _SEEDS,
            "optimiser": optimiser,
            "steps": steps,
        },
        label=f"{_SEEDS} networks of {count} units with {_WORDS[optimiser]}",
        recorded=record[0] if record else None,
        button=f"Train {_SEEDS} networks",
        durable=not target.is_from_visitor,
        draw=lambda curve: _so_far(target, curve),
    )
    if shown is None or not shown.is_current:
        return
    comparison = shown.value
    _inside(target, comparison)
    kit.origin(
        None if shown.is_live or record is None else record[1].provenance,
        "claim C3" if record else "your settings",
        f"trained in {comparison.seconds:.1f} s",
    )
    _outside(target, comparison)
    kit.runs_on_badge()


def _so_far(target: Target, curve: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    x = np.array(curve[0])
    curves = {"five trained networks": np.array(curve[1]), "the function": target(x)}
    curves_figure("so-far", curves, x, label="The median network so far")


@lru_cache(maxsize=1)
def _record() -> tuple[dict[tuple[str, int, str], Comparison], Outcome] | None:
    outcome = recorded("C3")
    if outcome is None:
        return None
    found = map(Comparison.from_json, outcome.measurement.details["contests"])
    return {(one.target, one.width, one.optimiser): one for one in found}, outcome


def recorded_comparison(
    target: Target, count: int, optimiser: str
) -> tuple[Comparison, Outcome] | None:
    """Return the recorded comparison of a target, a width and an optimiser, if there is one."""
    record = _record()
    if record is None or TARGETS.get(target.name) != target:
        return None
    comparison = record[0].get((target.name, count, optimiser))
    return None if comparison is None else (comparison, record[1])


def _inside(target: Target, comparison: Comparison) -> None:
    median, best = float(np.median(comparison.trained)), min(comparison.trained)
    constructed = comparison.constructed
    if median > constructed:
        # If the construction is exact up to rounding, a ratio is meaningless.
        times = f", {median / constructed:.2g} times" if constructed > 1e-7 else " against"
        end = "the error of the network built by hand" if constructed > 1e-7 else "an exact fit"
        line = f"Training does worse: a median error of **{median:.2g}**{times} {end}."
    else:
        line = (
            f"Training does better: a median error of **{median:.2g}** against {constructed:.2g}."
        )
    kit.verdict(line)
    x = np.array(comparison.x)
    within = (x >= 0) & (x <= 1)
    curves: dict[str, Any] = {
        "five trained networks": np.array(comparison.curves)[:, within],
        "the function": target(x[within]),
    }
    picture, spread = st.columns([7, 5], gap="large", vertical_alignment="center")
    with picture:
        label = f"Best, quartiles and worst of {len(comparison.trained)} trained networks on [0, 1]"
        curves_figure("trained", curves, x[within], label=label)
    with spread:
        spread_figure("spread", comparison.trained, constructed)
        kit.note(
            f"Each mark is a network of {comparison.width} ReLU units; the best of "
            f"{len(comparison.trained)} starts reaches {best:.2g}. By hand: {comparison.width} "
            "ReLU knots."
        )


def _outside(target: Target, comparison: Comparison) -> None:
    kit.subheading(
        "6 · Leave the interval",
        "The same networks, now also outside the shaded interval on which they were trained. The "
        "theorem says nothing about them there.",
    )
    x = np.array(comparison.x)
    curves: dict[str, Any] = {"five trained networks": np.array(comparison.curves)}
    if target.extends_outside:
        with np.errstate(all="ignore"):
            curves["the function"] = target(x)
    if comparison.ratios:
        ratio = median_of(comparison.ratios)
        kit.verdict(
            f"On [1, 2] the error is **{ratio.value:.2g} times** larger than on [0, 1].",
            f"Median of {len(comparison.ratios)} networks, 95 % interval {ratio.low:.2g} to "
            f"{ratio.high:.2g}; the median of the largest errors outside is "
            f"{np.median(comparison.outside):.2g}.",
        )
    else:
        kit.note("Your curve is defined on the interval only; the networks continue beyond it.")
    label = "Five trained networks from x = -1 to 2, with the interval [0, 1] shaded"
    curves_figure("outside", curves, x, label=label)
