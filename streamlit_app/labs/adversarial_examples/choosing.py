"""The choice of photograph: a packaged one, named in the address, or the visitor's own."""

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
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.controls import controls

__all__ = ["Choice", "choose_photograph", "prepare_thumbnails"]

_OWN = "own"
_TITLES = {name: name.capitalize() for name in PHOTOGRAPHS} | {_OWN: "Your own"}
_CHOSEN = controls.key("chosen")
_UPLOAD = controls.key("upload")
#: Session keys: whether the visitor's own picture is chosen, and the picture. The address cannot
#: contain a picture, so it keeps naming the packaged photograph chosen last.
_IS_OWN = controls.key("is-own")
_KEPT = controls.key("own")
_THUMBNAIL = 96


@dataclass(frozen=True, slots=True)
class Choice:
    """A photograph to attack.

    Attributes:
        name: A key of `PHOTOGRAPHS`, or a digest of an uploaded file.
        pixels: 224 x 224 RGB pixels as bytes, row by row.
        packaged: Whether it is one of `PHOTOGRAPHS`, which have a recorded attack.
    """

    name: str
    pixels: bytes
    packaged: bool

    @property
    def title(self) -> str:
        """The name shown on the page."""
        return _TITLES[self.name] if self.packaged else "Your picture"


def choose_photograph() -> Choice | None:
    """Draw the choice and return it; ``None`` until the visitor has uploaded a picture."""
    st.html(f"<style>{_thumbnail_css()}</style>")
    name = controls.hidden("photo", list(PHOTOGRAPHS))
    st.session_state[_CHOSEN] = _OWN if st.session_state.get(_IS_OWN) else name
    picked = st.radio(
        "Photograph",
        list(_TITLES),
        key=_CHOSEN,
        horizontal=True,
        format_func=_TITLES.__getitem__,
        on_change=_choose,
    )
    if picked == _OWN:
        return _own_picture()
    entry = PHOTOGRAPHS[name]
    kit.note(f"{entry.caption}. Photograph: {entry.credit}.")
    return Choice(name, original_pixels(name), packaged=True)


def prepare_thumbnails() -> None:
    """Make the thumbnails of the photographs."""
    _thumbnail_css()


def _choose() -> None:
    picked = st.session_state[_CHOSEN]
    st.session_state[_IS_OWN] = picked == _OWN
    if picked != _OWN:
        controls.set("photo", picked)


def _own_picture() -> Choice | None:
    file = st.file_uploader(
        "A picture of your own: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF, up to 10 MB and 24 "
        "megapixels. It stays in this session: its metadata are dropped, nothing is written to "
        "disk, and a copied link leaves it out.",
        max_upload_size=10,
        key=_UPLOAD,
        on_change=_forget,
    )
    kept: Choice | None = st.session_state.get(_KEPT)
    if file is None:
        # Streamlit clears the uploader when the visitor leaves the page; the picture is kept here.
        return kept
    data = file.getvalue()
    name = blake2b(data, digest_size=16).hexdigest()
    if kept is None or kept.name != name:
        try:
            kept = Choice(name, prepared_pixels(decode_upload(data)), packaged=False)
        except UploadError as error:
            st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
            return None
        st.session_state[_KEPT] = kept
    return kept


def _forget() -> None:
    """Discard the picture after its file was removed or replaced."""
    st.session_state.pop(_KEPT, None)


@cache
def _thumbnail_css() -> str:
    rules = [
        f".st-key-{_CHOSEN} [role=radiogroup] > :nth-child({place}) > label::before "
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
