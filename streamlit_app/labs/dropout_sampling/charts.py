"""The laboratory's charts.

A slider answers within 200 ms, and checking four charts against the Vega-Lite schema would take
most of that; so each specification is made once for a theme, and only its table changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import altair as alt
import pandas as pd
import streamlit as st
import torch

from pyfrontiers.uncertainty import running_moments
from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import Mode, tokens_of
from streamlit_app.labs.dropout_sampling.results import ANGLES, CLASSES

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.uncertainty import Prediction

#: Classes whose mean and variance are drawn; the rest stay near zero.
_SHOWN_CLASSES = 3
_HEIGHT = 230


def passes_chart(samples: Tensor) -> None:
    """Draw the class probabilities of every pass, one column a pass.

    Args:
        samples: (T, 10) class probabilities.
    """
    count = len(samples)
    frame = pd.DataFrame(
        {
            "pass": torch.arange(1, count + 1).repeat_interleave(len(CLASSES)).numpy(),
            "class": CLASSES * count,
            "probability": samples.flatten().numpy(),
        }
    )
    _show(frame, _passes_spec(visitor_mode()), "passes", "Class probabilities of every pass")


@lru_cache(maxsize=2)
def _passes_spec(mode: Mode) -> dict[str, Any]:
    token = tokens_of(mode)
    ramp = alt.Scale(domain=[0, 1], range=[token["sunken"], token["blue"]], interpolate="rgb")
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=24)
    chart = (
        alt.Chart()
        .mark_rect()
        .encode(
            x=alt.X("pass:O", title="pass", axis=axis),
            y=alt.Y(
                "class:N",
                title="class",
                scale=alt.Scale(domain=CLASSES),
                axis=alt.Axis(grid=False),  # it would be drawn across the cells
            ),
            color=alt.Color("probability:Q", scale=ramp, legend=None),
            tooltip=["pass:O", "class:N", alt.Tooltip("probability:Q", format=".3f")],
        )
    )
    return _spec(chart, mode)


def convergence_charts(samples: Tensor) -> None:
    """Draw mean and variance after each pass, for the classes with most probability.

    Args:
        samples: (T, 10) class probabilities.
    """
    frame, order = _running(samples)
    mode = visitor_mode()
    for column, moment in zip(st.columns(2, gap="large"), ("mean", "variance"), strict=True):
        with column:
            _show(frame, _moment_spec(mode, order, moment), moment, f"The {moment} after each pass")


def _running(samples: Tensor) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Tabulate mean, variance and standard error after each pass, and rank the classes drawn."""
    means, variances = running_moments(samples)
    top = means[-1].argsort(descending=True)[:_SHOWN_CLASSES].tolist()
    counts = torch.arange(1, len(samples) + 1)
    errors = (variances / counts[:, None]).sqrt()
    frame = pd.DataFrame(
        {
            "pass": counts.repeat(len(top)).numpy(),
            "class": [CLASSES[c] for c in top for _ in counts],
            "mean": means[:, top].T.flatten().numpy(),
            "variance": variances[:, top].T.flatten().numpy(),
            "low": (means - errors)[:, top].clamp_min(0).T.flatten().numpy(),
            "high": (means + errors)[:, top].clamp_max(1).T.flatten().numpy(),
        }
    )
    return frame, tuple(CLASSES[c] for c in top)


@lru_cache(maxsize=256)
def _moment_spec(mode: Mode, order: tuple[str, ...], moment: str) -> dict[str, Any]:
    known = alt.Scale(domain=order)
    base = alt.Chart().encode(
        x=alt.X("pass:Q", title="passes T", scale=alt.Scale(nice=False, zero=False)),
        color=alt.Color(
            "class:N",
            scale=known,
            # The band is faint; without its own opacity the legend would be as faint.
            legend=alt.Legend(title="class", symbolType="stroke", symbolOpacity=1),
        ),
        tooltip=["pass:Q", "class:N", *(alt.Tooltip(f"{m}:Q", format=".4f") for m in _MOMENTS)],
    )
    if moment == "variance":
        return _spec(base.mark_line().encode(y=alt.Y("variance:Q", title="variance")), mode)
    unit = alt.Scale(domain=[0, 1])
    band = base.mark_area(opacity=0.22).encode(
        y=alt.Y("low:Q", title="mean probability", scale=unit), y2="high:Q"
    )
    return _spec(alt.layer(band, base.mark_line().encode(y="mean:Q")), mode)


_MOMENTS = ("mean", "variance")


def turning_chart(prediction: Prediction) -> None:
    """Draw total uncertainty and disagreement against the angle of rotation."""
    assert prediction.entropy is not None
    assert prediction.mutual_information is not None
    best, guess = prediction.mean.max(1)
    frame = pd.DataFrame(
        {
            "angle": ANGLES,
            _KINDS[0]: prediction.entropy.numpy(),
            _KINDS[1]: prediction.mutual_information.numpy(),
            "class": [CLASSES[c] for c in guess],
            "probability": best.numpy(),
        }
    )
    label = "Uncertainty against the angle of rotation; the digits are what the passes say"
    _show(frame, _turning_spec(visitor_mode()), "turning", label)


_KINDS = ("predictive entropy", "mutual information")


@lru_cache(maxsize=2)
def _turning_spec(mode: Mode) -> dict[str, Any]:
    token = tokens_of(mode)
    colours = alt.Scale(domain=_KINDS, range=[token["orange"], token["blue"]])
    x = alt.X("angle:Q", title="turned by, degrees", axis=alt.Axis(values=list(range(0, 181, 30))))
    lines = (
        alt.Chart()
        .transform_fold(list(_KINDS), as_=["uncertainty", "nats"])
        .mark_line(point=True)
        .encode(
            x=x,
            y=alt.Y("nats:Q", title="nats", scale=alt.Scale(domain=[0, 2.4])),
            color=alt.Color("uncertainty:N", scale=colours, title=None),
            tooltip=[
                "angle:Q",
                "uncertainty:N",
                alt.Tooltip("nats:Q", format=".3f"),
                "class:N",
                alt.Tooltip("probability:Q", format=".2f"),
            ],
        )
    )
    names = alt.Chart().mark_text(fontWeight=600).encode(x=x, y=alt.value(8), text="class:N")
    return _spec(alt.layer(lines, names), mode)


def prepare_charts(samples: Tensor) -> None:
    """Make the specifications that the charts of `samples` (T, 10) need, for both themes."""
    _, order = _running(samples)
    for mode in get_args(Mode):
        _passes_spec(mode)
        _turning_spec(mode)
        for moment in _MOMENTS:
            _moment_spec(mode, order, moment)


def slope_chart(curves: dict[str, Any]) -> None:
    """Draw the error of mean and variance against T, on logarithmic axes.

    Args:
        curves: what `pyfrontiers.claims.c17.study` returns or reports.
    """
    names = [f"{name}, slope {curves[name]['slope']:.2f}" for name in _MOMENTS]
    law = "1/√T"
    start = curves["mean"]["errors"][0] * curves["passes"][0] ** 0.5
    frame = pd.DataFrame(
        [{"T": count, "error": start * count**-0.5, "of": law} for count in curves["passes"]]
        + [
            {"T": count, "error": error, "of": label}
            for name, label in zip(_MOMENTS, names, strict=True)
            for count, error in zip(curves["passes"], curves[name]["errors"], strict=True)
        ]
    )
    order, token = [*names, law], tokens_of(visitor_mode())
    colours = alt.Scale(domain=order, range=[token["blue"], token["vermillion"], token["muted"]])
    chart = (
        alt.Chart()
        .mark_line(point=True)
        .encode(
            x=alt.X("T:Q", title="passes T", scale=alt.Scale(type="log", base=2)),
            y=alt.Y("error:Q", title="error", scale=alt.Scale(type="log")),
            color=alt.Color("of:N", title=None, scale=colours, legend=alt.Legend(columns=2)),
            strokeDash=alt.condition(alt.datum.of == law, alt.value([4, 4]), alt.value([1, 0])),
            tooltip=["of:N", "T:Q", alt.Tooltip("error:Q", format=".4f")],
        )
    )
    _show(frame, _spec(chart, visitor_mode()), "slope", "Error against the number of passes")


def _spec(chart: Any, mode: Mode) -> dict[str, Any]:
    # Any chart: Altair types a layering as one of two classes, both of which have `properties`.
    return chart_spec(chart.properties(height=_HEIGHT), mode)


def _show(frame: pd.DataFrame, spec: dict[str, Any], key: str, label: str) -> None:
    st.vega_lite_chart(frame, spec, theme=None, width="stretch", key=f"{key}-chart", alt=label)
