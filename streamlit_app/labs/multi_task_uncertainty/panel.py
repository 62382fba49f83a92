"""The picture, and each task's truth above what a network says."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st
import torch
from PIL import Image

from pyfrontiers.depth import map_picture
from pyfrontiers.scenes import CLASSES, view_of
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.labels import (
    Label,
    matched,
    place_labels,
    things_in,
)

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.scenes import Scene
    from streamlit_app.labs.multi_task_uncertainty.results import Reading

__all__ = ["CODES", "class_legend", "panel_html", "scene_panel"]

CODES = {number: name[:2] for number, name in enumerate(CLASSES)}
"""What is written on a region of a class: the first letters of its name, which are unique."""
_WRONG = (214, 69, 0)
_BIG = 90


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture of the panel; None where the network has no such head."""

    name: str
    meaning: str
    pixels: Tensor | None
    labels: tuple[Label, ...] = ()


def scene_panel(found: Reading) -> None:
    """Draw the scene, with each task's truth and output next to each other."""
    st.html(panel_html(found))


@lru_cache(maxsize=64)
def panel_html(found: Reading) -> str:
    """Return the panel's figures as HTML."""
    one = found.scene
    pictures = (
        _Picture("Picture", "What the network sees", view_of(one)),
        _wrong(found),
        _classes("True classes", "Of every pixel", one, one.classes),
        _classes("Classes", "Most probable", one, found.maps.classes),
        _instances("True instances", "Which car is which", one, one.instances),
        _found_instances(found),
        _depth("True depth", "Yellow is near, dark is far", one, one.inverse_depth),
        _depth(
            "Depth", "The same scale; of large things, in metres", one, found.maps.inverse_depth
        ),
    )
    return f'<div class="mtu-panel">{"".join(map(_figure, pictures))}</div>'


def class_legend() -> None:
    """Draw the colours of the classes with the letters that stand on the map."""
    colours = _class_colours()
    items = "".join(
        f'<li><i style="background: rgb({r} {g} {b})">{CODES[number]}</i>{escape(name)}</li>'
        for (number, name), (r, g, b) in zip(enumerate(CLASSES), colours, strict=True)
    )
    st.html(f'<ul class="mtu-legend" aria-label="Classes">{items}</ul>')


@cache
def _class_colours() -> list[list[int]]:
    from pyfrontiers.scenes import scene

    strip = replace(scene(0, 0, height=16, width=16), classes=torch.arange(len(CLASSES))[None])
    colours: list[list[int]] = view_of(strip, "classes")[0].tolist()
    return colours


def _wrong(found: Reading) -> _Picture:
    classes = found.maps.classes
    if classes is None or found.wrong is None or found.boundary_f is None:
        return _Picture("Wrong classes", "", None)
    pixels = view_of(found.scene).float().mean(2, keepdim=True).expand(-1, -1, 3) * 0.5 + 127
    pixels = pixels.round().to(torch.uint8)
    pixels[classes[0] != found.scene.classes] = torch.tensor(_WRONG, dtype=torch.uint8)
    meaning = f"Marked: {kit.percent(found.wrong)}. Boundaries: F {kit.percent(found.boundary_f)}"
    return _Picture("Wrong classes", meaning, pixels)


def _classes(name: str, meaning: str, one: Scene, classes: Tensor | None) -> _Picture:
    if classes is None:
        return _Picture(name, "", None)
    own = classes.view(one.classes.shape)
    pixels = view_of(replace(one, classes=own), "classes")
    return _Picture(name, meaning, pixels, place_labels(own, CODES))


def _instances(
    name: str,
    meaning: str,
    one: Scene,
    instances: Tensor | None,
    unknown: frozenset[int] = frozenset(),
) -> _Picture:
    if instances is None:
        return _Picture(name, "", None)
    texts = {k: "+" if k in unknown else str(k) for k in things_in(instances)}
    pixels = view_of(replace(one, instances=instances), "instances")
    return _Picture(name, meaning, pixels, place_labels(instances, texts, smallest=20))


def _found_instances(found: Reading) -> _Picture:
    if found.maps.instances is None:
        return _instances("Instances", "", found.scene, None)
    own, unknown = matched(found.maps.instances[0], found.scene.instances)
    meaning = "Same number: same thing. +: no such thing"
    return _instances("Instances", meaning, found.scene, own, unknown)


def _depth(name: str, meaning: str, one: Scene, inverse: Tensor | None) -> _Picture:
    if inverse is None:
        return _Picture(name, "", None)
    own = inverse.view(one.depth.shape)
    metres = {
        k: f"{1 / max(float(own[one.instances == k].mean()), 1e-3):.0f} m"
        for k in things_in(one.instances)
    }
    # The same places in both maps: where the true things are.
    labels = place_labels(one.instances, metres, smallest=_BIG)
    return _Picture(name, meaning, map_picture(own, "depth"), labels)


def _figure(picture: _Picture) -> str:
    name, meaning = escape(picture.name), escape(picture.meaning)
    if picture.pixels is None:
        return (
            f'<figure><div class="mtu-none">This network has no such output.</div>'
            f"<figcaption><strong>{name}</strong> {meaning}</figcaption></figure>"
        )
    rows, columns, _ = picture.pixels.shape
    written = "".join(
        f'<span style="left: {100 * (label.column + 0.5) / columns:.1f}%; '
        f'top: {100 * (label.row + 0.5) / rows:.1f}%">{escape(label.text)}</span>'
        for label in picture.labels
    )
    told = ", ".join(dict.fromkeys(label.text for label in picture.labels))
    alt = f"{name}. {meaning}." + (f" Labels: {escape(told)}." if told else "")
    return (
        f'<figure><div><img src="{_source(picture.pixels)}" alt="{alt}">'
        f'<div aria-hidden="true">{written}</div></div>'
        f"<figcaption><strong>{name}</strong> {meaning}</figcaption></figure>"
    )


def _source(pixels: Tensor) -> str:
    stored = BytesIO()
    Image.fromarray(pixels.numpy()).save(stored, "PNG")
    return f"data:image/png;base64,{b64encode(stored.getvalue()).decode()}"
