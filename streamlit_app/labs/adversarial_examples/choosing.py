"""The choice of photograph: a packaged one, named in the address, or the visitor's own."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from html import escape

import streamlit as st

from pyfrontiers.vision import (
    PHOTOGRAPHS,
    UploadError,
    decode_upload,
    photograph,
    prepared_pixels,
    top_classes,
)
from pyfrontiers.vision.recorded_attacks import original_pixels, recorded_attack
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.controls import controls

__all__ = ["Choice", "choose_photograph", "prepare_thumbnails"]

_TITLES = {name: name.capitalize() for name in PHOTOGRAPHS}
#: The photograph of the slide "Temple to ostrich".
_ON_SLIDE = "temple"
_UPLOAD = controls.key("upload")
#: Session key of the visitor's own picture.
_KEPT = controls.key("own")
_cards = kit.PictureCards(controls, "Photograph", _TITLES, photograph)


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
    name = _cards.choose()
    if name is None:
        return _own_picture()
    entry = PHOTOGRAPHS[name]
    kit.note(f"{entry.caption}. Photograph: {entry.credit}.{_compared(name)}")
    return Choice(name, original_pixels(name), packaged=True)


def prepare_thumbnails() -> None:
    """Make the thumbnails of the photographs."""
    _cards.css()


def _compared(name: str) -> str:
    """Say what the network here makes of the photograph that the slide is about."""
    if name != _ON_SLIDE:
        return ""
    seen, _, share = top_classes(recorded_attack(name)[0].before.tolist(), 1)[0]
    return (
        " The 97 % on the slide is the lecture's figure, for the network of the lecture; the "
        f"network here says **{seen}**, with {kit.percent(share)}."
    )


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
