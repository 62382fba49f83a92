"""Objects and textures that ship with the package, by name: what a job or an address can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.physical.objects import TexturedObject, load_object
from pyfrontiers.physical.seen import HeldOutPictures, see_held_out
from pyfrontiers.physical.sheet import PrintSheet, print_sheet

__all__ = ["ORIGINAL", "dressed", "see_shipped", "shipped_sheet"]

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
    raise ValueError(f"texture must be {ORIGINAL!r}, got {texture!r}")


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
