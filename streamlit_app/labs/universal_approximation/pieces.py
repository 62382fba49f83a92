"""One neuron, a step, and a bump: the building blocks of a hidden layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pyfrontiers.approximation import Network
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.charts import curves_figure
from streamlit_app.labs.universal_approximation.controls import controls

__all__ = ["bump_part", "neuron_part", "step_part"]

_X = np.linspace(0.0, 1.0, 401)
_STEEP = (5, 10, 20, 50, 100, 200, 500, 1000)
_UNITS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
#: Range of the bounded activations; the axis shows all of it.
_RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def neuron_part() -> None:
    """Show what weight and bias do to one hidden unit."""
    kit.subheading(
        "1 · One neuron",
        "A hidden unit computes φ(wx + b). The weight sets how steep it is, the bias where it "
        "bends: at x = −b/w.",
    )
    left, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with left:
        activation = controls.choice("unit", "Unit φ", _UNITS)
        weight = controls.slider("weight", "Weight w", -50, 50, 12, 1)
        bias = controls.slider("bias", "Bias b", -50, 50, -6, 1)
    unit = _network([weight], [bias], [1.0], activation)
    where = f"bends at x = {-bias / weight:.2f}" if weight else "is flat, because w is 0"
    with picture:
        curves_figure(
            "neuron",
            {"neuron": unit(_X)},
            _X,
            y=_RANGES.get(activation),
            label=f"One {_UNITS[activation]} unit, which {where}",
        )


def step_part() -> None:
    """Show that a steep sigmoid is a step."""
    kit.subheading(
        "2 · A step",
        "Let w grow and set b = −ws: the sigmoid becomes a step at s. Of the two parameters, only "
        "s still matters.",
    )
    left, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with left:
        weight = controls.choice("steepness", "Weight w", _STEEP, 50, shape="slider")
        place = controls.slider("place", "Position s", 0.0, 1.0, 0.4, 0.01)
    unit = _network([weight], [-weight * place], [1.0], "sigmoid")
    with picture:
        curves_figure(
            "step",
            {"step": unit(_X)},
            _X,
            y=(0.0, 1.0),
            label=f"A step at x = {place:.2f} with weight {weight}",
        )


def bump_part() -> None:
    """Show that two steps make a bump."""
    kit.subheading(
        "3 · A bump",
        "One step up and one step down, with output weights h and −h: their sum is h in between "
        "and zero elsewhere.",
    )
    left, picture = st.columns([4, 7], gap="large", vertical_alignment="center")
    with left:
        ends = controls.span("ends", "From a to b", 0.0, 1.0, (0.4, 0.6), 0.01)
        height = controls.slider("height", "Height h", -2.0, 2.0, 1.0, 0.1)
        steep = controls.choice("bump-steepness", "Weight w", _STEEP, 200, shape="slider")
    units = [
        _network([steep], [-steep * place], [sign * height], "sigmoid")(_X)
        for place, sign in zip(ends, (1.0, -1.0), strict=True)
    ]
    curves = {"first unit": units[0], "second unit": units[1], "bump": units[0] + units[1]}
    reach = 1.0 if abs(height) <= 1 else 2.0
    with picture:
        curves_figure(
            "bump",
            curves,
            _X,
            y=(-reach, reach),
            label=f"A bump of height {height:g} from {ends[0]:.2f} to {ends[1]:.2f}",
        )


def _network(weight: list[float], bias: list[float], output: list[float], kind: str) -> Network:
    return Network(np.array(weight, float), np.array(bias, float), np.array(output), 0.0, kind)
