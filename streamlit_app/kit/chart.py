"""An Altair theme in light and dark, applied to each chart.

Altair's theme registry is global, but visitors with different themes may be served at the same
time. The configuration is therefore written into a copy of each chart.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from pyfrontiers.lecture.chart_theme import chart_theme
from streamlit_app.kit.mode import Mode, tokens_of, visitor_mode

if TYPE_CHECKING:
    import altair as alt
    from altair.typing import ChartType

__all__ = ["chart_config", "chart_spec", "plain_spec", "show_chart", "show_spec", "themed"]

# Streamlit replaces Altair's global data transformer while it converts a chart; a chart converted
# in another thread at the same time would lose its data.
_ALTAIR = threading.Lock()


@cache
def chart_config(mode: Mode) -> dict[str, Any]:
    """Return the Vega-Lite configuration of a theme, ``"light"`` or ``"dark"``."""
    return chart_theme(tokens_of(mode))


def themed(chart: alt.TopLevelMixin, mode: Mode | None = None) -> ChartType:
    """Return a copy of a chart configured with a theme.

    The chart's own configuration takes precedence over the theme.

    Args:
        chart: A top-level Altair chart.
        mode: The theme. Default: the visitor's.
    """
    own: Any = getattr(chart, "config", None)
    written = own.to_dict() if hasattr(own, "to_dict") else {}
    config = dict(chart_config(mode or visitor_mode()))
    for name, value in written.items():
        base = config.get(name)
        config[name] = {**base, **value} if isinstance(base, dict) else value
    return cast("ChartType", chart.configure(**config))


def show_chart(chart: alt.TopLevelMixin, *, key: str | None = None, label: str = "") -> None:
    """Draw a chart in the visitor's theme, at the full width of its container.

    Args:
        chart: A top-level Altair chart; its height is kept.
        key: Streamlit key, needed if a page contains two identical charts.
        label: Alternative text for screen readers.
    """
    styled = themed(chart)
    with _ALTAIR:
        st.altair_chart(styled, theme=None, width="stretch", key=key, alt=label or None)


def chart_spec(chart: alt.TopLevelMixin, mode: Mode) -> dict[str, Any]:
    """Return a themed chart as a Vega-Lite specification with its data.

    Altair validates every part of a chart against its schema, which takes tenths of a second; cache
    charts that never change in this form.

    Args:
        chart: A top-level Altair chart.
        mode: The theme.
    """
    spec = plain_spec(themed(chart, mode))
    # Streamlit sets the bottom padding, which overrides the configured padding on all sides. Keep
    # some padding on the right, or the last axis label is cut off.
    spec.setdefault("padding", {"right": 4})
    return spec


def plain_spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart as a Vega-Lite specification with its data, without a theme."""
    with _ALTAIR:
        spec: dict[str, Any] = chart.to_dict()
    return spec


def show_spec(spec: dict[str, Any], *, key: str, label: str) -> None:
    """Draw a specification from :func:`chart_spec` at the full width of its container."""
    # The browser reserves this height while the chart library loads.
    height = spec.get("height", "content")
    st.vega_lite_chart(dict(spec), theme=None, width="stretch", height=height, key=key, alt=label)
