"""Original, perturbation and result in a row; the browser magnifies the perturbation."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from pyfrontiers.vision import IMAGE_SIZE, top_classes
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.charts import share_text
from streamlit_app.labs.adversarial_examples.controls import controls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyfrontiers.vision import PhotographAttack

__all__ = ["png", "show_pictures"]


_triptych = st.components.v2.component(
    "pyfrontiers.attack_triptych",
    html=kit.text_beside(__file__, "triptych.html"),
    css=kit.text_beside(__file__, "triptych.css"),
    js=kit.text_beside(__file__, "triptych.js"),
)


def show_pictures(original: bytes, attack: PhotographAttack | None, label: str) -> None:
    """Show the photograph and, if there is an attack, its perturbation and result.

    The browser receives the original and the change of each value, and adds and magnifies them
    itself, so changing the magnification needs no request to the server.

    Args:
        original: 224 x 224 RGB pixels as bytes, row by row.
        attack: The attack, or ``None``.
        label: Name of the photograph, for the alternative text.
    """
    data = {"side": IMAGE_SIZE, "original": _encode(original), "label": label}
    if attack is not None:
        # Offset by 128, so that a PNG can hold signed changes; larger ones are clipped.
        change = (attack.perturbation.clip(-127, 127) + 128).astype(np.uint8)
        data |= {
            "change": _encode(change.tobytes()),
            "levels": round(attack.saved_linf * 255),
            "before": _first(attack.before),
            "after": _first(attack.saved_after),
        }
    _triptych(key=controls.key("triptych"), data=data)


def _first(probabilities: NDArray[np.float32]) -> str:
    name, _, share = top_classes(probabilities.tolist(), 1)[0]
    return f"{name}, {share_text(share)}"


@lru_cache(maxsize=64)
def png(pixels: bytes) -> bytes:
    """Return 224 x 224 RGB bytes as a PNG file."""
    stored = BytesIO()
    Image.frombytes("RGB", (IMAGE_SIZE, IMAGE_SIZE), pixels).save(stored, "PNG")
    return stored.getvalue()


def _encode(pixels: bytes) -> str:
    return b64encode(png(pixels)).decode()
