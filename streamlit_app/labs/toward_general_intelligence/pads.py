"""Six drawings: one of each of five classes, and one to be read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from pyfrontiers.transfer import GLYPHS, WAYS, glyph_strokes
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, controls

__all__ = ["CLASSES", "Drawing", "drawing_pads", "shipped"]

Drawing = list[list[list[float]]]

CLASSES = ("A", "B", "C", "D", "E")
"""Names of the classes."""
_NAMES = (*(f"Class {name}" for name in CLASSES), "Which class?")
_PADS = controls.key("pads")
_KEPT = controls.key("pads-kept")

_pads = st.components.v2.component(
    "pyfrontiers.glyph_pads",
    html=kit.text_beside(__file__, "pads.html"),
    css=kit.text_beside(__file__, "pads.css"),
    js=kit.text_beside(__file__, "pads.js"),
)


def drawing_pads() -> tuple[list[Drawing], int | None]:
    """Draw the pads.

    Returns:
        The drawings, the one to be read last, and its class, which is known while they are those
        that ship.
    """
    sample = controls.hidden("glyphs", SAMPLES)
    first, glyphs, answer = shipped(sample)
    drawings = _kept(sample) or first
    _pads(
        key=_PADS,
        data={
            "names": list(_NAMES),
            "drawings": drawings,
            "glyphs": glyphs,
            "revision": str(sample),
        },
        on_drawings_change=lambda: _keep(sample),
    )
    place, _ = st.columns([1, 3])
    controls.next_button("glyphs", "Other glyphs", SAMPLES, sample, where=place)
    return drawings, answer if drawings == first else None


@lru_cache(maxsize=len(SAMPLES))
def shipped(sample: int) -> tuple[list[Drawing], list[Drawing], int]:
    """Return five glyphs that no network has learned, and another of one of their classes.

    Args:
        sample: which five.

    Returns:
        The six drawings, all glyphs of these classes, and the class of the last drawing.
    """
    first = GLYPHS["test"][0] + WAYS * sample
    strokes, _ = glyph_strokes(first, WAYS, 2)
    both = [[_drawing(image) for image in images] for images in strokes.tolist()]
    answer = (2 * sample + 1) % WAYS
    first_six = [*(one for one, _ in both), both[answer][1]]
    return first_six, [one for pair in both for one in pair], answer


def _drawing(strokes: list[list[list[float]]]) -> Drawing:
    """Return the strokes that there are; the others are NaN."""
    return [
        [[min(1.0, max(0.0, round(v, 3))) for v in point] for point in stroke]
        for stroke in strokes
        if stroke[0][0] == stroke[0][0]
    ]


def _kept(sample: int) -> list[Drawing] | None:
    """Return the visitor's drawings, if they began with these glyphs."""
    number, drawings = st.session_state.get(_KEPT, (None, None))
    return drawings if number == sample else None


def _keep(sample: int) -> None:
    sent: Any = (st.session_state.get(_PADS) or {}).get("drawings")
    if isinstance(sent, list) and len(sent) == len(_NAMES):
        st.session_state[_KEPT] = (sample, sent)
