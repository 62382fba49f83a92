"""Original, perturbation and result beside each other, magnified in the visitor's browser."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from pyfrontiers.vision import IMAGE_SIZE, top_classes
from streamlit_app.kit import text_beside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyfrontiers.vision import PhotographAttack

__all__ = ["png", "show_pictures"]


_triptych = st.components.v2.component(
    "pyfrontiers.attack_triptych",
    html=text_beside(__file__, "triptych.html"),
    css=text_beside(__file__, "triptych.css"),
    js=text_beside(__file__, "triptych.js"),
)


def show_pictures(original: bytes, attack: PhotographAttack | None, label: str) -> None:
    """Show the photograph, and the perturbation and the attacked picture where there are any.

    The browser gets the original and the change of each value; it adds and magnifies them itself,
    so moving the magnification asks nothing of the server.

    Args:
        original: 224 x 224 RGB bytes by rows.
        attack: The attack on it.
        label: Name of the photograph, for readers who do not see it.

    """
    data = {"side": IMAGE_SIZE, "original": _encode(original), "label": label}
    if attack is not None:
        # Around 128, so that a PNG can hold a signed change; all but a few per cent of it is small.
        change = (attack.perturbation.clip(-127, 127) + 128).astype(np.uint8)
        data |= {
            "change": _encode(change.tobytes()),
            "levels": round(attack.saved_linf * 255),
            "before": _first(attack.before),
            "after": _first(attack.saved_after),
        }
    _triptych(key="attack-triptych", data=data)


def _first(probabilities: NDArray[np.float32]) -> str:
    name, _, share = top_classes(probabilities.tolist(), 1)[0]
    return f"{name}, {percent(share)}"


def percent(share: float) -> str:
    """Write a probability so that rounding never turns it into certainty or impossibility."""
    if share > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"


@lru_cache(maxsize=64)
def png(pixels: bytes) -> bytes:
    """Return 224 x 224 RGB bytes as a PNG file."""
    stored = BytesIO()
    Image.frombytes("RGB", (IMAGE_SIZE, IMAGE_SIZE), pixels).save(stored, "PNG")
    return stored.getvalue()


def _encode(pixels: bytes) -> str:
    return b64encode(png(pixels)).decode()
