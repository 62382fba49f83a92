"""The approximations next to the reference, and their distances from it: claim C16."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.claims import recorded
from pyfrontiers.uncertainty.study import DATA_SETS, METHODS, distance
from pyfrontiers.uncertainty.study.recorded_posteriors import recorded_posteriors
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.charts import draw_functions
from streamlit_app.labs.bayesian_neural_networks.controls import controls

__all__ = ["approximating_part", "words"]


def approximating_part(name: str) -> None:
    """Show a method next to the reference, and the distances of all.

    Args:
        name: A data set; the first shipped one stands in for the visitor's points.
    """
    kit.subheading(
        "2 · Faster, but how close?",
        "HMC takes thousands of gradients for each independent network. The usual methods take one "
        "training run or a few. All have the same network, prior and noise as the reference.",
    )
    method = controls.choice("method", "Method", list(METHODS))
    chosen = name if name in DATA_SETS else "gap"
    points = DATA_SETS[chosen]
    if chosen != name:
        kit.note("Shown for the two clusters, which have a recorded reference.")
    provenance, record = recorded_posteriors()
    functions = record[chosen]["functions"]
    reference = functions[str(len(points.rows))]
    left, right = st.columns(2, gap="large")
    with left:
        st.html('<p class="pf-note"><strong>Reference: HMC</strong></p>')
        draw_functions("reference", reference, points, "blue", label="The posterior by HMC")
    with right:
        st.html(f'<p class="pf-note"><strong>{method}</strong></p>')
        draw_functions("method", functions[method], points, "orange", label=method)
    found = {each: distance(functions[each], reference) for each in METHODS}
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
    outcome = recorded("C16")
    kit.origin(provenance, "400 networks of each method")
    if outcome is not None:
        kit.note(f"Over all data sets (claim C16): {outcome.finding.text}")


def words(method: str, bias: float, spread: float) -> str:
    """Say what a method does to the uncertainty."""
    off = kit.percent(spread)
    if abs(bias) < 0.5 * spread:
        return f"{method} is too sure in some places and too unsure in others: off by **{off}**."
    side = "too sure of itself" if bias < 0 else "too unsure"
    return f"{method} is **{side}**: its spread is off by {off} of the reference's."
