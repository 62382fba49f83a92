"""The rows of buildings on both sides of the street, and what closes the view at its end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pyfrontiers.scenes.layout.street import FARTHEST
from pyfrontiers.scenes.models.objects import Placed

if TYPE_CHECKING:
    from pyfrontiers.scenes.layout.draws import Draws
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Colour

_PLASTER: Final[tuple[Colour, ...]] = (
    *((0.86, 0.80, 0.68), (0.80, 0.72, 0.60), (0.90, 0.88, 0.83), (0.76, 0.66, 0.55)),
    *((0.83, 0.70, 0.58), (0.70, 0.72, 0.70), (0.88, 0.78, 0.56), (0.78, 0.60, 0.52)),
)
_BRICK: Final[tuple[Colour, ...]] = (
    *((0.56, 0.31, 0.24), (0.62, 0.38, 0.28), (0.48, 0.30, 0.25), (0.66, 0.47, 0.36)),
)
_CONCRETE: Final[tuple[Colour, ...]] = (
    *((0.66, 0.66, 0.66), (0.55, 0.58, 0.61), (0.72, 0.70, 0.66), (0.40, 0.44, 0.48)),
)
_TILES: Final[tuple[Colour, ...]] = (
    *((0.50, 0.27, 0.20), (0.36, 0.25, 0.22), (0.32, 0.33, 0.36), (0.42, 0.30, 0.25)),
)
_TRIMS: Final[tuple[Colour, ...]] = ((0.92, 0.90, 0.85), (0.80, 0.78, 0.74), (0.45, 0.40, 0.36))
_SHOPS: Final[tuple[Colour, ...]] = (
    *((0.20, 0.30, 0.28), (0.45, 0.12, 0.12), (0.16, 0.22, 0.40), (0.75, 0.70, 0.60)),
    *((0.25, 0.25, 0.26), (0.58, 0.45, 0.20)),
)
_NEAREST: Final = 2.5
"""z from which a building may begin; nearer ones would reach behind the camera."""


def place_buildings(street: Street, draws: Draws) -> list[Placed]:
    """Draw the buildings."""
    placed: list[Placed] = []
    for side in (-1, 1):
        z = draws.between(-10.0, 0.0)
        while z < FARTHEST - 20.0:
            width = (
                draws.between(7.0, 12.0) if street.style == "suburb" else draws.between(9.0, 22.0)
            )
            start, end = max(z, _NEAREST), z + width
            z = end + _gap(street, draws)
            if street.crossing and start < street.crossing[1] and end > street.crossing[0]:
                # A corner house ends at the side street, or the row goes on behind it.
                if start < street.crossing[0] - 6.0:
                    end = street.crossing[0]
                else:
                    start = street.crossing[1]
                    end = max(start + 7.0, end)
                z = max(z, end) if start >= street.crossing[1] else street.crossing[1]
            if end - start > 2.0:
                placed += _building(street, draws, side, start, end)
    return placed + _vista(street, draws)


def _gap(street: Street, draws: Draws) -> float:
    if street.style == "suburb":
        return draws.between(1.5, 5.0)
    return draws.between(2.0, 6.0) if draws.chance(0.15) else 0.0


def _building(street: Street, draws: Draws, side: int, start: float, end: float) -> list[Placed]:
    suburb, offices = street.style == "suburb", street.style == "offices"
    floor = draws.between(2.7, 3.4)
    floors = draws.pick((1, 2, 2, 3)) if suburb else draws.pick((2, 3, 3, 4, 4, 5, 6))
    if offices:
        floors = draws.pick((4, 5, 6, 8, 10))
    shop = not suburb and draws.chance(0.6)
    ground = 3.6 if shop else floor
    height = ground + floor * (floors - 1) + draws.between(0.4, 0.9)
    depth = draws.between(8.0, 12.0)
    back = draws.between(0.0, 1.5) if suburb else (draws.between(0.0, 0.4))
    wall_kind = draws.pick((_PLASTER, _PLASTER, _BRICK))
    wall_kind = _CONCRETE if offices and draws.chance(0.7) else wall_kind
    wall = draws.pick(wall_kind)
    shade = draws.between(0.85, 1.08)
    wall = (min(1.0, wall[0] * shade), min(1.0, wall[1] * shade), min(1.0, wall[2] * shade))
    colours = (wall, draws.pick(_TRIMS), draws.pick(_TILES), draws.pick(_SHOPS))
    front, length = street.frontage + back, end - start
    windows = max(1, round(length / draws.between(2.2, 3.4)))
    look = (
        length / windows,
        draws.between(0.62, 0.9) if offices else draws.between(0.34, 0.55),
        floor,
        draws.between(0.5, 0.75) if offices else draws.between(0.45, 0.6),
        ground,
        1.0 if shop else 0.0,
        draws.between(0.0, 1000.0),
        1.0 if wall_kind is _BRICK else 0.0,
        windows / 2,
    )
    middle = (start + end) / 2
    x = side * (front + depth / 2)
    walls = Placed(
        "walls", (x, 0.0, middle), "building", colours, 0.0, (depth, height, length), look=look
    )
    placed = [walls]
    if suburb or (not offices and draws.chance(0.35)):
        roof = "roof across" if suburb and draws.chance(0.4) else "roof"
        rise = draws.between(0.3, 0.5) * (length if roof == "roof across" else depth)
        rise = min(rise, 4.5)
        size = (depth + 0.8, rise, length + 0.1)
        placed.append(Placed(roof, (x, height - 0.1, middle), "building", colours, 0.0, size))
        if draws.chance(0.6):
            at = (x + side * 0.5, height + rise - 1.2, middle + draws.between(-0.3, 0.3) * length)
            placed.append(
                Placed("chimney", at, "building", ((0.45, 0.28, 0.22),), 0.0, (0.7, 2.2, 0.9))
            )
    else:
        size = (depth + 0.7, 0.45, length)
        placed.append(Placed("ledge", (x, height - 0.3, middle), "building", colours, 0.0, size))
    if shop and draws.chance(0.6):
        tint = draws.pick(
            (
                (0.70, 0.16, 0.14),
                (0.13, 0.33, 0.22),
                (0.85, 0.82, 0.75),
                (0.15, 0.25, 0.50),
                (0.80, 0.55, 0.15),
            )
        )
        placed.append(
            Placed(
                "awning",
                (side * (front - 0.6), 2.65, middle),
                "building",
                (wall, wall, tint),
                -side * math.pi / 2,
                (length * draws.between(0.4, 0.9), 0.5, 1.2),
            )
        )
    return placed


def _vista(street: Street, draws: Draws) -> list[Placed]:
    """Draw what closes the view at the far end of the street."""
    placed = []
    x = -80.0
    while x < 80.0:
        width = draws.between(12.0, 26.0)
        height = draws.between(8.0, 22.0 if street.style != "suburb" else 12.0)
        wall = draws.pick(_PLASTER if street.style != "offices" else _CONCRETE)
        look = (3.0, 0.45, 3.1, 0.5, 3.1, 0.0, draws.between(0.0, 1000.0), 0.0, 0.0)
        z = FARTHEST - draws.between(0.0, 15.0)
        if street.style == "suburb" and draws.chance(0.7):
            placed.append(
                Placed(
                    "tree 0, far",
                    (x + width / 2, 0.0, z),
                    "vegetation",
                    ((0.20, 0.30, 0.14), (0.3, 0.25, 0.2)),
                    0.0,
                    (width / 4.5, height / 8.0, 3.0),
                )
            )
        else:
            colours = (wall, wall, draws.pick(_TILES), wall)
            size = (width, height, 10.0)
            at = (x + width / 2, 0.0, z)
            placed.append(Placed("walls", at, "building", colours, 0.0, size, look=look))
        x += width
    return placed
