"""How the laboratory puts charts, tables and files on the page."""

from __future__ import annotations

import copy
import csv
import json
from functools import lru_cache
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

import streamlit as st

from streamlit_app.kit import chart_spec, visitor_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import altair as alt

    from streamlit_app.kit.mode import Mode

__all__ = ["draw", "file_button", "lead", "plain", "table", "written"]


def lead(title: str, text: str) -> None:
    """Open an experiment: what it is called and what is done in it."""
    st.html(f'<h3 class="pf-experiment">{escape(title)}</h3><p class="pf-note">{escape(text)}</p>')


def plain(figures: Any) -> str:
    """Write figures as text, so that a chart of them can be found again."""
    return json.dumps(figures, sort_keys=True)


def draw(maker: Callable[..., alt.TopLevelMixin], *arguments: Any, key: str, label: str) -> None:
    """Show a chart in the visitor's theme; what Altair wrote is kept for equal arguments.

    Args:
        maker: Makes a chart of hashable arguments and a mode.
        arguments: What it is given, all hashable; the mode is added.
        key: Streamlit key of the chart.
        label: What the chart shows, for readers who do not see it.

    """
    spec = copy.deepcopy(written(maker, arguments, visitor_mode()))
    st.vega_lite_chart(spec=spec, theme=None, width="stretch", key=key, alt=label)


@lru_cache(maxsize=64)
def written(
    maker: Callable[..., alt.TopLevelMixin], arguments: tuple[Any, ...], mode: Mode
) -> dict[str, Any]:
    """Return a chart as the browser gets it."""
    return chart_spec(maker(*arguments, mode), mode)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str) -> None:
    """Draw a table whose first column names the row; it scrolls in itself where it is too wide."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    st.html(
        f'<div class="pf-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{names}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def file_button(name: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Offer the figures above as a CSV file."""
    stored = StringIO()
    writer = csv.writer(stored, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    st.download_button(
        "Download the figures",
        stored.getvalue(),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"{name}-file",
        on_click="ignore",
    )
