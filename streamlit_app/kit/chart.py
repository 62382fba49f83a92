"""One Altair theme in a light and a dark form, applied to a chart and never to the process.

Altair's registry of themes is global, while two visitors with different themes may be served at
the same moment; so the configuration is written into a copy of each chart instead.
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

__all__ = ["chart_config", "chart_spec", "show_chart", "show_spec", "themed"]

# Streamlit exchanges Altair's global data transformer while it converts a chart; a chart that is
# converted elsewhere at that moment would lose its data.
_ALTAIR = threading.Lock()


@cache
def chart_config(mode: Mode) -> dict[str, Any]:
    """Return the Vega-Lite configuration of a theme, ``"light"`` or ``"dark"``."""
    return chart_theme(tokens_of(mode))


def themed(chart: alt.TopLevelMixin, mode: Mode | None = None) -> ChartType:
    """Return a copy of a chart with a theme's configuration written into it.

    What the chart's own author configured wins over the theme.

    Args:
        chart: A top-level Altair chart.
        mode: The theme; the visitor's own when left out.
    """
    own: Any = getattr(chart, "config", None)
    written = own.to_dict() if hasattr(own, "to_dict") else {}
    config = dict(chart_config(mode or visitor_mode()))
    for name, value in written.items():
        base = config.get(name)
        config[name] = {**base, **value} if isinstance(base, dict) else value
    return cast("ChartType", chart.configure(**config))


def show_chart(chart: alt.TopLevelMixin, *, key: str | None = None, label: str = "") -> None:
    """Draw a chart across its container in the visitor's theme.

    Args:
        chart: A top-level Altair chart; its own height is kept.
        key: Streamlit key, needed where two equal charts stand on a page.
        label: What the chart shows, for readers who do not see it.
    """
    styled = themed(chart)
    with _ALTAIR:
        st.altair_chart(styled, theme=None, width="stretch", key=key, alt=label or None)


def chart_spec(chart: alt.TopLevelMixin, mode: Mode) -> dict[str, Any]:
    """Return a chart in a theme as a Vega-Lite specification with its data.

    Altair checks every part of a chart against its schema, which takes tenths of a second; a chart
    that never changes is better kept in this form.

    Args:
        chart: A top-level Altair chart.
        mode: The theme.
    """
    styled = themed(chart, mode)
    with _ALTAIR:
        spec: dict[str, Any] = styled.to_dict()
    # Streamlit sets the padding below a chart, which replaces that of the configuration: the last
    # label of an axis would lose its right edge.
    spec.setdefault("padding", {"right": 4})
    return spec


def show_spec(spec: dict[str, Any], *, key: str, label: str) -> None:
    """Draw what :func:`chart_spec` returned across its container."""
    # The browser reserves this height while the chart library loads.
    height = spec.get("height", "content")
    st.vega_lite_chart(dict(spec), theme=None, width="stretch", height=height, key=key, alt=label)
