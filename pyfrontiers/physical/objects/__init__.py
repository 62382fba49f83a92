"""Objects whose texture an attack may change: a sea turtle and a baseball, made by functions."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.nearest import hint
from pyfrontiers.physical.objects.baseball import CLASSES as BASEBALL
from pyfrontiers.physical.objects.baseball import baseball
from pyfrontiers.physical.objects.object import LEVELS, TexturedObject, quantised
from pyfrontiers.physical.objects.turtle import CLASSES as TURTLES
from pyfrontiers.physical.objects.turtle import turtle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LEVELS", "OBJECTS", "TexturedObject", "classes_of", "load_object", "quantised"]

OBJECTS: Final[Mapping[str, Callable[[], TexturedObject]]] = MappingProxyType(
    {"turtle": turtle, "baseball": baseball}
)
"""The objects that ship with the package, by name."""

_CLASSES: Final[Mapping[str, tuple[int, ...]]] = {"turtle": TURTLES, "baseball": BASEBALL}


@checked
def load_object(name: str) -> TexturedObject:
    """Return a shipped object; it is made once per process.

    Args:
        name: a key of `OBJECTS`.

    Raises:
        ValueError: there is no such object; the nearest name is suggested.
    """
    _check(name)
    return _made(name)


@checked
def classes_of(name: str) -> tuple[int, ...]:
    """Return the ImageNet classes that are right for a shipped object, without making it.

    Args:
        name: a key of `OBJECTS`.

    Raises:
        ValueError: there is no such object; the nearest name is suggested.
    """
    _check(name)
    return _CLASSES[name]


def _check(name: str) -> None:
    if name not in OBJECTS:
        raise ValueError(
            f"name must be one of {', '.join(OBJECTS)}, got {name!r}; " + hint(name, OBJECTS)
        )


@lru_cache(maxsize=len(OBJECTS))
def _made(name: str) -> TexturedObject:
    with torch.device("cpu"):  # whatever the caller's default device
        return OBJECTS[name]()
