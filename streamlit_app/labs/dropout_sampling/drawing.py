"""The gallery of images to choose from, and the drawing of one pass's network."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pyfrontiers.digits.exhibits import GROUPS, exhibits
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.controls import controls
from streamlit_app.labs.dropout_sampling.results import drawing, packed

__all__ = ["FIRST", "choose_image", "draw_network"]

#: The image selected by default.
FIRST = "hard-first"
_GALLERY = controls.key("gallery")

_gallery = st.components.v2.component(
    "pyfrontiers.digit_gallery",
    html='<div class="gallery" role="radiogroup" aria-label="Image to classify"></div>',
    css=kit.text_beside(__file__, "gallery.css"),
    js=kit.text_beside(__file__, "gallery.js"),
)
_network = st.components.v2.component(
    "pyfrontiers.dropout_network",
    html=kit.text_beside(__file__, "network.html"),
    css=kit.text_beside(__file__, "network.css"),
    js=kit.text_beside(__file__, "network.js"),
)


def choose_image() -> str:
    """Show the exhibits in their groups; return the slug of the chosen one."""
    chosen = controls.hidden("image", [item.slug for item in exhibits()], FIRST)
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
    _gallery(key=_GALLERY, data=data, on_chosen_change=_choose)
    return chosen


def _choose() -> None:
    sent: Any = (st.session_state.get(_GALLERY) or {}).get("chosen")
    if any(sent == item.slug for item in exhibits()):
        controls.set("image", sent)


def draw_network(slug: str, p: float) -> None:
    """Draw the network; stepping through its passes needs no request to the server."""
    _network(key=controls.key("network"), data=drawing(slug, p))
