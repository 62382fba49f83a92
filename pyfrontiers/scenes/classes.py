"""The semantic classes of street scenes."""

from __future__ import annotations

from typing import Final

__all__ = ["CLASSES", "THINGS", "UNKNOWN"]

CLASSES: Final = (
    *("sky", "road", "kerb", "pavement", "building", "vegetation", "lamp post"),
    *("car", "van", "cyclist", "person"),
)
"""Names of the classes; a class's number is its position."""

THINGS: Final = ("car", "van", "cyclist", "person")
"""The classes whose objects are told apart by instance numbers."""

UNKNOWN: Final = -1
"""Class or instance of a pixel for which a data set gives none."""

NUMBERS: Final = {name: number for number, name in enumerate(CLASSES)}
