"""Drag the training range of a regression and see how the fits behave outside it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.approximation import Extrapolation, extrapolate, fit_likelihood, observe
from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.function_approximators.chart import fit_chart, fits_table, rows_of

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome

controls = kit.Controls("function-approximators")

_ACTIVATIONS = {"tanh": "tanh", "relu": "ReLU", "sine": "sine"}
_NOISE = {True: "varies with x", False: "is constant"}
_BEYOND = {
    "relu": "ReLU networks continue as straight lines, with the slope at the edge of the range.",
    "tanh": "Tanh units saturate, so the fit approaches a constant that the data don't determine.",
    "sine": "Sine units keep oscillating, with frequencies that only had to match inside.",
}
#: Minimum length of a training range: a fit needs some observations.
_LEAST = 0.1

_Settings = tuple[float, float, str, bool]


def draw() -> None:
    """Draw the experiment."""
    low, high = controls.span(
        "range",
        "Training range",
        -1.0,
        2.0,
        (0.0, 1.0),
        0.05,
        tip="The networks are trained on the observations in this range only.",
    )
    left, right = st.columns(2, gap="medium")
    units = controls.choice("units", "Hidden units", _ACTIVATIONS, where=left)
    varying = controls.choice("noise", "Noise of the model", _NOISE, where=right)
    low, high = at_least(low, high)
    shown = (
        kit.live(
            controls.key("fit"),
            extrapolate,
            {"low": low, "high": high, "activation": units, "varying": varying},
            label=f"Five fits on {low:g} to {high:g}",
            recorded=recorded_fit((low, high, units, varying)),
            button=None,
            durable=True,
        )
        or _first()
    )
    if shown is not None:
        _result(shown.value, is_live=shown.is_live)


def prepare() -> None:
    """Read the record and make the chart's specification."""
    kit.prepare_figure("fits", fit_chart)
    _record()


def at_least(low: float, high: float) -> tuple[float, float]:
    """Widen a range to the minimum length, within -1 to 2."""
    high = min(max(high, low + _LEAST), 2.0)
    return round(min(low, high - _LEAST), 2), round(high, 2)


def recorded_fit(settings: _Settings) -> Extrapolation | None:
    """Return the recorded fit with these settings, or ``None``."""
    record = _record()
    return None if record is None else record[0].get(settings)


@lru_cache(maxsize=1)
def _record() -> tuple[dict[_Settings, Extrapolation], Outcome] | None:
    outcome = recorded("C6")
    if outcome is None:
        return None
    found = map(Extrapolation.from_json, outcome.measurement.details["pictures"])
    return {(one.low, one.high, one.activation, one.varying): one for one in found}, outcome


def _first() -> kit.Shown[Extrapolation] | None:
    """Return the default record, shown until the first run has finished."""
    fit = recorded_fit((0.0, 1.0, "tanh", True))
    return None if fit is None else kit.Shown(fit, is_live=False, is_current=False)


def _result(fit: Extrapolation, *, is_live: bool) -> None:
    inside, outside = np.median(fit.error_inside), np.median(fit.error_outside)
    kit.verdict(
        f"Outside the training range the error is **{outside / inside:.2g} times** larger.",
        _BEYOND[fit.activation],
    )
    kit.measures(
        ("Error inside", f"{inside:.3f}"),
        ("Error up to ½ outside", f"{outside:.2f}"),
        ("Coverage of the 95 % band, inside", f"{100 * np.mean(fit.covered_inside):.0f}", "%"),
        ("Coverage of the 95 % band, outside", f"{100 * np.mean(fit.covered_outside):.0f}", "%"),
    )
    kit.figure(
        "fits",
        fit_chart,
        data=rows_of(fit),
        label=f"Five fits to observations from {fit.low:g} to {fit.high:g}, drawn from -1 to 2",
        table=fits_table(fit),
    )
    record = _record()
    kit.origin(
        None if is_live or record is None else record[1].provenance,
        f"{fit.seen} observations from {fit.low:g} to {fit.high:g}",
        "five random starts",
        f"noise that {_NOISE[fit.varying]}",
        f"{fit.seconds:.1f} s",
    )
    kit.runs_on_badge()


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(observe, fit_likelihood, extrapolate),
    guess=kit.Guess(
        "Outside the training range, what does the fitted 95 % band do?",
        (
            "it widens, because data are missing",
            "it stays about as narrow as inside",
            "it fills the whole figure",
        ),
        right=1,
    ),
    question="How far beyond its data can a fitted network be trusted?",
    found="The 95 % band models the noise in the data and says nothing about regions without data. "
    "Where the five fits disagree, nothing was learned. Ensembles and dropout turn that "
    "disagreement into an uncertainty.",
    leads_to=("probability-and-uncertainty",),
)
