"""One neuron, then a step, then a bump: what a hidden layer is made of."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pyfrontiers.approximation import Network
from streamlit_app.labs.universal_approximation.charts import curves_chart

__all__ = ["bump_part", "neuron_part", "step_part"]

_X = np.linspace(0.0, 1.0, 401)
_STEEP = (5, 10, 20, 50, 100, 200, 500, 1000)


def neuron_part() -> None:
    """Show what weight and bias do to one hidden unit."""
    _heading(
        "1 · One neuron",
        "A hidden unit computes φ(wx + b). The weight makes it steep, the bias moves it: it bends "
        "at x = -b/w.",
    )
    controls, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with controls:
        activation = st.segmented_control(
            "Unit φ",
            ["sigmoid", "tanh", "relu"],
            default="sigmoid",
            key="approximation-unit",
            format_func={"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.__getitem__,
        )
        weight = st.slider("Weight w", -50, 50, 12, key="approximation-weight")
        bias = st.slider("Bias b", -50, 50, -6, key="approximation-bias")
    unit = _network([weight], [bias], [1.0], activation or "sigmoid")
    where = f"bends at x = {-bias / weight:.2f}" if weight else "is flat: w is 0"
    with picture:
        curves_chart({"neuron": unit(_X)}, _X, key="approximation-neuron", label=f"It {where}")


def step_part() -> None:
    """Show that a steep sigmoid is a step."""
    _heading(
        "2 · A step",
        "Let w grow and set b = -ws: the sigmoid becomes a step at s. Two numbers were needed "
        "before; now one is left that matters.",
    )
    controls, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with controls:
        weight = st.select_slider("Weight w", _STEEP, 50, key="approximation-steepness")
        place = st.slider("Place s", 0.0, 1.0, 0.4, 0.01, key="approximation-place")
    unit = _network([weight], [-weight * place], [1.0], "sigmoid")
    with picture:
        label = f"A step at x = {place:.2f} of steepness {weight}"
        curves_chart({"step": unit(_X)}, _X, key="approximation-step", label=label)


def bump_part() -> None:
    """Show that two steps make a bump."""
    _heading(
        "3 · A bump",
        "One step up and one step down, with output weights h and -h: the sum is h between them "
        "and nothing elsewhere.",
    )
    controls, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with controls:
        ends = st.slider("From a to b", 0.0, 1.0, (0.4, 0.6), 0.01, key="approximation-ends")
        height = st.slider("Height h", -2.0, 2.0, 1.0, 0.1, key="approximation-height")
        steep = st.select_slider("Weight w", _STEEP, 200, key="approximation-bump-steepness")
    units = [
        _network([steep], [-steep * place], [sign * height], "sigmoid")(_X)
        for place, sign in zip(ends, (1.0, -1.0), strict=True)
    ]
    curves = {"first unit": units[0], "second unit": units[1], "bump": units[0] + units[1]}
    with picture:
        label = f"A bump of height {height} from {ends[0]:.2f} to {ends[1]:.2f}"
        curves_chart(curves, _X, key="approximation-bump", label=label)


def _network(weight: list[float], bias: list[float], output: list[float], kind: str) -> Network:
    return Network(np.array(weight, float), np.array(bias, float), np.array(output), 0.0, kind)


def _heading(text: str, note: str) -> None:
    st.html(f'<h3 class="pf-subheading">{text}</h3><p class="pf-note">{note}</p>')
