"""Held-out poses of an object with both textures, framed by what the classifier says."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.physical.recorded_textures import recorded_texture, texture_provenance
from pyfrontiers.physical.seen import kind_of, see_objects
from pyfrontiers.physical.shipped import recorded_names, show_recorded
from pyfrontiers.vision import CLASS_NAMES
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.packing import webp
from streamlit_app.labs.robust_adversarial_examples.scene import article, share_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyfrontiers.physical.seen import HeldOutPictures, Kind
    from streamlit_app.labs.robust_adversarial_examples.textures import Item, Skin

__all__ = ["held_out_grid", "prepare_grid"]

_ROWS, _COLUMNS = 6, 8
_KINDS: tuple[Kind, ...] = ("target", "other", "right")
_HEIGHT = 560


def held_out_grid(item: Item, worn: tuple[Skin, ...]) -> None:
    """Show the object in random poses, its own texture on the left and the attacked one right.

    Args:
        item: The object.
        worn: The textures, its own first.
    """
    shown = kit.live(
        controls.key("poses"),
        see_objects,
        {"objects": [skin.obj for skin in worn], "count": _ROWS * _COLUMNS},
        label=f"{_ROWS * _COLUMNS} poses of the {item.word}",
        recorded=_recorded(item.name) if item.shipped else None,
        button="Classify them here",
        durable=item.shipped,
    )
    for texture in recorded_names(item.name):
        _counted(item.name, texture)
    if shown is None or not shown.is_current:
        return
    with kit.reserve(controls.key("grid"), _HEIGHT):
        for place, skin in enumerate(worn):
            if place % 2 == 0:
                columns = st.columns(2, gap="large")
            with columns[place % 2]:
                _sheet(item, skin, shown.value, place)


def _counted(name: str, texture: str) -> None:
    """Say what the record of a texture has found in all its held-out poses."""
    found = recorded_texture(texture)
    target, count = CLASS_NAMES[found.target], found.evaluation.predictions.shape[1]
    kit.verdict(
        f"In **{kit.percent(found.adversariality, 1)}** of {count:,} poses that the attack has not "
        f"seen, the {name} is seen as {article(target)} {target}; with its own texture, it is seen "
        f"as a {name} in {kit.percent(found.accuracy_before, 1)}."
    )
    levels, views = f"{255 * found.epsilon:.0f}/255", f"{found.steps:,} steps"
    kit.origin(texture_provenance(texture), f"ε = {levels}", views)


def prepare_grid(name: str) -> None:
    """Render the recorded poses of an object."""
    _recorded(name)


@lru_cache(maxsize=8)
def _recorded(name: str) -> HeldOutPictures | None:
    return show_recorded(name, _ROWS * _COLUMNS) if recorded_names(name) else None


def _sheet(item: Item, skin: Skin, seen: HeldOutPictures, place: int) -> None:
    kinds = [kind_of(int(index), skin.aim, item.obj.classes) for index in seen.classes[place]]
    tiles = "".join(
        f'<li class="{kind}" style="--column: {n % _COLUMNS}; --row: {n // _COLUMNS}" '
        f'title="{said}"><span>{said}</span></li>'
        for n, (kind, said) in enumerate(zip(kinds, _said(seen, place), strict=True))
    )
    mark = f"pf-poses-{place}"
    st.html(
        f"<style>.{mark} li {{ background-image: url({_sprite(seen.pictures[place])}); }}</style>"
        f'<p class="pf-poses-title">{escape(skin.title)}</p>'
        f'<ol class="pf-poses {mark}" aria-label="{escape(skin.title)}: what the classifier sees '
        f'in each pose">{tiles}</ol>{_legend(kinds, skin, item.word)}'
    )


def _said(seen: HeldOutPictures, place: int) -> list[str]:
    names = [CLASS_NAMES[index] for index in seen.classes[place]]
    if seen.probabilities is None:
        return [escape(name) for name in names]
    shares = seen.probabilities[place].tolist()
    return [
        escape(f"{name}, {share_text(share)}") for name, share in zip(names, shares, strict=True)
    ]


def _legend(kinds: list[Kind], skin: Skin, word: str) -> str:
    words = {
        "target": "" if skin.aim is None else f"{CLASS_NAMES[skin.aim]}, the target",
        "other": "a wrong class" if skin.aim is None else "another wrong class",
        "right": f"right: {article(word)} {word}",
    }
    count = Counter(kinds)
    parts = "".join(
        f'<li class="{kind}"><b>{count[kind]}</b> of {len(kinds)} {escape(words[kind])}</li>'
        for kind in _KINDS
        if words[kind]
    )
    return f'<ul class="pf-poses-legend">{parts}</ul>'


def _sprite(pictures: NDArray[np.uint8]) -> str:
    return _packed(pictures.tobytes(), pictures.shape[1])


@lru_cache(maxsize=8)  # packing takes 40 ms, and every change on the page draws the grid again
def _packed(content: bytes, side: int) -> str:
    grid = np.frombuffer(content, np.uint8).reshape(_ROWS, _COLUMNS, side, side, 3)
    sheet = np.ascontiguousarray(grid.transpose(0, 2, 1, 3, 4))
    packed = webp(sheet.reshape(_ROWS * side, _COLUMNS * side, 3), 75)
    return f"data:image/webp;base64,{b64encode(packed).decode()}"
