"""The picture, and each task's truth above what a network says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import streamlit as st
import torch

from pyfrontiers.depth import map_picture
from pyfrontiers.scenes import CLASSES, view_of
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.labels import matched, place_labels, things_in

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.scenes import Scene
    from streamlit_app.labs.multi_task_uncertainty.results import Reading

__all__ = ["CODES", "class_legend", "panel", "scene_panel"]

CODES = {number: name[:2] for number, name in enumerate(CLASSES)}
"""What is written on a region of a class: the first letters of its name, which are unique."""
_WRONG = (214, 69, 0)
_BIG = 90


def scene_panel(found: Reading) -> None:
    """Draw the scene, with each task's truth and output next to each other."""
    st.html(panel(found))


@lru_cache(maxsize=64)
def panel(found: Reading) -> str:
    """Return the panel as HTML."""
    one = found.scene
    return kit.panel_html(
        (
            kit.PanelPicture("Picture", "What the network sees", view_of(one)),
            _wrong(found),
            _classes("True classes", "Of every pixel", one, one.classes),
            _classes("Classes", "Most probable", one, found.maps.classes),
            _instances("True instances", "Which car is which", one, one.instances),
            _found_instances(found),
            _depth("True depth", "Yellow is near, dark is far", one, one.inverse_depth),
            _depth(
                "Depth",
                "The same scale; of large things, in metres",
                one,
                found.maps.inverse_depth,
            ),
        ),
        by_column=True,
    )


def class_legend() -> None:
    """Draw the colours of the classes with the letters that stand on the map."""
    entries = tuple(
        (f"rgb({r} {g} {b})", name, CODES[number])
        for (number, name), (r, g, b) in zip(enumerate(CLASSES), _class_colours(), strict=True)
    )
    st.html(kit.swatches_html(kit.Swatches(entries), "Classes"))


@cache
def _class_colours() -> list[list[int]]:
    from pyfrontiers.scenes import scene

    strip = replace(scene(0, 0, height=16, width=16), classes=torch.arange(len(CLASSES))[None])
    colours: list[list[int]] = view_of(strip, "classes")[0].tolist()
    return colours


def _none(name: str) -> kit.PanelPicture:
    return kit.PanelPicture(name, "", None, instead="This network has no such output.")


def _wrong(found: Reading) -> kit.PanelPicture:
    classes = found.maps.classes
    if classes is None or found.wrong is None or found.boundary_f is None:
        return _none("Wrong classes")
    pixels = view_of(found.scene).float().mean(2, keepdim=True).expand(-1, -1, 3) * 0.5 + 127
    pixels = pixels.round().to(torch.uint8)
    pixels[classes[0] != found.scene.classes] = torch.tensor(_WRONG, dtype=torch.uint8)
    meaning = f"Marked: {kit.percent(found.wrong)}. Boundaries: F {kit.percent(found.boundary_f)}"
    return kit.PanelPicture("Wrong classes", meaning, pixels)


def _classes(name: str, meaning: str, one: Scene, classes: Tensor | None) -> kit.PanelPicture:
    if classes is None:
        return _none(name)
    own = classes.view(one.classes.shape)
    pixels = view_of(replace(one, classes=own), "classes")
    return kit.PanelPicture(name, meaning, pixels, place_labels(own, CODES))


def _instances(
    name: str,
    meaning: str,
    one: Scene,
    instances: Tensor,
    unknown: frozenset[int] = frozenset(),
) -> kit.PanelPicture:
    texts = {k: "+" if k in unknown else str(k) for k in things_in(instances)}
    pixels = view_of(replace(one, instances=instances), "instances")
    return kit.PanelPicture(name, meaning, pixels, place_labels(instances, texts, smallest=20))


def _found_instances(found: Reading) -> kit.PanelPicture:
    if found.maps.instances is None:
        return _none("Instances")
    if not found.maps.instances.any():
        return kit.PanelPicture("Instances", "", None, instead="No instance found.")
    own, unknown = matched(found.maps.instances[0], found.scene.instances)
    meaning = "Same number: same thing. +: false positive"
    return _instances("Instances", meaning, found.scene, own, unknown)


def _depth(name: str, meaning: str, one: Scene, inverse: Tensor | None) -> kit.PanelPicture:
    if inverse is None:
        return _none(name)
    own = inverse.view(one.depth.shape)
    metres = {
        k: f"{1 / max(float(own[one.instances == k].mean()), 1e-3):.0f} m"
        for k in things_in(one.instances)
    }
    # The same places in both maps: where the true things are.
    labels = place_labels(one.instances, metres, smallest=_BIG)
    return kit.PanelPicture(name, meaning, map_picture(own, "depth"), labels)
