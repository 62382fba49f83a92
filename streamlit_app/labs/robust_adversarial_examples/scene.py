"""What the viewer shows and the classifier sees: object, texture, pose, light and background."""

from __future__ import annotations

import math
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pyfrontiers.kernels import Poses
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.physical import pose_at
from pyfrontiers.physical.seen import kind_of, see_pose
from pyfrontiers.physical.views import FOCAL_LENGTH, ranges_of
from pyfrontiers.vision import top_classes
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.packing import packed_model, webp

if TYPE_CHECKING:
    from pyfrontiers.physical import TexturedObject
    from pyfrontiers.physical.seen import Kind
    from streamlit_app.labs.robust_adversarial_examples.textures import Skin

__all__ = [
    "BACKGROUNDS",
    "LIGHT",
    "LIMITS",
    "START",
    "View",
    "answer",
    "article",
    "model",
    "scene",
    "share_text",
    "trained",
]

#: Colours behind the object.
BACKGROUNDS: Final = {
    "grey": (0.62, 0.64, 0.66),
    "white": (0.96, 0.96, 0.95),
    "sand": (0.80, 0.71, 0.55),
    "water": (0.36, 0.62, 0.70),
}
#: Ends of elevation in degrees and of the camera's distance in units of the mesh.
LIMITS: Final = {"elevation": (-90, 90), "distance": (2.6, 8.0)}
#: The pose that is shown first: each object is whole, and seen as intended in each texture.
START: Final[dict[str, Any]] = {"turn": 15, "elevation": 40, "distance": 3.9}
#: The lamp's direction at first, in degrees to the right of the camera.
LIGHT: Final = -30
_AMBIENT, _DIFFUSE = 0.45, 0.65
_MEANINGS: dict[Kind, str] = {
    "target": "the class that the attack aims at",
    "right": "right",
    "other": "another wrong class",
}


@dataclass(frozen=True, slots=True)
class View:
    """One look at an object; angles are whole degrees.

    Attributes:
        skin: The object in a texture.
        turn: Around its vertical axis.
        elevation: Of the camera, 90 right above.
        distance: Of the camera, in units of the mesh.
        light: Of the lamp, to the right of the camera.
        background: A key of `BACKGROUNDS`.
    """

    skin: Skin
    turn: int
    elevation: int
    distance: float
    light: int
    background: str


def trained(obj: TexturedObject) -> dict[str, tuple[float, float]]:
    """Return the ranges of elevation and distance from which an attack's poses are drawn."""
    ranges = ranges_of(obj)
    if ranges.tilt is None:
        return {"elevation": (-90.0, 90.0), "distance": ranges.distance}
    high, low = (90 - math.degrees(tilt) for tilt in ranges.tilt)
    return {"elevation": (low, high), "distance": ranges.distance}


def scene(view: View) -> dict[str, Any]:
    """Return what the viewer needs of light and camera."""
    x, y, z = _light(view.light)
    length = math.hypot(x, y, z)
    return {
        "focal": FOCAL_LENGTH,
        "light": [x / length, y / length, z / length],
        "ambient": _AMBIENT,
        "diffuse": _DIFFUSE,
        "background": BACKGROUNDS[view.background],
    }


@lru_cache(maxsize=8)
def model(worn: tuple[Skin, ...]) -> tuple[str, bytes]:
    """Return the viewer's identifier and bytes of an object with textures to choose from."""
    return packed_model(worn[0].obj.mesh, {skin.name: skin.texture for skin in worn})


def answer(view: View) -> dict[str, Any]:
    """Render a view, classify it, and return what the viewer writes about it."""
    # A visitor's own object or texture is not kept.
    return _kept_answer(view) if view.skin.shipped else _answer(view)


def _answer(view: View) -> dict[str, Any]:
    obj, skin = view.skin.obj, view.skin
    with one_thread():
        seen = see_pose(obj, skin.texture, _pose(view), background=BACKGROUNDS[view.background])
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "probability": round(share, 5),
            "share": share_text(share),
            "kind": kind_of(index, skin.aim, obj.classes),
        }
        for name, index, share in top_classes(seen.probabilities)
    ]
    return {
        **rows[0],
        "meaning": _meaning(rows[0]["kind"], skin),
        "top": rows,
        "picture": b64encode(webp(seen.picture, 90)).decode(),
    }


def _meaning(kind: Kind, skin: Skin) -> str:
    return "a wrong class" if kind == "other" and skin.aim is None else _MEANINGS[kind]


_kept_answer = lru_cache(maxsize=2048)(_answer)


def share_text(share: float) -> str:
    """Write a probability so that rounding never turns it into certainty or impossibility."""
    if share > 0.999:
        return kit.unbroken(f"> {kit.percent(0.999, 1)}")
    return kit.unbroken(f"< {kit.percent(0.001, 1)}") if share < 0.001 else kit.percent(share, 1)


def article(name: str) -> str:
    """Return the article of a class's name."""
    return "an" if name[0].lower() in "aeiou" else "a"


def _pose(view: View) -> Poses:
    turn, tilt = math.radians(view.turn), math.radians(90 - view.elevation)
    at = pose_at(turn, tilt, distance=view.distance)
    return Poses(
        at.rotation,
        at.translation,
        focal_length=FOCAL_LENGTH,
        light=_light(view.light),
        ambient=_AMBIENT,
        diffuse=_DIFFUSE,
    )


def _light(degrees: int) -> tuple[float, float, float]:
    """Return the direction towards a lamp above the camera, this far to its right."""
    return math.tan(math.radians(degrees)), -0.6, -1.0
