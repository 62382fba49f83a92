"""Charts of the passes over one image: every pass, running moments, and the rotated image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st
import torch

from pyfrontiers.uncertainty import running_moments
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.results import ANGLES, CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from pyfrontiers.uncertainty import Prediction

__all__ = ["moment_figures", "passes_figure", "prepare_charts", "turning_figure"]

#: Number of classes whose mean and variance are drawn; the others stay near zero.
_SHOWN_CLASSES = 3
_HEIGHT = 230
_MOMENTS = ("mean", "variance")
_KINDS = ("predictive entropy", "mutual information")


def passes_figure(samples: Tensor) -> None:
    """Draw the class probabilities of every pass, one column per pass.

    Args:
        samples: (T, 10) class probabilities.
    """
    count = len(samples)
    numbers = torch.arange(1, count + 1)
    rows = pd.DataFrame(
        {
            "pass": numbers.repeat_interleave(len(CLASSES)).numpy(),
            "class": CLASSES * count,
            "probability": samples.flatten().numpy(),
        }
    )
    table = pd.DataFrame(samples.numpy(), columns=CLASSES)
    table.insert(0, "pass", numbers.numpy())
    label = f"Class probabilities of each of {count} passes"
    kit.figure("passes", passes_chart, data=rows, label=label, table=table)


def passes_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of :func:`passes_figure`."""
    ramp = alt.Scale(domain=[0, 1], range=[token["sunken"], token["blue"]], interpolate="rgb")
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=24)
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_rect()
        .encode(
            x=alt.X("pass:O", title="pass", axis=axis),
            y=alt.Y(
                "class:N",
                title="class",
                scale=alt.Scale(domain=CLASSES),
                axis=alt.Axis(grid=False),  # a grid would cross the cells
            ),
            color=alt.Color("probability:Q", scale=ramp, legend=None),
            tooltip=["pass:O", "class:N", alt.Tooltip("probability:Q", format=".3f")],
        )
        .properties(height=_HEIGHT)
    )
    return chart


def moment_figures(samples: Tensor) -> None:
    """Draw the mean and variance after each pass, for the most probable classes.

    Args:
        samples: (T, 10) class probabilities.
    """
    rows, *arguments = _running(samples)
    for column, moment in zip(st.columns(2, gap="large"), _MOMENTS, strict=True):
        label = f"The {moment} of the class probability after each pass"
        with column:
            kit.figure(moment, moment_chart, moment, *arguments, data=rows, label=label)


def _running(
    samples: Tensor,
) -> tuple[pd.DataFrame, tuple[str, ...], tuple[float, float], tuple[float, float]]:
    """Tabulate mean, variance and standard error after each pass.

    Returns:
        The table, the classes drawn, and the domains of passes and variance.
    """
    means, variances = running_moments(samples)
    top = means[-1].argsort(descending=True)[:_SHOWN_CLASSES].tolist()
    counts = torch.arange(1, len(samples) + 1)
    errors = (variances / counts[:, None]).sqrt()
    rows = pd.DataFrame(
        {
            "pass": counts.repeat(len(top)).numpy(),
            "class": [CLASSES[c] for c in top for _ in counts],
            "mean": means[:, top].T.flatten().numpy(),
            "variance": variances[:, top].T.flatten().numpy(),
            "low": (means - errors)[:, top].clamp_min(0).T.flatten().numpy(),
            "high": (means + errors)[:, top].clamp_max(1).T.flatten().numpy(),
        }
    )
    most = max(float(variances[:, top].max()), 1e-4)  # an axis even if all passes agree
    passes = (0.0, 10.0 * math.ceil(len(samples) / 10))
    return rows, tuple(CLASSES[c] for c in top), passes, kit.nice_domain([0, most])


def moment_chart(
    token: Mapping[str, str],
    moment: str,
    order: tuple[str, ...],
    passes: tuple[float, float],
    variance: tuple[float, float],
) -> alt.TopLevelMixin:
    """Make the chart of the mean with its standard error, or of the variance."""
    shades = [token[name] for name in ("blue", "vermillion", "green")]
    colours = alt.Scale(domain=order, range=shades)
    base = alt.Chart().encode(
        x=alt.X("pass:Q", title="passes T", scale=alt.Scale(domain=list(passes), nice=False)),
        color=alt.Color(
            "class:N",
            scale=colours,
            # Otherwise the symbols would be as faint as the band.
            legend=alt.Legend(title="class", symbolType="stroke", symbolOpacity=1),
        ),
        tooltip=["pass:Q", "class:N", *(alt.Tooltip(f"{m}:Q", format=".4f") for m in _MOMENTS)],
    )
    title = "mean probability" if moment == "mean" else "variance"
    ends = [0, 1] if moment == "mean" else list(variance)
    y = alt.Y(f"{moment}:Q", title=title, scale=alt.Scale(domain=ends, nice=False))
    line = base.mark_line().encode(y=y)
    if moment == "variance":
        return alt.layer(line).properties(height=_HEIGHT)
    band = base.mark_area(opacity=0.22).encode(y=alt.Y("low:Q", title=title), y2="high:Q")
    return alt.layer(line, band).properties(height=_HEIGHT)


def turning_figure(prediction: Prediction) -> None:
    """Draw total uncertainty and disagreement against the angle of rotation.

    Args:
        prediction: Prediction for an image rotated by each of `ANGLES`.
    """
    assert prediction.entropy is not None
    assert prediction.mutual_information is not None
    best, guess = prediction.mean.max(1)
    known = {
        "angle": ANGLES,
        "class": [CLASSES[c] for c in guess],
        "probability": best.numpy(),
    }
    nats = (prediction.entropy.numpy(), prediction.mutual_information.numpy())
    rows = [
        pd.DataFrame({**known, "uncertainty": kind, "nats": values})
        for kind, values in zip(_KINDS, nats, strict=True)
    ]
    kit.figure(
        "turning",
        turning_chart,
        data=pd.concat(rows, ignore_index=True),
        label="Uncertainty against the angle of rotation, with the predicted class above",
        table=pd.DataFrame({**known, **dict(zip(_KINDS, nats, strict=True))}),
    )


def turning_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of :func:`turning_figure`."""
    colours = alt.Scale(domain=_KINDS, range=[token["orange"], token["blue"]])
    x = alt.X(
        "angle:Q",
        title="rotation, degrees",
        scale=alt.Scale(domain=[ANGLES[0], ANGLES[-1]], nice=False),
        axis=alt.Axis(values=list(ANGLES[::3])),
    )
    lines = (
        alt.Chart()
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
    names = (
        alt.Chart()
        .transform_filter(alt.datum.uncertainty == _KINDS[0])
        .mark_text(fontWeight=600)
        .encode(x=x, y=alt.value(8), text="class:N")
    )
    return alt.layer(lines, names).properties(height=_HEIGHT)


def prepare_charts(samples: Tensor) -> None:
    """Make the specifications that the charts of `samples` (T, 10) need."""
    _, *arguments = _running(samples)
    kit.prepare_figure("passes", passes_chart)
    kit.prepare_figure("turning", turning_chart)
    for moment in _MOMENTS:
        kit.prepare_figure(moment, moment_chart, moment, *arguments)
