"""The approximations next to the reference, and their distances from it: claim C16."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.claims import recorded
from pyfrontiers.uncertainty.study import DATA_SETS, METHODS, compare_on, distance
from pyfrontiers.uncertainty.study.recorded_posteriors import recorded_posteriors
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.charts import draw_functions
from streamlit_app.labs.bayesian_neural_networks.controls import NAMES, TASKS, controls
from streamlit_app.labs.bayesian_neural_networks.points import points_of

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.study import Functions, Points, Task

__all__ = ["approximating_part", "words"]

#: Shown until the methods have run on the visitor's points.
_STAND_INS: dict[Task, str] = {"regression": "gap", "classification": "moons"}


def approximating_part(name: str) -> None:
    """Show a method next to the reference, and the distances of all.

    Args:
        name: A data set, or the visitor's points.
    """
    kit.subheading(
        "2 · Faster, but how close?",
        "HMC takes thousands of gradients for each independent network. The usual methods take one "
        "training run or a few. All have the same network, prior and noise as the reference.",
    )
    method = controls.choice("method", "Method", list(METHODS))
    if name in DATA_SETS:
        _recorded(name, method)
    else:
        _own(name, method)
    outcome = recorded("C16")
    if outcome is not None:
        kit.note(f"Over all data sets (claim C16): {outcome.finding.text}")


def _recorded(name: str, method: str) -> None:
    points = DATA_SETS[name]
    provenance, record = recorded_posteriors()
    functions = record[name]["functions"]
    reference = functions[str(len(points.rows))]
    _compare(method, points, reference, {each: functions[each] for each in METHODS})
    kit.origin(provenance, "400 networks of each method")


def _own(name: str, method: str) -> None:
    """Fit every method to the visitor's points, or show a recorded data set until then."""
    points = points_of(TASKS[name])
    shown = kit.live(
        controls.key(f"methods-{points.task}"),
        compare_on,
        {"points": points},
        label="HMC and the methods on your points",
        button="Fit all methods to your points",
        keeps="the comparison on the earlier points",
    )
    if shown is None:
        stand_in = _STAND_INS[points.task]
        kit.note(f"Until then, the recorded data set “{NAMES[stand_in]}”:")
        _recorded(stand_in, method)
        return
    reference, methods = shown.value
    functions = {each: one.functions for each, one in methods.items()}
    _compare(method, points, reference.functions, functions)
    kit.origin(None, "400 networks of each method", f"{reference.draws:,} networks by HMC")
    kit.runs_on_badge()


def _compare(
    method: str, points: Points, reference: Functions, functions: dict[str, Functions]
) -> None:
    """Draw a method next to the reference, and tabulate the distances of all."""
    left, right = st.columns(2, gap="large")
    with left:
        st.html('<p class="pf-note"><strong>Reference: HMC</strong></p>')
        draw_functions("reference", reference, points, "blue", label="The posterior by HMC")
    with right:
        st.html(f'<p class="pf-note"><strong>{method}</strong></p>')
        draw_functions("method", functions[method], points, "orange", label=method)
    found = {each: distance(one, reference) for each, one in functions.items()}
    kit.verdict(words(method, found[method].bias, found[method].spread))
    kit.table(
        ("Method", "Mean off by", "Spread off by", "Too wide or too narrow by"),
        [
            (
                each,
                f"{one.mean:.2f}",
                kit.percent(one.spread),
                f"{100 * one.bias:+.0f} %".replace("-", "−"),
            )
            for each, one in found.items()
        ],
        caption="Distance from HMC on this data set, averaged over the grid, relative to the "
        "reference's mean standard deviation",
    )


def words(method: str, bias: float, spread: float) -> str:
    """Say what a method does to the uncertainty."""
    off = kit.percent(spread)
    if abs(bias) < 0.5 * spread:
        return (
            f"{method} is overconfident in some places and underconfident in others: its spread is "
            f"off by **{off}**."
        )
    side = "overconfident" if bias < 0 else "underconfident"
    return f"{method} is **{side}**: its spread differs from the reference's by {off} on average."
