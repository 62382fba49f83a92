"""What the weights buy: each network's figures against those of the tasks alone."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from pyfrontiers.multitask import NETWORKS, SCORES, task_record
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.controls import HEADLINES
from streamlit_app.labs.multi_task_uncertainty.triangle import LEARNED, OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.multitask import TaskRun

__all__ = ["figure_text", "gains_of", "prepare_tradeoff", "show_tradeoff", "tradeoff_chart"]

_KINDS = ("weights by hand", *LEARNED, "chosen")
_HEIGHT = 330
#: Two lines at the axis for each task: its name, and what its figure is.
_LINES = {"classes": ["classes", "mean IoU"], "instances": ["instances", "error of vectors"]} | {
    "depth": ["depth", "error of 1/depth"]
}


def figure_text(name: str, value: float, *, digits: int | None = None) -> str:
    """Format a figure of `SCORES` with its unit."""
    score = SCORES[name]
    places = (2 if score.unit == "px" else 1) if digits is None else digits
    return f"{score.scale * value:.{places}f} {score.unit}"


def gains_of(network: str) -> dict[str, float]:
    """Return by how much a network of seed 0 is better than each task alone, as a share.

    A figure that the network does not have is absent.
    """
    ours = _first(network)
    gains = {}
    for name, task in HEADLINES.items():
        mine, alone = getattr(ours.scores, name), getattr(_first(task).scores, name)
        if mine is not None and alone:
            sign = 1 if SCORES[name].higher_is_better else -1
            gains[name] = sign * (mine / alone - 1)
    return gains


@cache
def _first(network: str) -> TaskRun:
    (run,) = (one for one in task_record().runs if one.network == network and one.seed == 0)
    return run


def show_tradeoff(chosen: str) -> None:
    """Draw the gains of all networks, with the chosen one in front."""
    kit.figure(
        "tradeoff",
        tradeoff_chart,
        _domain(),
        data=_rows(chosen),
        label="Gain of each network over the three tasks alone, on scenes that it has not seen",
        table=_table(),
    )


def prepare_tradeoff() -> None:
    """Make the chart's specification."""
    kit.prepare_figure("tradeoff", tradeoff_chart, _domain())


def _rows(chosen: str) -> pd.DataFrame:
    rows = []
    for network in dict.fromkeys((*OPTIONS, chosen)):
        alone = len(NETWORKS[network].tasks) == 1
        if alone and network != chosen:
            continue
        kind = network if network in LEARNED else _KINDS[0]
        title = NETWORKS[network].title
        for name, gain in gains_of(network).items():
            value = figure_text(name, getattr(_first(network).scores, name))
            row = {"task": HEADLINES[name], "gain": gain, "figure": value, "network": title}
            rows.append(row | {"weights": kind})
            if network == chosen:
                rows.append(row | {"weights": _KINDS[-1]})
    return pd.DataFrame(rows)


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {"network": NETWORKS[network].title}
        | {
            f"{score.title}, {score.unit}": None
            if (value := getattr(_first(network).scores, name)) is None
            else round(score.scale * value, 3)
            for name, score in SCORES.items()
        }
        for network in OPTIONS
    )


@cache
def _domain() -> tuple[float, float]:
    gains = [gain for one in OPTIONS for gain in gains_of(one).values()]
    worst, best = min(gains), max(*gains, 0.0)
    # Tenths, with room for the ring at the best point and for the text on the side away from zero.
    right = best + (0.17 if best > 0 else 0.05)
    return math.floor(10 * (worst - 0.17)) / 10, math.ceil(10 * right) / 10


def tradeoff_chart(token: Mapping[str, str], gains: tuple[float, float]) -> alt.TopLevelMixin:
    """Make the chart: a row of points for each task, one point for each network.

    Right of zero is better than the network for the task alone. A ring marks the chosen network,
    so that it hides no point. Its figure stands above the ring, on the side away from the line at
    zero.
    """
    x = alt.X(
        "gain:Q",
        title="better than the task alone",
        scale=alt.Scale(domain=list(gains), nice=False),
        axis=alt.Axis(
            format="+.0%",
            grid=False,
            tickCount=6,
            labelExpr="datum.value === 0 ? replace(datum.label, '+', '') : datum.label",
        ),
    )
    y = alt.Y(
        "task:N",
        title=None,
        scale=alt.Scale(type="point", padding=0.55, domain=list(HEADLINES.values())),
        axis=alt.Axis(grid=True, labelFontSize=13, labelExpr=f"({_LINES})[datum.label]"),
    )
    domain = list(_KINDS)
    colours = alt.Scale(
        domain=domain, range=[token["muted"], token["orange"], token["orange"], token["ink"]]
    )
    legend = alt.Legend(orient="bottom", title=None, columns=2, symbolStrokeWidth=2)
    shape = alt.Shape(
        "weights:N",
        scale=alt.Scale(domain=domain, range=["circle", "diamond", "diamond", "circle"]),
        legend=legend,
    )
    # As in the triangle: filled as published, empty with exact likelihoods.
    fills = alt.Scale(
        domain=domain, range=[token["muted"], token["orange"], "transparent", "transparent"]
    )
    tooltip: list[str | alt.Tooltip] = [
        "network:N",
        "task:N",
        "figure:N",
        alt.Tooltip("gain:Q", format="+.1%"),
    ]
    base = alt.Chart().encode(x=x, y=y, tooltip=tooltip)
    zero = (
        alt.Chart()
        .mark_rule(color=token["ink"], strokeDash=[2, 3])
        .encode(x=alt.X(datum=0.0, type="quantitative"))
    )
    points = base.mark_point(opacity=1, strokeWidth=2).encode(
        stroke=alt.Stroke("weights:N", scale=colours, legend=legend),
        fill=alt.Fill("weights:N", scale=fills, legend=legend),
        shape=shape,
        size=alt.condition(alt.datum.weights == _KINDS[-1], alt.value(300), alt.value(80)),
    )
    chosen = base.transform_filter(alt.datum.weights == _KINDS[-1])
    written = [
        chosen.mark_text(
            align=alt.expr("datum.gain > 0 ? 'left' : 'right'"),
            dx=alt.expr("datum.gain > 0 ? 4 : -4"),
            dy=-24,
            fontSize=13,
            fontWeight=600,
            **style,
        ).encode(text="figure:N")
        for style in (
            {"stroke": token["paper"], "strokeWidth": 6, "color": token["paper"]},
            {"color": token["ink"]},
        )
    ]
    chart: alt.TopLevelMixin = alt.layer(zero, points, *written).properties(height=_HEIGHT)
    return chart
