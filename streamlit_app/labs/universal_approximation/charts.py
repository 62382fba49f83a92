"""The laboratory's charts: each specification is made once for a theme, only its table changes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import Mode, tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["curves_chart", "prepare_charts", "rate_chart", "spread_chart"]

_HEIGHT = 250
#: What a curve is -> its colour.
_COLOURS = {
    "the function": "blue",
    "built by hand": "purple",
    "neuron": "green",
    "step": "green",
    "bump": "green",
    "first unit": "muted",
    "second unit": "muted",
    "trained, five of them": "orange",
}
#: The legends that occur, in their order.
_LEGENDS = (
    ("neuron",),
    ("step",),
    ("first unit", "second unit", "bump"),
    ("the function", "built by hand"),
    ("trained, five of them", "the function"),
)


def curves_chart(
    curves: Mapping[str, np.ndarray[Any, Any]], x: np.ndarray[Any, Any], *, key: str, label: str
) -> None:
    """Draw curves over x.

    Args:
        curves: Name -> (P,) values, or (k, P) for several of one kind; names of one legend.
        x: (P,).
        key: Streamlit key.
        label: What is to be seen, for readers who do not see it.

    """
    parts = []
    for name, values in curves.items():
        for number, row in enumerate(np.atleast_2d(values)):
            parts.append(pd.DataFrame({"x": x, "y": row, "curve": name, "part": number}))
    beyond = bool(x[0] < 0 or x[-1] > 1)
    if beyond:
        parts.append(pd.DataFrame({"x": [0.0], "end": [1.0], "curve": ["interval"]}))
    frame = pd.concat(parts, ignore_index=True)
    _show(frame, _curves_spec(visitor_mode(), tuple(curves), beyond), key, label)


@lru_cache(maxsize=64)
def _curves_spec(mode: Mode, names: tuple[str, ...], beyond: bool) -> dict[str, Any]:
    token = tokens_of(mode)
    colours = alt.Scale(domain=list(names), range=[token[_COLOURS[name]] for name in names])
    legend = alt.Legend(title=None, symbolType="stroke") if len(names) > 1 else None
    lines = (
        alt.Chart()
        .transform_filter("datum.curve != 'interval'")
        .mark_line(clip=True)
        .encode(
            x=alt.X("x:Q", title="x", scale=alt.Scale(nice=False)),
            y=alt.Y("y:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color("curve:N", scale=colours, legend=legend),
            detail="part:N",
            opacity=alt.condition(
                "datum.curve == 'trained, five of them'", alt.value(0.75), alt.value(1.0)
            ),
        )
    )
    if not beyond:
        return _spec(lines, mode)
    fitted = (
        alt.Chart()
        .transform_filter("datum.curve == 'interval'")
        .mark_rect(color=token["blue"], opacity=0.1)
        .encode(x=alt.X("x:Q", title="x"), x2="end:Q")
    )
    return _spec(alt.layer(fitted, lines), mode)


def rate_chart(
    errors: Mapping[str, Sequence[float]], widths: Sequence[int], now: int, *, key: str
) -> None:
    """Draw error against width on logarithmic axes, the width of now marked.

    Args:
        errors: Construction in words -> one error for each width.
        widths: The numbers N.
        now: The N that the picture above shows.
        key: Streamlit key.

    """
    frame = pd.concat(
        [
            # A logarithmic axis has no place for an exact fit.
            pd.DataFrame({"N": widths, "error": np.maximum(values, 1e-7), "of": name})
            for name, values in errors.items()
        ]
    )
    frame["now"] = frame["N"] == now
    spec = _rate_spec(visitor_mode(), tuple(errors))
    _show(frame, spec, key, f"Largest error against N on logarithmic axes; N = {now} is marked")


@lru_cache(maxsize=8)
def _rate_spec(mode: Mode, names: tuple[str, ...]) -> dict[str, Any]:
    token = tokens_of(mode)
    colours = alt.Scale(
        domain=list(names), range=[token[c] for c in ("sky", "purple", "orange")[: len(names)]]
    )
    base = alt.Chart().encode(
        x=alt.X("N:Q", title="N", scale=alt.Scale(type="log", base=2)),
        y=alt.Y("error:Q", title="largest error", scale=alt.Scale(type="log"), axis=_POWERS),
        color=alt.Color("of:N", title=None, scale=colours, legend=alt.Legend(symbolType="stroke")),
        tooltip=["of:N", "N:Q", alt.Tooltip("error:Q", format=".2g")],
    )
    return _spec(
        alt.layer(
            base.mark_line(), base.transform_filter("datum.now").mark_point(size=120, opacity=1)
        ),
        mode,
    )


_POWERS = alt.Axis(format="~g", values=[10.0**k for k in range(-7, 7)])


def spread_chart(trained: Sequence[float], constructed: float, *, key: str) -> None:
    """Draw the error of every trained network beside that of the constructed one.

    Args:
        trained: Largest error of each on [0, 1].
        constructed: That of the network built by hand.
        key: Streamlit key.

    """
    kinds = ["trained"] * len(trained) + ["built by hand"]
    frame = pd.DataFrame({"error": np.maximum([*trained, constructed], 1e-7), "of": kinds})
    label = (
        f"Largest error of {len(trained)} trained networks, {min(trained):.2g} to "
        f"{max(trained):.2g}, and of the one built by hand, {constructed:.2g}"
    )
    _show(frame, _spread_spec(visitor_mode()), key, label)


@lru_cache(maxsize=2)
def _spread_spec(mode: Mode) -> dict[str, Any]:
    token = tokens_of(mode)
    order = ["built by hand", "trained"]
    chart = (
        alt.Chart()
        .mark_tick(thickness=3, size=34)
        .encode(
            x=alt.X(
                "error:Q",
                title="largest error on [0, 1]",
                scale=alt.Scale(type="log"),
                axis=_POWERS,
            ),
            y=alt.Y("of:N", title=None, scale=alt.Scale(domain=order)),
            color=alt.Color(
                "of:N",
                scale=alt.Scale(domain=order, range=[token["purple"], token["orange"]]),
                legend=None,
            ),
            tooltip=["of:N", alt.Tooltip("error:Q", format=".3g")],
        )
    )
    return _spec(chart, mode, 130)


def prepare_charts() -> None:
    """Make the specifications of all charts, for both themes."""
    for mode in get_args(Mode):
        for names in _LEGENDS:
            _curves_spec(mode, names, False)
        _curves_spec(mode, _LEGENDS[-1], True)
        _spread_spec(mode)


def _spec(chart: Any, mode: Mode, height: int = _HEIGHT) -> dict[str, Any]:
    return chart_spec(chart.properties(height=height), mode)


def _show(frame: pd.DataFrame, spec: dict[str, Any], key: str, label: str) -> None:
    st.vega_lite_chart(frame, spec, theme=None, width="stretch", key=f"{key}-chart", alt=label)
