"""The textures that an object can wear: its own, and those of recorded attacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pyfrontiers.physical import load_object
from pyfrontiers.physical.seen import ORIGINAL

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Skin", "skins"]


@dataclass(frozen=True, eq=False)
class Skin:
    """A texture.

    Attributes:
        name: Its name in the address.
        title: What a visitor reads.
        texture: (3, height, width) in [0, 1].
        aim: The attack's target class; ``None`` for the object's own texture.
    """

    name: str
    title: str
    texture: Tensor
    aim: int | None = None


@lru_cache(maxsize=8)
def skins(name: str) -> tuple[Skin, ...]:
    """Return the textures of an object, its own first."""
    return (Skin(ORIGINAL, "Original", load_object(name).texture),)
