"""A figure of an experiment: a chart with alternative text, a table and downloads."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from streamlit_app.kit.chart import chart_spec
from streamlit_app.kit.description import describe
from streamlit_app.kit.domain import require_domains
from streamlit_app.kit.files import text_beside
from streamlit_app.kit.mode import Mode, tokens_of, visitor_mode
from streamlit_app.theme.style import HEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    import altair as alt
    import pandas as pd

    Maker = Callable[..., alt.TopLevelMixin]

__all__ = ["figure", "prepare_figure", "reserve"]

_tools = st.components.v2.component(
    "pyfrontiers.figure_tools",
    html=text_beside(__file__, "figure.html"),
    css=text_beside(__file__, "figure.css"),
    js=text_beside(__file__, "figure.js"),
)


def reserve(key: str, height: int) -> Any:
    """Return a container with a minimum height, so that content below it doesn't jump.

    Args:
        key: Key of the container, unique on the page.
        height: Minimum height in pixels, rounded up to one of `HEIGHTS`; 0 for no minimum.
    """
    kept = next((step for step in HEIGHTS if step >= height), HEIGHTS[-1]) if height else 0
    return st.container(key=f"{key}-{kept:04d}px")


def figure(
    name: str,
    maker: Maker,
    *arguments: Hashable,
    data: pd.DataFrame,
    label: str,
    table: pd.DataFrame | None = None,
) -> None:
    """Draw a chart at the full width of its container, with its table and downloads below.

    The specification is made once per theme and `arguments`; a rerun only sends the data. PNG, SVG
    and CSV files are made in the browser.

    Args:
        name: The figure's name, unique on the page; also the beginning of the file names.
        maker: Called as ``maker(tokens, *arguments)``, with the theme's colours (token ->
            ``#rrggbb``); returns the chart without data. The chart must set its height, and
            explicit domains for quantitative axes.
        arguments: Other values that the chart depends on, such as a domain.
        data: The rows that the chart draws.
        label: What the chart shows, a sentence without its full stop. The alternative text
            continues with the ranges and series of the data.
        table: The rows of the table and the CSV file. Default: `data`.

    Raises:
        ValueError: A quantitative axis has no domain.
    """
    spec = _spec(name, maker, arguments, visitor_mode())
    height = spec.get("height")
    with reserve(f"figure-{name}", int(height or 0)):
        st.vega_lite_chart(
            data,
            dict(spec),
            theme=None,
            width="stretch",
            # The browser reserves this height while the chart library loads.
            height=height or "content",
            key=f"{name}-chart",
            alt=describe(label, spec, data),
        )
        shown = data if table is None else table
        _tools(
            key=f"{name}-tools",
            data={"name": name, "label": label, **_columns(shown)},
        )


def prepare_figure(name: str, maker: Maker, *arguments: Hashable) -> None:
    """Make a figure's specification in both themes in advance."""
    for mode in get_args(Mode):
        _spec(name, maker, arguments, mode)


@lru_cache(maxsize=512)
def _spec(name: str, maker: Maker, arguments: tuple[Hashable, ...], mode: Mode) -> dict[str, Any]:
    tokens: Mapping[str, str] = tokens_of(mode)
    spec = chart_spec(maker(tokens, *arguments), mode)
    require_domains(spec, name)
    return spec


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the rows for the browser's table: floats with six significant digits, NaN as None."""
    columns = [
        [None if value != value else value for value in column.tolist()]
        if column.dtype.kind not in "f"
        else [None if value != value else float(f"{value:.6g}") for value in column.tolist()]
        for _, column in rows.items()
    ]
    return {"head": [str(name) for name in rows.columns], "columns": columns}
