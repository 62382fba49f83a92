"""The maps side by side, each with the scale of its colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.depth import map_picture
from pyfrontiers.depth.pictures import NEAREST, RAMPS, SIGMA_TOP
from pyfrontiers.scenes import view_of
from pyfrontiers.scenes.sheet import EDGE_COLOURS
from streamlit_app import kit
from streamlit_app.labs.depth_uncertainty.controls import PER_KM

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.depth import DepthMaps
    from pyfrontiers.depth.pictures import Scale
    from streamlit_app.labs.depth_uncertainty.results import Street

__all__ = ["photograph_panel", "street_panel"]

_MINUS = "\N{MINUS SIGN}"
_MARKS: dict[Scale, tuple[str, ...]] = {
    # The middle of the scale is at half of the root of inverse depth.
    "depth": ("far", f"{4 / NEAREST:.0f} m", f"≤ {1 / NEAREST:.1f} m"),
    "sigma": ("0", f"{PER_KM * SIGMA_TOP / 2:g}", f"≥ {PER_KM * SIGMA_TOP:g} /km"),
    "difference": (f"≤ {_MINUS}{PER_KM * SIGMA_TOP:g}", "0", f"≥ {PER_KM * SIGMA_TOP:g} /km"),
}
_EDGES = kit.Swatches(
    tuple((f"rgb({r} {g} {b})", name, "") for name, (r, g, b) in EDGE_COLOURS.items())
)


def street_panel(found: Street) -> None:
    """Draw the picture, its depth and edges, and the prediction's maps."""
    one, maps = found.scene, found.maps
    edges = view_of(one, "edges")
    pictures = (
        kit.PanelPicture("Picture", "The street that the network sees", view_of(one)),
        _map("Total σ", "Where the depth is uncertain", maps.sigma),
        kit.PanelPicture("Occlusion edges", "Where one thing covers another", edges, key=_EDGES),
        _map("True depth", "Of every pixel", one.inverse_depth, "depth"),
        _map("Depth", "Mean of the passes", maps.inverse_depth, "depth"),
        _map(
            "Error",
            "True minus predicted inverse depth: red is nearer than predicted",
            one.inverse_depth - maps.inverse_depth,
            "difference",
        ),
        *_parts(maps),
    )
    st.html(kit.panel_html(pictures))


def photograph_panel(image: Tensor, maps: DepthMaps) -> None:
    """Draw a photograph and the prediction's maps."""
    pixels = (image.movedim(0, 2) * 255).round().clamp(0, 255).byte()
    pictures = (
        kit.PanelPicture("Your picture", "Its middle, at the network's size", pixels),
        _map("Total σ", "Where the depth is uncertain", maps.sigma),
        _map("Depth", "Mean of the passes", maps.inverse_depth, "depth"),
        *_parts(maps),
    )
    st.html(kit.panel_html(pictures))


def _parts(maps: DepthMaps) -> tuple[kit.PanelPicture, ...]:
    return (
        _map("Aleatoric σ", "The noise that the network predicts", maps.aleatoric),
        _map("Epistemic σ", "The disagreement of the passes", maps.epistemic),
    )


def _map(name: str, meaning: str, values: Tensor, scale: Scale = "sigma") -> kit.PanelPicture:
    pixels = map_picture(values.view(values.shape[-2:]), scale)
    key = kit.ColourScale(RAMPS[scale], _MARKS[scale])
    return kit.PanelPicture(name, meaning, pixels, key=key)
