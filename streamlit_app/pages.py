"""Which pages there are, under which address, in the order of the lecture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.lecture import PARTS, SECTIONS, Section

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

__all__ = ["ADDRESSES", "LABS", "navigation_pages", "page_file", "page_of"]

_SECTIONS_FOLDER = Path(__file__).with_name("sections")

#: Sections whose page has an experiment of its own.
LABS = frozenset(
    {
        "progress-so-far",
        "universal-approximation",
        "hype-and-winters",
        "rethinking-generalization",
        "function-approximators",
        "adversarial-examples",
        "limitations-summary",
        "dropout-sampling",
    }
)

#: Every address of the app, without slashes; the contents have the empty one.
ADDRESSES = frozenset(
    {"", "search", "transcript", "kernels", "healthz"} | {item.slug for item in SECTIONS}
)


def page_file(item: Section) -> Path:
    """Return the file that draws the page of a section, such as ``07_adversarial_examples.py``."""
    return _SECTIONS_FOLDER / f"{item.number:02d}_{item.slug.replace('-', '_')}.py"


def page_of(slug: str) -> StreamlitPage:
    """Return the page at an address: a section's slug, ``kernels`` or another tool, or ``""``."""
    return _pages()[slug]


def navigation_pages() -> dict[str, list[StreamlitPage]]:
    """Return the pages grouped as the sidebar shows them: the tools, then the lecture's parts."""
    pages = _pages()
    groups = {"": [pages[""], pages["search"], pages["transcript"], pages["kernels"]]}
    for part in PARTS:
        groups[part] = [pages[item.slug] for item in SECTIONS if item.part == part]
    return groups


def _pages() -> dict[str, StreamlitPage]:
    # A page object remembers whether it may run in the current script run, so each run makes its
    # own: some twenty small objects.
    from streamlit_app.kernels import kernels_page
    from streamlit_app.shell.contents import contents
    from streamlit_app.shell.finding import find
    from streamlit_app.shell.reading import transcript

    pages = {
        "": st.Page(contents, title="Contents", default=True),
        "search": st.Page(find, title="Search", url_path="search"),
        "transcript": st.Page(transcript, title="Transcript", url_path="transcript"),
        "kernels": st.Page(kernels_page, title="Kernels", url_path="kernels"),
    }
    for item in SECTIONS:
        # A figure space keeps one-digit numbers in the column of the two-digit ones.
        title = f"{item.number:\u2007>2}\u2002{item.title}"
        pages[item.slug] = st.Page(page_file(item), title=title, url_path=item.slug)
    return pages
