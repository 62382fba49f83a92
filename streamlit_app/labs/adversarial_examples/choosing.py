"""Which photograph is attacked: one of those that come along, or the visitor's own."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from html import escape
from io import BytesIO

import streamlit as st

from pyfrontiers.vision import (
    PHOTOGRAPHS,
    UploadError,
    decode_upload,
    photograph,
    prepared_pixels,
)
from pyfrontiers.vision.recorded_attacks import original_pixels

__all__ = ["Choice", "choose_photograph"]

_OWN = "Your own"
_KEPT = "attack-own"
_THUMBNAIL = 96


@dataclass(frozen=True, slots=True)
class Choice:
    """A photograph to attack.

    Attributes:
        name: Key of `PHOTOGRAPHS`, or a name made from the content of an upload.
        pixels: 224 x 224 RGB bytes by rows.
        shipped: Whether it comes along, so that a recorded attack on it exists.
    """

    name: str
    pixels: bytes
    shipped: bool

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return self.name.capitalize() if self.shipped else "Your picture"


def choose_photograph() -> Choice | None:
    """Show the photographs to choose from; ``None`` while a visitor's own is not there yet."""
    st.html(f"<style>{_thumbnail_css()}</style>")
    name = st.radio(
        "Photograph",
        [*PHOTOGRAPHS, _OWN],
        key="attack-photo",
        horizontal=True,
        format_func=str.capitalize,
    )
    if name != _OWN:
        st.html(f'<p class="pf-credit">{escape(_credit(name))}</p>')
        return Choice(name, original_pixels(name), shipped=True)
    return _upload()


def _credit(name: str) -> str:
    entry = PHOTOGRAPHS[name]
    return f"{entry.caption}. Photograph: {entry.credit}."


def _upload() -> Choice | None:
    file = st.file_uploader(
        "A picture of your own: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF, up to 10 MB and 24 "
        "megapixels. It is decoded here, its metadata are dropped, and nothing is written to disk.",
        key="attack-upload",
    )
    if file is None:
        return None
    data = file.getvalue()
    name = blake2b(data, digest_size=16).hexdigest()
    # Kept in the visitor's session only, and only as the small square that is attacked.
    kept: Choice | None = st.session_state.get(_KEPT)
    if kept is None or kept.name != name:
        try:
            kept = Choice(name, prepared_pixels(decode_upload(data)), shipped=False)
        except UploadError as error:
            st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
            return None
        st.session_state[_KEPT] = kept
    return kept


@cache
def _thumbnail_css() -> str:
    rules = [
        f".st-key-attack-photo [role=radiogroup] > :nth-child({place}) > label::before "
        f"{{ background-image: url({_thumbnail(name)}); }}"
        for place, name in enumerate(PHOTOGRAPHS, start=1)
    ]
    return "\n".join(rules)


def _thumbnail(name: str) -> str:
    image = photograph(name)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.resize((_THUMBNAIL, _THUMBNAIL), box=(left, top, left + side, top + side))
    stored = BytesIO()
    square.save(stored, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{b64encode(stored.getvalue()).decode()}"
