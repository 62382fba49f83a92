"""The objects of the page and the textures that each can wear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyfrontiers.physical.recorded_textures import recorded_texture
from pyfrontiers.physical.shipped import ORIGINAL, dressed, recorded_names
from pyfrontiers.vision import CLASS_NAMES

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.physical import RobustTexture, TexturedObject

__all__ = ["OWN", "TARGETS", "UPLOAD", "Item", "Skin", "shipped_item"]

#: Name of the texture that the visitor's run has found.
OWN: Final = "own"
#: Name of the visitor's own object.
UPLOAD: Final = "upload"
#: The target classes of Athalye et al. 2018, by object; the first suggestion for others.
TARGETS: Final = {"turtle": "rifle", "baseball": "espresso", UPLOAD: "rifle"}


@dataclass(frozen=True, eq=False)
class Skin:
    """A texture of an object.

    Attributes:
        name: Its name in the address.
        title: What a visitor reads.
        obj: The object that wears it.
        aim: The attack's target class; ``None`` for the object's own texture.
        shipped: Whether it is part of the package, rather than a visitor's.
    """

    name: str
    title: str
    obj: TexturedObject
    aim: int | None = None
    shipped: bool = True

    @property
    def texture(self) -> Tensor:
        """The texture, (3, height, width) in [0, 1]."""
        return self.obj.texture


@dataclass(frozen=True, eq=False)
class Item:
    """An object that the page is about.

    Attributes:
        name: Its name in the address: a key of `OBJECTS`, or `UPLOAD`.
        word: What sentences call it.
        skins: Its own texture first, then those that ship with the package.
    """

    name: str
    word: str
    skins: tuple[Skin, ...]

    @property
    def obj(self) -> TexturedObject:
        """The object in its own texture."""
        return self.skins[0].obj

    @property
    def shipped(self) -> bool:
        """Whether it is part of the package, rather than a visitor's."""
        return self.skins[0].shipped


@lru_cache(maxsize=8)
def shipped_item(name: str) -> Item:
    """Return an object of the package with its recorded textures."""
    recorded = [(texture, recorded_texture(texture)) for texture in recorded_names(name)]
    own = Skin(ORIGINAL, "Original", dressed(name))
    others = [
        Skin(texture, _title(found), dressed(name, texture), found.target)
        for texture, found in recorded
    ]
    return Item(name, name, (own, *others))


def _title(found: RobustTexture) -> str:
    return f"{CLASS_NAMES[found.target].capitalize()}, {255 * found.epsilon:.0f}/255"
