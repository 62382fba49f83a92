"""The app's addresses and navigation, as plain data.

The server reads it before Streamlit runs, links are built from it, and the router creates the pages
from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyfrontiers.lecture import PARTS, SECTIONS

__all__ = ["ADDRESSES", "GROUPS", "ROUTES", "Route"]

#: Title of the browser tab for the contents.
_LECTURE = "Limits and new frontiers of deep learning"


@dataclass(frozen=True, slots=True)
class Route:
    """A page's entry in the navigation.

    Attributes:
        slug: Address without slashes; empty for the contents.
        title: Title in the navigation.
        number: The section's number in the lecture; 0 for the tools.
    """

    slug: str
    title: str
    number: int = 0

    @property
    def tab(self) -> str:
        """Title of the browser tab."""
        numbered = f"{self.number} {self.title}" if self.number else self.title
        return f"{numbered} · pyfrontiers" if self.slug else _LECTURE


_TOOLS = (
    Route("", "Contents"),
    Route("search", "Search"),
    Route("transcript", "Transcript"),
    Route("kernels", "Kernels"),
)


def _of_part(part: str) -> tuple[Route, ...]:
    return tuple(
        Route(item.slug, item.title, item.number) for item in SECTIONS if item.part == part
    )


#: Heading -> its pages, in the order of the sidebar: the tools, then the parts of the lecture.
GROUPS: dict[str, tuple[Route, ...]] = {"": _TOOLS} | {part: _of_part(part) for part in PARTS}

#: Slug -> route, in the sidebar's order.
ROUTES: dict[str, Route] = {route.slug: route for group in GROUPS.values() for route in group}

#: Every path that the server answers with a document or a health status; ``present`` is the deck.
ADDRESSES = frozenset(ROUTES) | {"healthz", "present"}
