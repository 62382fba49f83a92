"""A figure of an experiment: a chart with its alternative text, its table and its files."""

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
    """Return a container that keeps a height, so that what follows doesn't jump.

    Args:
        key: Key of the container, unique on the page.
        height: Least height in pixels, rounded up to one of the style sheet's; 0 keeps none.
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
    """Draw a chart across its container.

    Its specification is made once for each theme and each arguments; only the data travel again.
    Below stand its table and its files: PNG, SVG and CSV, made in the browser.

    Args:
        name: The figure's name, unique on the page and part of the files' names.
        maker: Makes the chart without data, of the theme's colours (token -> ``#rrggbb``) and the
            arguments. Its quantitative axes have explicit domains, its height is set.
        arguments: What else the chart depends on, such as a domain.
        data: The rows that the chart draws.
        label: What the chart shows, a sentence without its full stop; the alternative text goes
            on with the ranges and series that the data have.
        table: The rows to read and to save, where they differ from `data`.

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
    """Make a figure's specification in both themes, so that no visitor waits for it."""
    for mode in get_args(Mode):
        _spec(name, maker, arguments, mode)


@lru_cache(maxsize=512)
def _spec(name: str, maker: Maker, arguments: tuple[Hashable, ...], mode: Mode) -> dict[str, Any]:
    tokens: Mapping[str, str] = tokens_of(mode)
    spec = chart_spec(maker(tokens, *arguments), mode)
    require_domains(spec, name)
    return spec


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the rows as the browser's table has them; numbers with six digits."""
    columns = [
        [None if value != value else value for value in column.tolist()]
        if column.dtype.kind not in "f"
        else [None if value != value else float(f"{value:.6g}") for value in column.tolist()]
        for _, column in rows.items()
    ]
    return {"head": [str(name) for name in rows.columns], "columns": columns}
