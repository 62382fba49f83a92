"""A visitor's photograph, kept in the visitor's session and nowhere else."""

from __future__ import annotations

from hashlib import blake2b
from html import escape

import streamlit as st
import torch

from pyfrontiers.vision import UploadError, decode_upload
from streamlit_app import kit
from streamlit_app.labs.depth_uncertainty.controls import FIRST, controls
from streamlit_app.labs.depth_uncertainty.panel import photograph_panel
from streamlit_app.labs.depth_uncertainty.results import Photograph, photograph, street

__all__ = ["own_photograph", "read_photograph"]

#: Session key of the digest of the latest file, and of its picture at the network's size.
_KEPT = controls.key("own")


def own_photograph(passes: int) -> None:
    """Draw an uploader and, with a picture, its maps."""
    file = st.file_uploader(
        "A photograph of a street, at most 10 MB. It stays in this session and is not written to "
        "disk.",
        max_upload_size=10,
        key=controls.key("upload"),
        on_change=_forget,
    )
    try:
        picture = _kept(None if file is None else bytes(file.getvalue()))
    except UploadError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
        return
    if picture is None:
        kit.note("Upload a picture to see its depth.")
        return
    maps = photograph(picture, passes)
    known = street(FIRST, 0.0, 0.0, 0.0, passes).maps
    ratio = float(maps.epistemic.mean() / known.epistemic.mean())
    kit.verdict(
        f"The passes disagree **{ratio:.1f} times** as much as on a drawn street.",
        "The network has only seen drawn streets. On a photograph its depth is a guess; the "
        "epistemic σ says how much of a guess. All distances are for a phone's lens of 26 mm: "
        "a single picture cannot tell a near street from a far one seen through a longer lens.",
    )
    photograph_panel(picture.image, maps)


def read_photograph(data: bytes) -> Photograph:
    """Read an image file as the network sees it.

    Raises:
        UploadError: the file can't be used.
    """
    opened = decode_upload(data, reduce_to=512)
    pixels = torch.frombuffer(bytearray(opened.tobytes()), dtype=torch.uint8)
    whole = pixels.view(opened.height, opened.width, 3).movedim(2, 0).float() / 255
    return Photograph.of(whole)


def _kept(data: bytes | None) -> Photograph | None:
    """Return the picture of the latest file.

    Streamlit clears the uploader when another source is chosen or the page is left.
    """
    kept: tuple[bytes, Photograph] | None = st.session_state.get(_KEPT)
    if data is not None:
        digest = blake2b(data, digest_size=16).digest()
        if kept is None or kept[0] != digest:
            kept = st.session_state[_KEPT] = (digest, read_photograph(data))
    return None if kept is None else kept[1]


def _forget() -> None:
    """Discard the picture after its file was removed or replaced."""
    st.session_state.pop(_KEPT, None)
