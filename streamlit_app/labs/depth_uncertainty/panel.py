"""The maps side by side."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from pyfrontiers.depth import map_picture
from pyfrontiers.scenes import view_of

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.depth import DepthMaps
    from streamlit_app.labs.depth_uncertainty.results import Street

__all__ = ["photograph_panel", "street_panel"]


def street_panel(found: Street) -> None:
    """Draw the picture, its depth and edges, and the prediction's maps."""
    one, maps = found.scene, found.maps
    _panel(
        (
            ("Picture", "The street that the network sees", view_of(one)),
            ("Total σ", "Where the depth is uncertain: bright is more", _sigma(maps.sigma)),
            ("Occlusion edges", "Red: a car covers a car, green: the road", view_of(one, "edges")),
            ("True depth", "Yellow is near, dark is far", map_picture(one.inverse_depth, "depth")),
            ("Depth", "Mean of the passes", map_picture(maps.inverse_depth[0], "depth")),
            ("Error", "True minus predicted", _sigma(maps.error(one.inverse_depth))),
            ("Aleatoric σ", "The noise that the network predicts", _sigma(maps.aleatoric)),
            ("Epistemic σ", "The disagreement of the passes", _sigma(maps.epistemic)),
        )
    )


def photograph_panel(image: Tensor, maps: DepthMaps) -> None:
    """Draw a photograph and the prediction's maps."""
    pixels = (image.movedim(0, 2) * 255).round().clamp(0, 255).byte()
    _panel(
        (
            ("Your picture", "Its middle, at the network's size", pixels),
            ("Total σ", "Where the depth is uncertain: bright is more", _sigma(maps.sigma)),
            ("Depth", "Mean of the passes", map_picture(maps.inverse_depth[0], "depth")),
            ("Aleatoric σ", "The noise that the network predicts", _sigma(maps.aleatoric)),
            ("Epistemic σ", "The disagreement of the passes", _sigma(maps.epistemic)),
        )
    )


def _panel(pictures: tuple[tuple[str, str, Tensor], ...]) -> None:
    figures = "".join(
        f'<figure><img src="{_source(picture)}" alt="{escape(name)}. {escape(meaning)}.">'
        f"<figcaption><strong>{escape(name)}</strong> {escape(meaning)}</figcaption></figure>"
        for name, meaning, picture in pictures
    )
    st.html(f'<div class="pdu-panel">{figures}</div>')


def _sigma(values: Tensor) -> Tensor:
    return map_picture(values.view(values.shape[-2:]))


def _source(picture: Tensor) -> str:
    stored = BytesIO()
    Image.fromarray(picture.numpy()).save(stored, "PNG")
    return f"data:image/png;base64,{b64encode(stored.getvalue()).decode()}"
