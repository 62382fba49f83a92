"""The laboratory's two own elements: the row of images, and the network of one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.digits.exhibits import GROUPS, exhibits
from streamlit_app.kit import text_beside
from streamlit_app.labs.dropout_sampling.results import drawing, packed

if TYPE_CHECKING:
    from collections.abc import Callable


_gallery = st.components.v2.component(
    "pyfrontiers.digit_gallery",
    html='<div class="gallery" role="radiogroup" aria-label="Image to classify"></div>',
    css=text_beside(__file__, "gallery.css"),
    js=text_beside(__file__, "gallery.js"),
)
_network = st.components.v2.component(
    "pyfrontiers.dropout_network",
    html=text_beside(__file__, "network.html"),
    css=text_beside(__file__, "network.css"),
    js=text_beside(__file__, "network.js"),
)


def choose_image(chosen: str, on_choice: Callable[[str], None]) -> None:
    """Show the exhibits in their groups.

    Args:
        chosen: slug of the one that is marked.
        on_choice: called with the slug of the one a visitor picks.
    """
    key = "digit-gallery"

    def report() -> None:
        slug: Any = st.session_state[key].get("chosen")
        if isinstance(slug, str):
            on_choice(slug)

    groups = [
        {
            "title": group,
            "items": [
                {"slug": item.slug, "title": item.title, "pixels": packed(item.image)}
                for item in exhibits()
                if item.group == group
            ],
        }
        for group in GROUPS
    ]
    data = {"version": "1", "side": 8, "groups": groups, "chosen": chosen}
    _gallery(key=key, data=data, on_chosen_change=report)


def draw_network(slug: str, p: float) -> None:
    """Draw the network; the visitor steps through its passes without asking the server."""
    _network(key="dropout-network", data=drawing(slug, p))
