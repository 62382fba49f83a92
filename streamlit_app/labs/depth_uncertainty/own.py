"""A visitor's photograph, which is kept in the session alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st
import torch

from pyfrontiers.vision import UploadError, decode_upload
from streamlit_app import kit
from streamlit_app.labs.depth_uncertainty.controls import controls
from streamlit_app.labs.depth_uncertainty.panel import photograph_panel
from streamlit_app.labs.depth_uncertainty.results import photograph, street

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.depth import DepthMaps

__all__ = ["own_maps", "own_photograph"]


def own_photograph(passes: int, number: int) -> None:
    """Draw an uploader and, with a file, the maps of its picture."""
    file = st.file_uploader(
        "A photograph of a street, at most 10 MB. It stays in this session and is not written to "
        "disk.",
        max_upload_size=10,
        key=controls.key("upload"),
    )
    if file is None:
        kit.note("Upload a picture to see its depth.")
        return
    try:
        fitted, maps = own_maps(bytes(file.getvalue()), passes)
    except UploadError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
        return
    known = street(number, 0.0, 0.0, 0.0, passes).maps
    ratio = float(maps.epistemic.mean() / known.epistemic.mean())
    kit.verdict(
        f"The passes disagree **{ratio:.1f} times** as much as on a drawn street.",
        "The network has seen drawn streets alone. On a photograph its depth is a guess; the "
        "epistemic σ says how much of a guess. All distances are for a phone's lens of 26 mm: "
        "one picture does not tell a near street from a far one behind a longer lens.",
    )
    photograph_panel(fitted, maps)


def own_maps(data: bytes, passes: int) -> tuple[Tensor, DepthMaps]:
    """Return an image file's picture as the network sees it, and its prediction.

    Raises:
        UploadError: the file can't be used.
    """
    opened = decode_upload(data, reduce_to=512)
    pixels = torch.frombuffer(bytearray(opened.tobytes()), dtype=torch.uint8)
    whole = pixels.view(opened.height, opened.width, 3).movedim(2, 0).float() / 255
    return photograph(whole, passes)
