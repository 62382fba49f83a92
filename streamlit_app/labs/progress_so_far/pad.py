"""The field to draw a digit in, and what stands in it."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st
import torch

from pyfrontiers.digits.exhibits import base_digits
from pyfrontiers.digits.strokes import image_of_strokes
from streamlit_app.kit import text_beside

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["digit_pad", "packed"]

_KEY = "digit-pad"


_pad = st.components.v2.component(
    "pyfrontiers.digit_pad",
    html=text_beside(__file__, "pad.html"),
    css=text_beside(__file__, "pad.css"),
    js=text_beside(__file__, "pad.js"),
)


@cache
def _digits() -> tuple[tuple[int, str, Tensor], ...]:
    """List the test digits to choose from: number, title, image."""
    # Those that are stored beside the weights, so that the first picture needs no data set.
    return tuple(
        (number, f"a {label}", image)
        for number, (_, label, image) in enumerate(base_digits().values())
    )


def digit_pad() -> tuple[Tensor, str]:
    """Draw the field; give the image that the classifier gets, and what it is.

    Returns:
        (1, 1, 8, 8) in sixteenths, and "drawn" or the title of the chosen digit.
    """
    items = [
        {"index": number, "title": title, "pixels": packed(image)}
        for number, title, image in _digits()
    ]
    _pad(key=_KEY, data={"items": items, "chosen": 0}, on_input_change=lambda: None)
    return _asked(st.session_state.get(_KEY, {}).get("input"))


def _asked(sent: Any) -> tuple[Tensor, str]:
    """Read what the browser sent; anything malformed counts as nothing sent."""
    strokes = sent.get("strokes") if isinstance(sent, dict) else None
    if isinstance(strokes, list) and strokes:
        try:
            return _scanned(json.dumps(strokes)), "drawn"
        except (ValueError, TypeError):
            return torch.zeros(1, 1, 8, 8), "drawn"
    chosen = sent.get("chosen") if isinstance(sent, dict) else None
    place = chosen if isinstance(chosen, int) and 0 <= chosen < len(_digits()) else 0
    _, title, image = _digits()[place]
    return image, title


def _scanned(strokes: str) -> Tensor:
    return image_of_strokes(json.loads(strokes))


def packed(values: Tensor) -> str:
    """Numbers in [0, 1] as one byte each, in base 64."""
    return b64encode((values.clamp(0, 1) * 255).round().byte().numpy().tobytes()).decode()
