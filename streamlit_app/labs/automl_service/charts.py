"""The chart of children: quality against cost, and the front of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from pyfrontiers.automl import METRICS, pareto_front
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.automl.service.points import ChildPoint

__all__ = ["chart_caption", "front_chart", "front_figure", "front_rows"]

_HEIGHT = 340
#: Metrics between 0 and 1 where larger is better are drawn with this power: good children lie close
#: together.
_POWER = 4
_TICKS = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 1]


def front_chart(
    token: Mapping[str, str],
    metric: str,
    cost: str,
    epochs: tuple[int, ...],
    costs: tuple[float, float],
    values: tuple[float, float],
) -> alt.TopLevelMixin:
    """Make the chart: a point for each training of a child, the front as steps, the chosen child.

    Args:
        token: colours.
        metric: on the vertical axis.
        cost: on the horizontal one.
        epochs: the different lengths of training.
        costs: ends of the horizontal axis.
        values: ends of the vertical one.
    """
    larger = METRICS[metric].larger
    axis = alt.Axis(format="%", values=_TICKS) if larger else alt.Axis()
    kind: dict[str, Any] = {"type": "pow", "exponent": _POWER} if larger else {"type": "sqrt"}
    x = alt.X(
        "cost:Q",
        title=f"{METRICS[cost].title.lower() if cost != 'flops' else 'FLOPs'}",
        scale=alt.Scale(type="log", domain=list(costs), nice=False),
        axis=alt.Axis(format="~s"),
    )
    title = METRICS[metric].title
    stretched = f"stretched towards {'100 %' if larger else '0'}"
    y = alt.Y(
        "value:Q",
        title=[
            f"validation: {title if title.isupper() else title[0].lower() + title[1:]},",
            stretched,
        ],
        scale=alt.Scale(domain=list(values), nice=False, **kind),
        axis=axis,
    )
    steps = alt.Scale(domain=list(epochs), range=_spread(0.4, 1.0, len(epochs)))
    sizes = alt.Scale(domain=list(epochs), range=_spread(40, 90, len(epochs)))
    legend = alt.Legend(orient="bottom", title="epochs", symbolFillColor=token["blue"])
    tooltip: list[str | alt.Tooltip] = [
        "child:Q",
        "epochs:O",
        alt.Tooltip("cost:Q", format=",.4~g"),
        alt.Tooltip("value:Q", format=".4~f"),
    ]
    base = alt.Chart().encode(x=x, y=y)
    points = base.mark_point(filled=True, color=token["blue"], clip=True).encode(
        opacity=alt.Opacity("epochs:O", scale=steps, legend=legend),
        size=alt.Size("epochs:O", scale=sizes, legend=legend),
        tooltip=tooltip,
    )
    front = base.transform_filter("datum.front")
    # The best within a cost: it holds until a costlier child is better.
    line = front.mark_line(
        color=token["green"], strokeWidth=2.5, interpolate="step-after", clip=True
    )
    rings = front.mark_point(
        filled=False, size=130, stroke=token["green"], strokeWidth=2, clip=True
    )
    chosen = base.transform_filter("datum.chosen").mark_point(
        shape="diamond", filled=False, size=330, stroke=token["ink"], strokeWidth=2.5, clip=True
    )
    chart: alt.TopLevelMixin = alt.layer(line, points, rings, chosen).properties(height=_HEIGHT)
    return chart


def front_figure(
    name: str, points: Sequence[ChildPoint], metric: str, cost: str, chosen: int | None = None
) -> None:
    """Draw the chart of children; nothing while there are none.

    Args:
        name: of the figure.
        points: the trainings.
        metric: on the vertical axis.
        cost: on the horizontal one; parameters where it was not measured.
        chosen: number of the child that was handed over.
    """
    cost = _measured(points, cost)
    rows = front_rows(points, metric, cost, chosen)
    if rows.empty:
        return
    kit.figure(
        name,
        front_chart,
        metric,
        cost,
        tuple(sorted(set(rows["epochs"]))),
        kit.nice_domain(rows["cost"], log=True),
        _ends(rows, metric),
        data=rows,
        label=f"{METRICS[metric].title} of every trained child against {METRICS[cost].title}",
    )


def chart_caption(points: Sequence[ChildPoint], metric: str, cost: str, chosen: int | None) -> str:
    """Say what the chart shows: points, front, and how the child was chosen.

    Args:
        points: the trainings.
        metric: on the vertical axis, the one that decides.
        cost: on the horizontal one; parameters where it was not measured.
        chosen: number of the child that was handed over; `None` if it is none of them.
    """
    rows = front_rows(points, metric, _measured(points, cost), chosen)
    if rows.empty:
        return "The search finished no training, so a small network was trained instead."
    longest = rows["epochs"].max()
    parts = ["Each point is a network after a training in the search."]
    if rows["front"].sum() > 1:
        parts.append("The green steps join those that no other beats in both figures.")
    else:
        parts.append(
            "The green ring marks the one that is at least as good as every other in both figures."
        )
    if rows["chosen"].any():
        title = METRICS[metric].title
        parts.append(
            "The diamond is the network that is handed over: by validation "
            f"{title if title.isupper() else title[0].lower() + title[1:]}, the best of those "
            f"trained longest, for {longest} epochs."
        )
        if not rows.loc[rows["chosen"], "front"].all():
            parts.append(
                "It misses the front because only the longest trainings were compared, and their "
                "cost did not count."
            )
    top = _ends(rows, metric)[1]
    if above := int((rows["value"] > top).sum()):
        parts.append(f"The axis ends at {top:g}, which leaves out {above} of {len(rows)} points.")
    return " ".join(parts)


def front_rows(
    points: Sequence[ChildPoint], metric: str, cost: str, chosen: int | None = None
) -> pd.DataFrame:
    """Return a row for each training, from the cheapest to the costliest.

    `front` marks trainings that no other surpasses in both figures; `chosen` the last training of
    the child that was handed over.
    """
    found = [each for each in points if metric in each.metrics and cost in each.metrics]
    rows = pd.DataFrame(
        {
            "child": each.child,
            "epochs": each.epochs,
            "cost": each.metrics[cost],
            "value": each.metrics[metric],
        }
        for each in found
    )
    if rows.empty:
        return rows
    sign = 1.0 if METRICS[metric].larger else -1.0
    both: Any = np.stack((sign * rows["value"], -rows["cost"]), axis=1)
    rows["front"] = False
    rows.loc[pareto_front(both), "front"] = True
    last = rows.groupby("child")["epochs"].transform("max") == rows["epochs"]
    rows["chosen"] = last & (rows["child"] == (-1 if chosen is None else chosen))
    return rows.sort_values(["cost", "epochs"], ignore_index=True)


def _ends(rows: pd.DataFrame, metric: str) -> tuple[float, float]:
    """Return the ends of the vertical axis: children that failed would make it useless."""
    if METRICS[metric].larger:
        return 0.0, 1.0
    return kit.nice_domain([0.0, rows["value"].median() * 2])


def _measured(points: Sequence[ChildPoint], cost: str) -> str:
    """Return a cost, or parameters if it was not measured for all points."""
    return cost if all(cost in each.metrics for each in points) else "parameters"


def _spread(low: float, high: float, count: int) -> list[float]:
    """Return `count` numbers from `low` to `high`; the last one is `high`."""
    return [float(each) for each in np.linspace(low, high, count)] if count > 1 else [high]
