"""Objects and textures that ship with the package, by name: what an address can hold."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.physical.objects import TexturedObject, load_object
from pyfrontiers.physical.recorded_textures import FOLDER, RECORDED, recorded_texture
from pyfrontiers.physical.seen import HeldOutPictures, picture_held_out

__all__ = [
    "ORIGINAL",
    "dressed",
    "recorded_names",
    "show_recorded",
]

ORIGINAL: Final = "original"
"""Name of an object's own texture."""


@checked
def dressed(name: str, texture: str = ORIGINAL) -> TexturedObject:
    """Return a shipped object that wears one of its textures; it is made once per process.

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
    return _worn(name, texture)


@cache
def _worn(name: str, texture: str) -> TexturedObject:
    return replace(load_object(name), texture=recorded_texture(texture).texture)


@cache
def recorded_names(name: str) -> tuple[str, ...]:
    """Return the names of the recorded textures of an object, made from its own.

    Those that continue from one of them, with a smaller bound or distance, are left out.
    """
    return tuple(
        texture
        for texture, settings in RECORDED.items()
        if settings["name"] == name
        and settings["start"] is None
        and (FOLDER / f"{texture}.json").exists()
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
