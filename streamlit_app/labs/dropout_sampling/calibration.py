"""Calibration with and without sampling and a temperature, on upright and on rotated digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.digits.drop_rates import ANGLE, KINDS, PASSES, VARIANTS, VIEWS
from pyfrontiers.digits.recorded_rates import BINS, best_rate
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.controls import controls
from streamlit_app.labs.dropout_sampling.rates import COMMAND, study

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["calibration_verdict", "finding", "prepare_calibration", "show_calibration"]

_TITLES = {
    "plain": "one pass",
    "plain, scaled": "one pass, with temperature",
    "passes": f"{PASSES} passes",
    "passes, scaled": f"{PASSES} passes, with temperature",
}
_COLOURS = {
    "plain": "muted",
    "plain, scaled": "orange",
    "passes": "blue",
    "passes, scaled": "vermillion",
}
_MASKS = {"channel": "channels", "element": "elements"}
_VIEWS = {"upright": "upright", "rotated": f"rotated by {ANGLE}°"}
_HEIGHT = 300


def show_calibration() -> None:
    """Show the reliability diagram and the errors of the chosen network."""
    found, provenance = study()
    kit.subheading(
        "Is it right as often as it says?",
        "A calibrated classifier is right in 80 % of the cases to which it gives 80 %. A "
        "temperature, one number fitted on held-out digits, divides all logits. The test digits "
        "were used neither for training nor for the fit.",
    )
    columns = st.columns([2, 3, 3], gap="medium")
    kind = controls.choice("mask", "Masks drop", _MASKS, where=columns[0])
    rates = list(found["networks"][kind])
    rate = controls.choice(
        "rate",
        "Trained and sampled with p",
        rates,
        best_rate(found, "channel"),
        shape="slider",
        where=columns[1],
    )
    view = controls.choice("view", "Test digits", _VIEWS, where=columns[2])
    chosen = found["networks"][kind][rate]
    kit.verdict(*calibration_verdict(chosen, view))
    left, right = st.columns(2, gap="large")
    with left:
        _diagram(chosen["test"][view])
    with right:
        _errors(found, chosen["test"][view])
    kit.origin(provenance, f"{found['digits']:,} test digits", f"{BINS} bins of equal mass")
    kit.note(
        "The error is biased upwards: it would not be 0 for a calibrated classifier either. "
        f"Run it yourself: {COMMAND}"
    )


def prepare_calibration() -> None:
    """Make the specifications of the charts."""
    kit.prepare_figure("reliability", reliability_chart)
    kit.prepare_figure("calibration-errors", errors_chart, _most(study()[0]))


def calibration_verdict(chosen: dict[str, Any], view: str) -> tuple[str, str]:
    """State the calibration errors with and without sampling, and what a temperature changes.

    Args:
        chosen: The record of one network.
        view: A key of `VIEWS`.

    Returns:
        The result line and its explanation.
    """
    test = chosen["test"][view]
    errors = {variant: f"{test[variant]['ece'][0]:.3f}" for variant in VARIANTS}
    line = (
        f"Calibration error **{errors['plain']}** without sampling, **{errors['passes']}** with "
        f"{PASSES} passes."
    )
    temperatures = chosen["temperatures"]
    explanation = (
        f"The mean of the passes is {_confidence(test['passes'])}. With temperatures of "
        f"{temperatures['plain']:.2f} and {temperatures['passes']:.2f}, the errors are "
        f"{errors['plain, scaled']} and {errors['passes, scaled']}."
    )
    if view == VIEWS[1]:
        explanation += (
            " The temperatures were fitted on upright digits and say nothing about rotated ones."
        )
    return line, explanation


def finding() -> str:
    """Summarise the page, with figures of the record."""
    found, _ = study()
    best = best_rate(found, "channel")
    chosen = found["networks"]["channel"][best]["test"]
    upright, rotated = (chosen[view] for view in VIEWS)
    rate = f"p = {best}".replace(" ", "\N{NO-BREAK SPACE}")
    return (
        "The mean of T passes is the prediction; their disagreement is **epistemic uncertainty**, "
        "which more data could reduce. The error of both falls as 1/√T. Held-out digits choose "
        f"**{rate}** for channels. At this rate, sampling changes the calibration error from "
        f"{upright['plain']['ece'][0]:.3f} to {upright['passes']['ece'][0]:.3f}, and on rotated "
        f"digits from {rotated['plain']['ece'][0]:.3f} only to "
        f"**{rotated['passes']['ece'][0]:.3f}**: neither rate nor temperature, chosen on familiar "
        "digits, makes a network uncertain enough about unfamiliar ones."
    )


def _confidence(one: dict[str, Any]) -> str:
    """Compare the mean confidence with the accuracy, in words."""
    bins = one["bins"]
    total = sum(bins["count"])
    mean = sum(n * c for n, c in zip(bins["count"], bins["confidence"], strict=True)) / total
    kind = "over" if mean > one["accuracy"] else "under"
    return (
        f"{kind}confident: {kit.percent(one['accuracy'], 1)} are right, at a mean confidence of "
        f"{kit.percent(mean, 1)}"
    )


def _diagram(test: dict[str, Any]) -> None:
    rows = pd.concat(
        [
            pd.DataFrame({"prediction": _TITLES[variant], **test[variant]["bins"]})
            for variant in VARIANTS
        ],
        ignore_index=True,
    )
    kit.figure(
        "reliability",
        reliability_chart,
        data=rows,
        label="Accuracy against confidence in bins of equal mass, for four ways to predict",
    )


def reliability_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the reliability diagram; a calibrated classifier lies on the diagonal."""
    unit = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("confidence:Q", title="confidence", scale=unit)
    y = alt.Y("accuracy:Q", title="accuracy", scale=unit)
    diagonal = (
        alt.Chart()
        .mark_rule(color=token["muted"], strokeDash=[4, 4])
        .encode(x=alt.datum(0), y=alt.datum(0), x2=alt.datum(1), y2=alt.datum(1))
    )
    base = alt.Chart().encode(
        x=x,
        color=_colour(token, alt.Legend(orient="top", columns=2, title=None, symbolOpacity=1)),
        tooltip=["prediction:N", "count:Q"]
        + [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("confidence", "accuracy")],
    )
    bars = base.mark_rule(opacity=0.5).encode(
        y=alt.Y("low:Q", title="accuracy", scale=unit), y2="high:Q"
    )
    line = base.mark_line(point=True).encode(y=y)
    title = alt.Title("Reliability", subtitle="bars: 95 % intervals of the accuracy")
    return alt.layer(diagonal, bars, line).properties(height=_HEIGHT, title=title)


def _errors(found: dict[str, Any], test: dict[str, Any]) -> None:
    rows = pd.DataFrame(
        [
            {"prediction": _TITLES[variant], "error": error, "low": low, "high": high}
            | {"nll": test[variant]["nll"][0], "accuracy": test[variant]["accuracy"]}
            for variant in VARIANTS
            for error, low, high in [test[variant]["ece"]]
        ]
    )
    kit.figure(
        "calibration-errors",
        errors_chart,
        _most(found),
        data=rows,
        label="Expected calibration error of four ways to predict, with 95 % intervals",
    )


def _most(found: dict[str, Any]) -> float:
    """Return the end of the axis, one for all networks and views."""
    errors = [
        one["test"][view][variant]["ece"][2]
        for kind in KINDS
        for one in found["networks"][kind].values()
        for view in VIEWS
        for variant in VARIANTS
    ]
    return kit.nice_domain([0.0, *errors])[1]


def errors_chart(token: Mapping[str, str], most: float) -> alt.TopLevelMixin:
    """Make the chart of the calibration errors with their intervals."""
    scale = alt.Scale(domain=[0, most], nice=False)
    base = alt.Chart().encode(
        y=alt.Y(
            "prediction:N",
            title=None,
            scale=alt.Scale(domain=list(_TITLES.values())),
            axis=alt.Axis(labelLimit=180, grid=False),
        ),
        color=_colour(token, None),
        tooltip=["prediction:N"]
        + [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("error", "low", "high", "nll")]
        + [alt.Tooltip("accuracy:Q", format=".1%")],
    )
    bars = base.mark_bar(height=alt.RelativeBandSize(0.45)).encode(
        x=alt.X("error:Q", title="expected calibration error", scale=scale)
    )
    rules = base.mark_rule(color=token["ink"]).encode(
        x=alt.X("low:Q", title="expected calibration error", scale=scale),
        x2="high:Q",
        color=alt.value(token["ink"]),
    )
    title = alt.Title("Expected calibration error", subtitle="95 % bootstrap intervals")
    return alt.layer(bars, rules).properties(height=_HEIGHT, title=title)


def _colour(token: Mapping[str, str], legend: alt.Legend | None) -> alt.Color:
    scale = alt.Scale(
        domain=list(_TITLES.values()), range=[token[_COLOURS[name]] for name in _TITLES]
    )
    return alt.Color("prediction:N", scale=scale, legend=legend)
