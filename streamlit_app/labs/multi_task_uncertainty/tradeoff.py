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
from streamlit_app.labs.multi_task_uncertainty.triangle import LEARNED, OPTIONS, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.multitask import TaskRun

__all__ = ["figure_text", "gains_of", "prepare_tradeoff", "show_tradeoff", "tradeoff_chart"]

_KINDS = ("weights by hand", *LEARNED, "chosen")
_HEIGHT = 330


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
        for name, gain in gains_of(network).items():
            value = figure_text(name, getattr(_first(network).scores, name))
            row = {"task": HEADLINES[name], "gain": gain, "figure": value}
            rows.append(row | {"network": title_of(network), "weights": kind})
            if network == chosen:
                rows.append(row | {"network": title_of(network), "weights": _KINDS[-1]})
    return pd.DataFrame(rows)


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {"network": title_of(network)}
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
    # Tenths, with room above for the text at the highest point.
    return math.floor(10 * min(gains)) / 10, math.ceil(10 * (max(*gains, 0.0) + 0.05)) / 10


def tradeoff_chart(token: Mapping[str, str], gains: tuple[float, float]) -> alt.TopLevelMixin:
    """Make the chart: a line for each network over the three tasks, and zero for the tasks alone.

    Networks differ in colour, dash and shape of their points.
    """
    x = alt.X(
        "task:N",
        title=None,
        scale=alt.Scale(type="point", padding=0.35, domain=list(HEADLINES.values())),
        axis=alt.Axis(labelAngle=0, grid=True, labelFontSize=13),
    )
    y = alt.Y(
        "gain:Q",
        title="better than the task alone",
        scale=alt.Scale(domain=list(gains), nice=False),
        axis=alt.Axis(format="+.0%"),
    )
    domain = list(_KINDS)
    colours = [token["muted"], token["orange"], token["orange"], token["ink"]]
    legend = alt.Legend(orient="bottom", title=None, columns=2)
    colour = alt.Color("weights:N", scale=alt.Scale(domain=domain, range=colours), legend=legend)
    shapes = alt.Scale(domain=domain, range=["circle", "diamond", "triangle-up", "square"])
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
        .encode(y=alt.Y(datum=0.0, type="quantitative"))
    )
    lines = base.mark_line().encode(
        color=colour,
        strokeDash=alt.condition(
            alt.datum.weights == LEARNED[-1], alt.value([5, 4]), alt.value([1, 0])
        ),
        strokeWidth=alt.condition(alt.datum.weights == _KINDS[0], alt.value(1.2), alt.value(2.5)),
        detail="network:N",
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        color=colour, shape=alt.Shape("weights:N", scale=shapes, legend=legend)
    )
    chosen = base.transform_filter(alt.datum.weights == _KINDS[-1])
    written = [
        chosen.mark_text(dy=-15, fontSize=13, fontWeight=600, **style).encode(text="figure:N")
        for style in (
            {"stroke": token["paper"], "strokeWidth": 5, "color": token["paper"]},
            {"color": token["ink"]},
        )
    ]
    chart: alt.TopLevelMixin = alt.layer(zero, lines, points, *written).properties(height=_HEIGHT)
    return chart
