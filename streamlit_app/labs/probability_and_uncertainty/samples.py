"""Shipped photographs of two things, for a lesson without files or a camera."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

import streamlit as st

from pyfrontiers.vision import photograph
from pyfrontiers.vision.photographs import ANIMALS, PHOTOGRAPHS
from pyfrontiers.vision.teaching import picture_file
from streamlit_app.labs.probability_and_uncertainty.choosing import picture_source
from streamlit_app.labs.probability_and_uncertainty.controls import controls

__all__ = ["NAMES", "offer", "sample_files", "show_samples", "stop_button"]

#: A side of the lesson -> name of the thing, and its photographs.
_SAMPLES: Final = {
    "first": ("dog", ("dog",)),
    "second": ("cat", ("cat", "kitten")),
}
NAMES: Final = {side: name for side, (name, _) in _SAMPLES.items()}
"""What the two things are called at first: those of the lecture's classifier."""
_USED: Final = controls.key("samples")
_SIDE: Final = 96


def offer() -> None:
    """Show all photographs and a button that uses them."""
    names = [name for _, several in _SAMPLES.values() for name in several]
    _row(names)
    st.button("Use these pictures", key=controls.key("use-samples"), on_click=_use)


def stop_button() -> None:
    """Draw a button that takes the photographs away again, if they are used."""
    if st.session_state.get(_USED):
        st.button("Remove the shipped pictures", key=controls.key("no-samples"), on_click=_stop)


def sample_files(side: str) -> list[bytes]:
    """Return the photographs of a side as files; none unless the visitor uses them."""
    if not st.session_state.get(_USED):
        return []
    return [_file(name) for name in _SAMPLES[side][1]]


def show_samples(side: str) -> None:
    """Show the photographs of a side if the visitor uses them."""
    if st.session_state.get(_USED):
        _row(_SAMPLES[side][1])


def _use() -> None:
    st.session_state[_USED] = True
    for side, (name, _) in _SAMPLES.items():
        controls.set(f"name-{side}", name)


def _stop() -> None:
    st.session_state[_USED] = False


def _row(names: list[str] | tuple[str, ...]) -> None:
    entries = PHOTOGRAPHS | ANIMALS
    pictures = "".join(
        f'<img src="{_source(name)}" alt="{escape(entries[name].caption)}" '
        f'title="{escape(f"{entries[name].caption}. Photograph: {entries[name].credit}")}">'
        for name in names
    )
    st.html(f'<div class="pau-samples">{pictures}</div>')


@lru_cache(maxsize=len(_SAMPLES) * 4)
def _file(name: str) -> bytes:
    return picture_file(photograph(name))


@lru_cache(maxsize=len(_SAMPLES) * 4)
def _source(name: str) -> str:
    image = photograph(name)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return picture_source(
        image.resize((_SIDE, _SIDE), box=(left, top, left + side, top + side)).convert("RGB")
    )
