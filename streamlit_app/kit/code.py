"""Show the source code behind a page's results."""

from __future__ import annotations

import inspect
import textwrap
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["code_listing"]


@st.fragment
def code_listing(*objects: Callable[..., Any], title: str = "The code that made this") -> None:
    """Show the source of functions or classes, with their import paths.

    The browser receives the source when the listing is opened: coloured, it is thousands of
    elements, more than the rest of a page.

    Args:
        objects: Functions or classes whose source :func:`inspect.getsource` can find.
        title: Heading of the collapsed listing.
    """
    if not objects:
        return
    listing = st.expander(title, key="code-listing", on_change="rerun")
    if not listing.open:
        return
    with listing:
        for item in objects:
            name, source = _source(item)
            st.html(f'<p class="pf-source">{name}</p>')
            st.code(source, language="python")


@cache
def _source(item: Callable[..., Any]) -> tuple[str, str]:
    plain = inspect.unwrap(item)
    source = textwrap.dedent(inspect.getsource(plain)).rstrip()
    return f"{plain.__module__}.{plain.__qualname__}", source
