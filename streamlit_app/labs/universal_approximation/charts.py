"""Charts: curves, error by width, and the spread of trained networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["curves_figure", "prepare_figures", "rates_figure", "spread_figure"]

Ends = tuple[float, float]

_HEIGHT = 250
#: Curve -> its colour.
_COLOURS = {
    "the function": "blue",
    "built by hand": "purple",
    "neuron": "green",
    "step": "green",
    "bump": "green",
    "first unit": "muted",
    "second unit": "sky",
    "five trained networks": "orange",
}
_RATE_COLOURS = ("sky", "purple", "orange")
_LEAST_ERROR = 1e-7  # an exact fit cannot be drawn on a logarithmic axis
_POWERS = alt.Axis(format="~g", values=[10.0**k for k in range(-7, 7)])


def curves_figure(
    name: str,
    curves: Mapping[str, np.ndarray[Any, Any]],
    x: np.ndarray[Any, Any],
    *,
    label: str,
    y: Ends | None = None,
) -> None:
    """Draw curves over x, with the interval [0, 1] shaded if x extends beyond it.

    Args:
        name: The figure's name.
        curves: Name of a kind of curve -> (P,) values, or (k, P) for k curves of that kind.
        x: (P,) positions.
        label: What the chart shows.
        y: Ends of the vertical axis. Default: round ends around the values.
    """
    parts, columns = [], {"x": x}
    for kind, values in curves.items():
        rows = np.atleast_2d(values)
        for number, row in enumerate(rows):
            parts.append(pd.DataFrame({"x": x, "y": row, "curve": kind, "part": number}))
            columns[kind if len(rows) == 1 else f"{kind} {number + 1}"] = row
    ends = (float(x[0]), float(x[-1]))
    if ends != (0.0, 1.0):
        parts.append(pd.DataFrame({"x": [0.0], "end": [1.0], "curve": ["interval"]}))
    heights = np.concatenate([np.ravel(values) for values in curves.values()])
    kit.figure(
        name,
        curves_chart,
        tuple(curves),
        ends,
        y or kit.nice_domain(heights.tolist()),
        data=pd.concat(parts, ignore_index=True),
        label=label,
        table=pd.DataFrame(columns),
    )


def curves_chart(
    token: Mapping[str, str], names: tuple[str, ...], x: Ends, y: Ends
) -> alt.TopLevelMixin:
    """Make the chart of the named curves."""
    colours = alt.Scale(domain=list(names), range=[token[_COLOURS[name]] for name in names])
    across = alt.X("x:Q", title="x", scale=alt.Scale(domain=list(x), nice=False))
    lines = (
        alt.Chart()
        .transform_filter("datum.curve != 'interval'")
        .mark_line(clip=True)
        .encode(
            x=across,
            y=alt.Y("y:Q", title="y", scale=alt.Scale(domain=list(y), nice=False)),
            color=alt.Color(
                "curve:N",
                scale=colours,
                legend=alt.Legend(title=None, symbolType="stroke") if len(names) > 1 else None,
            ),
            detail="part:N",
            opacity=alt.condition(
                "datum.curve == 'five trained networks'", alt.value(0.75), alt.value(1.0)
            ),
        )
    )
    if x == (0.0, 1.0):
        whole: alt.TopLevelMixin = lines.properties(height=_HEIGHT)
        return whole
    interval = (
        alt.Chart()
        .transform_filter("datum.curve == 'interval'")
        .mark_rect(color=token["blue"], opacity=0.1)
        .encode(x=across, x2="end:Q")
    )
    return alt.layer(interval, lines).properties(height=_HEIGHT)


def rates_figure(
    name: str, errors: Mapping[str, Sequence[float]], widths: Sequence[int], now: int
) -> None:
    """Draw error by width on logarithmic axes.

    Args:
        name: The figure's name.
        errors: Construction in words -> one error for each width.
        widths: The numbers N.
        now: The selected N, which is marked.
    """
    rows = pd.concat(
        [
            pd.DataFrame({"N": widths, "error": np.maximum(values, _LEAST_ERROR), "of": kind})
            for kind, values in errors.items()
        ],
        ignore_index=True,
    )
    kit.figure(
        name,
        rates_chart,
        tuple(errors),
        (widths[0], widths[-1]),
        kit.nice_domain(rows["error"].tolist(), log=True),
        data=rows.assign(now=rows["N"] == now),
        label=f"Largest error by N on logarithmic axes, N = {now} marked",
        table=rows,
    )


def rates_chart(
    token: Mapping[str, str], names: tuple[str, ...], n: Ends, error: Ends
) -> alt.TopLevelMixin:
    """Make the chart of errors by width."""
    colours = alt.Scale(
        domain=list(names), range=[token[colour] for colour in _RATE_COLOURS[: len(names)]]
    )
    base = alt.Chart().encode(
        x=alt.X("N:Q", title="N", scale=alt.Scale(type="log", base=2, domain=list(n))),
        y=alt.Y(
            "error:Q",
            title="largest error",
            scale=alt.Scale(type="log", domain=list(error)),
            axis=_POWERS,
        ),
        color=alt.Color("of:N", title=None, scale=colours, legend=alt.Legend(symbolType="stroke")),
        tooltip=["of:N", "N:Q", alt.Tooltip("error:Q", format=".2g")],
    )
    marked = base.transform_filter("datum.now").mark_point(size=120, opacity=1)
    return alt.layer(base.mark_line(), marked).properties(height=_HEIGHT)


_KINDS = ["built by hand", "trained"]


def spread_figure(name: str, trained: Sequence[float], constructed: float) -> None:
    """Draw the errors of the trained networks and of the constructed one.

    Args:
        name: The figure's name.
        trained: Largest error of each trained network on [0, 1].
        constructed: Largest error of the network built by hand.
    """
    kinds = ["trained"] * len(trained) + ["built by hand"]
    rows = pd.DataFrame({"error": np.maximum([*trained, constructed], _LEAST_ERROR), "of": kinds})
    kit.figure(
        name,
        spread_chart,
        kit.nice_domain(rows["error"].tolist(), log=True),
        data=rows,
        label=f"Largest error of {len(trained)} trained networks, {min(trained):.2g} to "
        f"{max(trained):.2g}, and of the network built by hand, {constructed:.2g}",
    )


def spread_chart(token: Mapping[str, str], error: Ends) -> alt.TopLevelMixin:
    """Make the chart of the spread: one tick for each network."""
    colours = alt.Scale(domain=_KINDS, range=[token["purple"], token["orange"]])
    chart = alt.Chart().encode(
        x=alt.X(
            "error:Q",
            title="largest error on [0, 1]",
            scale=alt.Scale(type="log", domain=list(error)),
            axis=_POWERS,
        ),
        y=alt.Y("of:N", title=None, scale=alt.Scale(domain=_KINDS)),
        color=alt.Color("of:N", scale=colours, legend=None),
        tooltip=["of:N", alt.Tooltip("error:Q", format=".3g")],
    )
    ticks: alt.TopLevelMixin = chart.mark_tick(thickness=3, size=34).properties(height=130)
    return ticks


def prepare_figures() -> None:
    """Make the specifications of the charts shown first."""
    unit: Ends = (0.0, 1.0)
    for name, kinds in (
        ("neuron", ("neuron",)),
        ("step", ("step",)),
        ("bump", ("first unit", "second unit", "bump")),
    ):
        y = (-1.0, 1.0) if name == "bump" else unit
        kit.prepare_figure(name, curves_chart, kinds, unit, y)
