"""Trees, hedges and lamp posts along the street."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pyfrontiers.scenes.layout.street import KERB_HEIGHT
from pyfrontiers.scenes.models.objects import Placed

if TYPE_CHECKING:
    from pyfrontiers.scenes.layout.draws import Draws
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Colour

_FOLIAGE: Final[tuple[Colour, ...]] = (
    *((0.24, 0.38, 0.14), (0.30, 0.42, 0.16), (0.20, 0.32, 0.15), (0.36, 0.42, 0.15)),
    *((0.28, 0.40, 0.20), (0.55, 0.40, 0.12)),
)
_BARK: Final[Colour] = (0.27, 0.21, 0.16)
_NEAREST: Final = 5.0


def place_plants(street: Street, draws: Draws) -> list[Placed]:
    """Draw the lamp posts, trees and hedges."""
    return [*_lamps(street, draws), *_trees(street, draws), *_hedges(street, draws)]


def _crossed(street: Street, z: float, margin: float = 1.5) -> bool:
    crossing = street.crossing
    return crossing is not None and crossing[0] - margin < z < crossing[1] + margin


def _lamps(street: Street, draws: Draws) -> list[Placed]:
    placed = []
    spacing, paint = draws.between(18.0, 28.0), draws.pick(((0.30, 0.32, 0.33), (0.12, 0.16, 0.14)))
    sides = draws.pick(((1, -1), (1, -1), (1,), (-1,)))
    for n, side in enumerate(sides):
        z = draws.between(6.0, 14.0) + n * spacing / 2
        size = draws.between(0.85, 1.1)
        while z < 110.0:
            if not _crossed(street, z):
                at = (side * (street.pavement_start + 0.45), KERB_HEIGHT, z)
                heading = 0.0 if side < 0 else math.pi
                placed.append(
                    Placed(
                        "lamp post" + (", far" if z > 13.0 else ""),
                        at,
                        "lamp post",
                        (paint,),
                        heading,
                        (size, size, size),
                    )
                )
            z += spacing
    return placed


def _trees(street: Street, draws: Draws) -> list[Placed]:
    placed: list[Placed] = []
    foliage = draws.pick(_FOLIAGE)
    row = draws.chance(0.5 if street.style == "city" else 0.7)
    spacing = draws.between(9.0, 16.0)
    for side in (1, -1):
        if row and draws.chance(0.85):
            x = side * (street.pavement_start + draws.between(0.7, 1.0))
            z = draws.between(_NEAREST + 1.5, 14.0)
            while z < 110.0:
                if not _crossed(street, z) and draws.chance(0.85):
                    placed.append(_tree(draws, x, z, foliage, draws.between(0.62, 0.95)))
                z += spacing
        if street.verge > 2.0:
            z = draws.between(8.0, 16.0)
            while z < 120.0:
                x = side * (street.frontage - draws.between(0.8, street.verge - 1.0))
                if draws.chance(0.5) and not _crossed(street, z):
                    own = draws.pick(_FOLIAGE)
                    placed.append(_tree(draws, x, z, own, draws.between(0.45, 0.9)))
                z += draws.between(6.0, 14.0)
    return placed


def _tree(draws: Draws, x: float, z: float, foliage: Colour, size: float) -> Placed:
    conifer = draws.chance(0.12)
    far = ", far" if z > 13.0 else ""
    name = "conifer" if conifer else f"tree {draws.pick(range(4))}"
    shade = draws.between(0.85, 1.15)
    colours = ((foliage[0] * shade, foliage[1] * shade, foliage[2] * shade), _BARK)
    if conifer:
        colours = ((0.14, 0.26 * shade, 0.16), _BARK)
    wide = size * draws.between(0.85, 1.2)
    heading = draws.between(0.0, 2 * math.pi)
    return Placed(
        name + far, (x, KERB_HEIGHT, z), "vegetation", colours, heading, (wide, size, wide)
    )


def _hedges(street: Street, draws: Draws) -> list[Placed]:
    placed = []
    if street.verge > 2.0:
        for side in (1, -1):
            z = draws.between(2.5, 6.0)
            x = side * (street.pavement_start + street.pavement + 0.35)
            while z < 110.0:
                length, foliage = draws.between(4.0, 9.0), draws.pick(_FOLIAGE[:4])
                if draws.chance(0.65) and not _crossed(street, z + length / 2, length / 2 + 0.5):
                    size = (0.7, draws.between(0.8, 1.7), length)
                    at = (x, KERB_HEIGHT, z + length / 2)
                    placed.append(Placed("hedge", at, "vegetation", (foliage,), 0.0, size))
                z += length + draws.between(1.0, 3.0)
    return placed
