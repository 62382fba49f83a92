"""Approximation with many bumps: the constructed network, and its error by width."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.approximation import (
    CONSTRUCTIONS,
    barron_bound,
    barron_constant,
    errors_by_width,
    worst_error,
)
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.charts import curves_figure, rates_figure
from streamlit_app.labs.universal_approximation.controls import controls

if TYPE_CHECKING:
    from pyfrontiers.approximation import Target

__all__ = ["KINDS", "WIDTHS", "barron", "building_part", "built", "errors_of"]

WIDTHS = (2, 4, 8, 16, 32, 64, 128)
KINDS = {"bumps": "sigmoid bumps", "steps": "step pairs", "relu": "ReLU knots"}
_RATES = {"steps": "step pairs", "relu": "ReLU knots"}
_X = np.linspace(0.0, 1.0, 601)


def building_part(target: Target) -> int:
    """Build a network for the target, show its error and return the chosen N."""
    left, right = st.columns([6, 5], gap="large", vertical_alignment="bottom")
    kind = controls.choice("kind", "Built from", KINDS, where=left)
    count = controls.choice("count", "How many, N", WIDTHS, 32, shape="slider", where=right)
    error, constant = built(kind, target, count), barron(target)
    units = count if kind == "relu" else 2 * count
    bound = f"{barron_bound(constant, units):.2g}" if np.isfinite(constant) else "none"
    kit.measures(
        ("Largest error", f"{error:.2g}"),
        ("Hidden units", f"{units}"),
        ("Parameters", f"{3 * units + 1}"),
        ("Barron's bound on the mean square error", bound),
    )
    network = CONSTRUCTIONS[kind](target, count)
    picture, rates = st.columns([7, 5], gap="large")
    with picture:
        curves_figure(
            "built",
            {"the function": target(_X), "built by hand": network(_X)},
            _X,
            label=f"The function and a network of {count} {KINDS[kind]}; the largest error is "
            f"{error:.2g}",
        )
    with rates:
        rates_figure("rates", errors_of(target), WIDTHS, count)
    return count


@lru_cache(maxsize=512)
def built(kind: str, target: Target, count: int) -> float:
    """Return the largest error on [0, 1] of a constructed network."""
    return worst_error(CONSTRUCTIONS[kind](target, count), target)


@lru_cache(maxsize=128)
def errors_of(target: Target) -> dict[str, tuple[float, ...]]:
    """Return the largest error at every width, for steps and for knots."""
    return {
        words: errors_by_width(CONSTRUCTIONS[kind], target, WIDTHS)
        for kind, words in _RATES.items()
    }


@lru_cache(maxsize=128)
def barron(target: Target) -> float:
    """Return Barron's constant of a target; infinite if it has none or is given on [0, 1] only."""
    return barron_constant(target) if target.extends_outside else np.inf
