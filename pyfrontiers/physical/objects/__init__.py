"""Objects whose texture an attack may change: a sea turtle and a baseball, made by functions."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.nearest import hint
from pyfrontiers.physical.objects.baseball import baseball
from pyfrontiers.physical.objects.object import LEVELS, TexturedObject, quantised
from pyfrontiers.physical.objects.turtle import turtle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LEVELS", "OBJECTS", "TexturedObject", "load_object", "quantised"]

OBJECTS: Final[Mapping[str, Callable[[], TexturedObject]]] = MappingProxyType(
    {"turtle": turtle, "baseball": baseball}
)
"""The objects that ship with the package, by name."""


@checked
def load_object(name: str) -> TexturedObject:
    """Return a shipped object; it is made once per process.

    Args:
        name: a key of `OBJECTS`.

    Raises:
        ValueError: there is no such object; the nearest name is suggested.
    """
    if name not in OBJECTS:
        raise ValueError(
            f"name must be one of {', '.join(OBJECTS)}, got {name!r}; " + hint(name, OBJECTS)
        )
    return _made(name)


@lru_cache(maxsize=len(OBJECTS))
def _made(name: str) -> TexturedObject:
    return OBJECTS[name]()
