"""Six tiles that work as tabs; each shows a headline number, and one is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Tile", "choose_tile"]

_KEY = "limitation-tiles"


@dataclass(frozen=True, slots=True)
class Tile:
    """A limitation in a few words.

    Attributes:
        slug: Name in the address.
        title: The limitation.
        figure: The headline number.
        meaning: What the number means, in a few words.
    """

    slug: str
    title: str
    figure: str
    meaning: str


_tiles = st.components.v2.component(
    "pyfrontiers.limitation_tiles",
    html='<div class="tiles" role="tablist" aria-label="Six limitations"></div>',
    css=kit.text_beside(__file__, "tiles.css"),
    js=kit.text_beside(__file__, "tiles.js"),
)


def choose_tile(tiles: Sequence[Tile], opened: str, on_choice: Callable[[str], None]) -> None:
    """Show the tiles.

    Args:
        tiles: The tiles in order.
        opened: Slug of the open tile.
        on_choice: Called with the slug of the tile that a visitor opens.
    """

    def tell() -> None:
        slug: Any = st.session_state[_KEY].get("opened")
        if slug in {tile.slug for tile in tiles}:
            on_choice(slug)

    data = {
        "opened": opened,
        "tiles": [
            {"slug": t.slug, "title": t.title, "figure": t.figure, "meaning": t.meaning}
            for t in tiles
        ],
    }
    _tiles(key=_KEY, data=data, on_opened_change=tell)
