"""The drawing pad, and the image rendered from its strokes."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st
import torch

from pyfrontiers.digits.exhibits import base_digits
from pyfrontiers.digits.strokes import image_of_strokes
from streamlit_app import kit
from streamlit_app.labs.progress_so_far.controls import controls

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["digit_pad", "packed", "read_input"]

_PAD = controls.key("pad")
#: The drawing; Streamlit drops a component's state when the visitor leaves the page.
_KEPT = controls.key("pad-kept")

_pad = st.components.v2.component(
    "pyfrontiers.digit_pad",
    html=kit.text_beside(__file__, "pad.html"),
    css=kit.text_beside(__file__, "pad.css"),
    js=kit.text_beside(__file__, "pad.js"),
)


@cache
def _digits() -> tuple[tuple[int, str, Tensor], ...]:
    """List the test digits to choose from: number, title, image."""
    # Stored with the weights, so the first page needs no data set.
    return tuple(
        (number, f"a {label}", image)
        for number, (_, label, image) in enumerate(base_digits().values())
    )


def digit_pad() -> tuple[Tensor, str]:
    """Draw the pad; return the classifier's input and its origin.

    Returns:
        (1, 1, 8, 8) in sixteenths, and "drawn" or the title of the chosen digit.
    """
    items = [
        {"index": number, "title": title, "pixels": packed(image)}
        for number, title, image in _digits()
    ]
    kept = st.session_state.get(_KEPT) or {"strokes": [], "chosen": 0}
    _pad(key=_PAD, data={"items": items, **kept}, on_input_change=_keep)
    return read_input(st.session_state.get(_KEPT))


def _keep() -> None:
    sent: Any = (st.session_state.get(_PAD) or {}).get("input")
    if isinstance(sent, dict) and isinstance(sent.get("strokes"), list):
        st.session_state[_KEPT] = {"strokes": sent["strokes"], "chosen": sent.get("chosen")}


def read_input(sent: Any) -> tuple[Tensor, str]:
    """Parse the browser's message; malformed strokes give an empty image, other values the default.

    Args:
        sent: ``{"strokes": [[[x, y], ...], ...], "chosen": int or None}``, or anything else.

    Returns:
        As :func:`digit_pad`.
    """
    strokes = sent.get("strokes") if isinstance(sent, dict) else None
    if isinstance(strokes, list) and strokes:
        try:
            return image_of_strokes(strokes), "drawn"
        except (ValueError, TypeError):
            return torch.zeros(1, 1, 8, 8), "drawn"
    chosen = sent.get("chosen", 0) if isinstance(sent, dict) else 0
    if chosen is None:
        return torch.zeros(1, 1, 8, 8), "empty"
    place = chosen if isinstance(chosen, int) and 0 <= chosen < len(_digits()) else 0
    _, title, image = _digits()[place]
    return image, title


def packed(values: Tensor) -> str:
    """Encode numbers in [0, 1] as one byte each, in base 64."""
    return b64encode((values.clamp(0, 1) * 255).round().byte().numpy().tobytes()).decode()
