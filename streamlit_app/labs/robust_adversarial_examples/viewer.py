"""The object under the visitor's hand, and the classifier's answer for each pose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.scene import (
    BACKGROUNDS,
    LIGHT,
    LIMITS,
    START,
    View,
    answer,
    article,
    model,
    scene,
    trained,
)
from streamlit_app.labs.robust_adversarial_examples.textures import shipped_item

if TYPE_CHECKING:
    from streamlit_app.labs.robust_adversarial_examples.textures import Item, Skin

__all__ = ["first_view", "object_model", "viewer"]

_VIEWER = controls.key("viewer")

_model = st.components.v2.component(
    "pyfrontiers.object_model", js=kit.text_beside(__file__, "model.js")
)
_viewer = st.components.v2.component(
    "pyfrontiers.object_viewer",
    html=kit.text_beside(__file__, "viewer.html"),
    css=kit.text_beside(__file__, "viewer.css"),
    js="\n".join(
        kit.text_beside(__file__, name) for name in ("paint_gl.js", "paint_plain.js", "viewer.js")
    ),
)


def object_model(worn: tuple[Skin, ...]) -> str:
    """Send an object's mesh and textures to the page, once: they are the same for every pose.

    Args:
        worn: The object's textures to choose from.

    Returns:
        The model's identifier, for the viewer.
    """
    identifier, data = model(worn)
    with st.container(key=f"hidden-{controls.key('model')}"):
        _model(key=controls.key("mesh"), data=data)
    return identifier


def first_view(name: str) -> View:
    """Return what is shown of an object at first."""
    return View(
        shipped_item(name).skins[-1], **START, light=LIGHT, background=next(iter(BACKGROUNDS))
    )


def viewer(item: Item, worn: tuple[Skin, ...], identifier: str) -> None:
    """Draw the viewer with the classifier's answer; only this runs again for a pose.

    Args:
        item: The object.
        worn: Its textures to choose from.
        identifier: The model, from `object_model`.
    """
    skin, pose = _pose(item.name, worn)
    left, right = st.columns(2, gap="large")
    background = controls.choice("background", "Background", list(BACKGROUNDS), where=left)
    light = controls.slider(
        "light",
        "Light from the left or right, in degrees",
        -80,
        80,
        LIGHT,
        10,
        where=right,
        tip="The lamp stays beside the camera, so turning the object changes its shading.",
    )
    view = View(skin, pose["turn"], pose["elevation"], pose["distance"], light, background)
    sent = _sent()
    data = {
        "model": identifier,
        "label": f"{article(item.word).capitalize()} {item.word} that can be turned",
        "skins": [{"name": skin.name, "title": skin.title} for skin in worn],
        "skin": skin.name,
        "pose": pose,
        "start": START,
        "limits": LIMITS,
        "trained": trained(item.obj),
        "scene": scene(view),
        "reply": answer(view) | {"number": sent.get("number", 0)},
    }
    _viewer(key=_VIEWER, data=data, on_pose_change=lambda: _keep(item.name, worn))


def _pose(name: str, worn: tuple[Skin, ...]) -> tuple[Skin, dict[str, Any]]:
    """Return texture and pose as the address has them."""
    names = [skin.name for skin in worn]
    # The default is the first option, since Streamlit warns of any other that a callback replaces.
    chosen = controls.hidden(f"texture-{name}", names[::-1])
    with st.container(key=f"hidden-{controls.key('pose')}"):
        turn = controls.slider("turn", "Turn", 0, 359, START["turn"], 1)
        elevation = controls.slider(
            "elevation", "Elevation", *LIMITS["elevation"], START["elevation"], 1
        )
        distance = controls.slider(
            "distance", "Distance", *LIMITS["distance"], START["distance"], 0.1
        )
    return worn[names.index(chosen)], {"turn": turn, "elevation": elevation, "distance": distance}


def _sent() -> dict[str, Any]:
    sent: Any = (st.session_state.get(_VIEWER) or {}).get("pose")
    return sent if isinstance(sent, dict) else {}


def _keep(name: str, worn: tuple[Skin, ...]) -> None:
    """Write what the browser sent into the address; anything out of range is left out."""
    sent = _sent()
    for key, (low, high) in {"turn": (0, 359), **LIMITS}.items():
        value = sent.get(key)
        if isinstance(value, int | float) and low <= value <= high:
            controls.set(key, round(float(value), 1) if key == "distance" else int(value))
    if any(sent.get("skin") == skin.name for skin in worn):
        controls.set(f"texture-{name}", sent["skin"])
