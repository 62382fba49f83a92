"""The textures that an object can wear: its own, those of recorded attacks, and the visitor's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyfrontiers.physical.recorded_textures import recorded_texture
from pyfrontiers.physical.shipped import ORIGINAL, dressed, recorded_names
from pyfrontiers.vision import CLASS_NAMES, find_class

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.physical import RobustTexture

__all__ = ["OWN", "TARGETS", "Skin", "aim_of", "skins"]

#: Name of the texture that the visitor's run has found.
OWN: Final = "own"
#: The target classes of Athalye et al. 2018, by object.
TARGETS: Final = {"turtle": "rifle", "baseball": "espresso"}


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
    """Return the shipped textures of an object, its own first."""
    recorded = [(texture, recorded_texture(texture)) for texture in recorded_names(name)]
    return (
        Skin(ORIGINAL, "Original", dressed(name).texture),
        *(Skin(texture, _title(found), found.texture, found.target) for texture, found in recorded),
    )


def _title(found: RobustTexture) -> str:
    return f"{CLASS_NAMES[found.target].capitalize()}, {255 * found.epsilon:.0f}/255"


def aim_of(name: str) -> int:
    """Return the class that the object's printed texture is made for."""
    return find_class(TARGETS[name])
