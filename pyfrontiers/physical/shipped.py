"""Objects and textures that ship with the package, by name: what a job or an address can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Annotated, Final, Literal

import torch

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.physical.objects import TexturedObject, load_object
from pyfrontiers.physical.recorded_textures import FOLDER, RECORDED, recorded_texture
from pyfrontiers.physical.seen import HeldOutPictures, picture_held_out, see_held_out
from pyfrontiers.physical.sheet import PrintSheet, print_sheet

__all__ = [
    "ORIGINAL",
    "dressed",
    "recorded_names",
    "see_shipped",
    "shipped_sheet",
    "show_recorded",
]

ORIGINAL: Final = "original"
"""Name of an object's own texture."""


def _nothing(*_: object) -> None:
    return None


@checked
def dressed(name: str, texture: str = ORIGINAL) -> TexturedObject:
    """Return a shipped object that wears one of its textures.

    Args:
        name: a key of `OBJECTS`.
        texture: "original", or the name of a recorded texture of this object.

    Raises:
        ValueError: there is no such object or texture.
    """
    obj = load_object(name)
    if texture == ORIGINAL:
        return obj
    if texture not in recorded_names(name):
        known = ", ".join((ORIGINAL, *recorded_names(name)))
        raise ValueError(f"texture must be one of {known} for this object, got {texture!r}")
    return replace(obj, texture=recorded_texture(texture).texture)


@cache
def recorded_names(name: str) -> tuple[str, ...]:
    """Return the names of the textures of an object that have been recorded."""
    return tuple(
        texture
        for texture, settings in RECORDED.items()
        if settings["name"] == name and (FOLDER / f"{texture}.json").exists()
    )


def show_recorded(name: str, count: int) -> HeldOutPictures:
    """Render a shipped object in held-out poses; what the classifier sees comes from the record.

    Args:
        name: a key of `OBJECTS` with at least one recorded texture.
        count: V poses, the first of those in the records.

    Returns:
        The pictures with the object's own texture and with each recorded one, without
        probabilities.
    """
    found = [recorded_texture(texture) for texture in recorded_names(name)]
    if len({one.seed for one in found}) != 1:
        raise ValueError(f"name must be an object with records of one seed, got {name!r}")
    rows = [found[0].evaluation.predictions_before, *(one.evaluation.predictions for one in found)]
    worn = [found[0].original, *(one.texture for one in found)]
    pictures = picture_held_out(load_object(name), worn, count=count, seed=found[0].seed)
    return HeldOutPictures(pictures, torch.cat(rows)[:, :count].numpy(), None)


@checked
def see_shipped(
    *,
    name: str,
    textures: list[str],
    count: Count = 64,
    seed: Seed = 0,
    report: Callable[..., object] = _nothing,
) -> HeldOutPictures:
    """Classify a shipped object in held-out poses with each of several textures.

    Args:
        name: as for `dressed`.
        textures: as for `dressed`.
        count: as for `see_held_out`.
        seed: as for `see_held_out`.
        report: as for `see_held_out`.
    """
    worn = [dressed(name, texture).texture for texture in textures]
    return see_held_out(load_object(name), worn, count=count, seed=seed, report=report)


@checked
def shipped_sheet(
    *,
    name: str,
    texture: str,
    length: Annotated[float, Range(10, 2000)],
    paper: Literal["a4", "letter"],
) -> PrintSheet:
    """Make the print sheet of a shipped object.

    Args:
        name: as for `dressed`.
        texture: as for `dressed`.
        length: longest side of the object in mm.
        paper: as for `print_sheet`.
    """
    return print_sheet(dressed(name, texture), length=length, paper=paper)
