"""Which picture is shown to the head: a shipped photograph, an upload or the camera's."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from pyfrontiers.vision import (
    UploadError,
    decode_upload,
    features,
    pet_logits,
    photograph,
    prepare,
    prepared_pixels,
)
from pyfrontiers.vision.photographs import ANIMALS, PHOTOGRAPHS
from pyfrontiers.vision.recorded_features import recorded_views
from streamlit_app import kit
from streamlit_app.labs.probability_and_uncertainty.controls import controls

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "SHOWN",
    "Picture",
    "camera",
    "choose_picture",
    "decoded",
    "forget",
    "own_picture",
    "picture_of",
    "picture_source",
    "prepare_thumbnails",
    "shipped_picture",
    "show",
]

_FIRST = "horse"
#: Pixels: wider, the camera would fill the screen.
_CAMERA_WIDTH = 420
#: A photograph -> what a visitor reads below it.
SHOWN = {
    "dog": "Dog",
    "cat": "Cat",
    "kitten": "Kitten",
    "horse": "Horse",
    "cow": "Cow",
    "sheep": "Sheep",
    "owl": "Owl",
    "macaw": "Macaw",
    "coffee": "Coffee",
    "rocket": "Rocket",
}
_cards = kit.PictureCards(controls, "Picture", SHOWN, photograph, first=_FIRST)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a head is shown.

    Attributes:
        title: what a visitor reads.
        pixels: 224 x 224 RGB bytes by rows.
        features: (1, 1280).
        pets: (1, 123) logits of dogs and cats.
        name: of a shipped photograph; None for a visitor's.
    """

    title: str
    pixels: bytes
    features: Tensor
    pets: Tensor
    name: str | None


def choose_picture() -> Picture | None:
    """Show the photographs to choose from; ``None`` while there is no picture of the visitor's."""
    name = _cards.choose()
    if name is None:
        return own_picture("own", what="a picture of your own")
    entry = (PHOTOGRAPHS | ANIMALS)[name]
    kit.note(f"{entry.caption}. Photograph: {entry.credit}.")
    return shipped_picture(name)


def prepare_thumbnails() -> None:
    """Make the small pictures, and read the recorded features."""
    _cards.css()
    shipped_picture(_FIRST)


def picture_of(image: Image.Image) -> Picture:
    """Compute what the heads need to know about a visitor's picture."""
    found = features(prepare(image)[None])
    return Picture("Your picture", prepared_pixels(image), found, pet_logits(found), None)


def own_picture(name: str, *, what: str) -> Picture | None:
    """Draw an uploader and, on request, a camera; return the visitor's newest picture.

    Streamlit clears the uploader when it is not drawn, so the session keeps the picture.

    Args:
        name: Name of the widgets, unique in the lab.
        what: Completes "Upload ...", such as "a picture of your own".
    """
    slot = controls.key(f"{name}-kept")
    data = _file(controls.key(name), what, slot)
    kept: tuple[int, Picture] | None = st.session_state.get(slot)
    if data is None:
        return None if kept is None else kept[1]
    if kept is None or kept[0] != hash(data):
        image = decoded(data)
        if image is None:
            return None
        kept = st.session_state[slot] = (hash(data), picture_of(image))
    return kept[1]


def forget(slot: str) -> None:
    """Discard what the session keeps of files that were removed or replaced."""
    st.session_state.pop(slot, None)


def _file(key: str, what: str, slot: str) -> bytes | None:
    file = st.file_uploader(
        f"Upload {what}, up to 10 MB. It stays in this session and is not written to disk.",
        max_upload_size=10,
        key=f"{key}-upload",
        on_change=forget,
        args=(slot,),
    )
    if st.toggle("Use the camera", key=f"{key}-wanted"):
        taken = camera(f"Take {what}", f"{key}-camera")
        if taken is not None:
            return taken
    return None if file is None else bytes(file.getvalue())


def camera(label: str, key: str) -> bytes | None:
    """Draw a camera, with what to do if it is refused above it; return its picture.

    Args:
        label: What the picture is for.
        key: Key of the widget.
    """
    above = st.container()
    taken = st.camera_input(label, key=key, width=_CAMERA_WIDTH)
    if taken is not None:
        return bytes(taken.getvalue())
    with above:
        kit.note(
            "The browser asks before it uses the camera. If it was refused, allow it next to the "
            "page's address and reload the page, or upload a picture instead."
        )
    return None


def decoded(data: bytes) -> Image.Image | None:
    """Decode a visitor's file, or say why it can't be used."""
    try:
        return decode_upload(data, reduce_to=320)
    except UploadError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
        return None


def show(picture: Picture) -> None:
    """Draw a picture as the network sees it."""
    shown = f'<img src="{_source(picture.pixels)}" alt="{escape(picture.title)}">'
    st.html(f'<figure class="pau-shown">{shown}</figure>')


@lru_cache(maxsize=len(SHOWN))
def shipped_picture(name: str) -> Picture:
    """Return one of the photographs in `SHOWN`."""
    views = recorded_views()[name]
    pixels = prepared_pixels(photograph(name))
    return Picture(SHOWN[name], pixels, views.centre[None], views.pet_centre[None], name)


@lru_cache(maxsize=64)
def _source(pixels: bytes) -> str:
    return picture_source(Image.frombytes("RGB", (224, 224), pixels))


def picture_source(image: Image.Image) -> str:
    """Return a picture as an address."""
    stored = BytesIO()
    image.save(stored, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{b64encode(stored.getvalue()).decode()}"
