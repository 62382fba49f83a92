"""The app's addresses, and under which heading each page stands in the navigation.

Pure data: the server reads it before Streamlit runs, links are made from it, and the router turns
it into pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyfrontiers.lecture import PARTS, SECTIONS

__all__ = ["ADDRESSES", "GROUPS", "ROUTES", "Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """A page's entry in the navigation.

    Attributes:
        slug: Address without slashes; the contents have the empty one.
        title: What the navigation calls it.
    """

    slug: str
    title: str


_TOOLS = (
    Route("", "Contents"),
    Route("search", "Search"),
    Route("transcript", "Transcript"),
    Route("kernels", "Kernels"),
)


def _of_part(part: str) -> tuple[Route, ...]:
    # A figure space keeps one-digit numbers in the column of the two-digit ones.
    return tuple(
        Route(item.slug, f"{item.number:\u2007>2}\u2002{item.title}")
        for item in SECTIONS
        if item.part == part
    )


#: Heading -> its pages, as the sidebar shows them: the tools, then the lecture's parts.
GROUPS: dict[str, tuple[Route, ...]] = {"": _TOOLS} | {part: _of_part(part) for part in PARTS}

#: Slug -> route, in the sidebar's order.
ROUTES: dict[str, Route] = {route.slug: route for group in GROUPS.values() for route in group}

#: Every path that the server answers with a document or a status.
ADDRESSES = frozenset(ROUTES) | {"healthz"}
