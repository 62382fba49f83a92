"""Cars, vans, cyclists and people on the street."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from pyfrontiers.scenes.models.objects import Placed
from pyfrontiers.scenes.models.vehicle_outlines import CARS, VANS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.scenes.layout.draws import Draws
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Colour

FARTHEST_THING: Final = 90.0
DETAILED: Final = 13.0
"""Things beyond this z have fewer triangles."""

_PAINTS: Final[tuple[Colour, ...]] = (
    *((0.90, 0.90, 0.90), (0.75, 0.76, 0.78), (0.45, 0.47, 0.50), (0.13, 0.13, 0.14)),
    *((0.62, 0.08, 0.08), (0.10, 0.20, 0.48), (0.16, 0.32, 0.55), (0.30, 0.34, 0.38)),
    *((0.80, 0.76, 0.66), (0.10, 0.30, 0.22), (0.85, 0.60, 0.12), (0.32, 0.16, 0.14)),
)
_VAN_PAINTS: Final[tuple[Colour, ...]] = (
    *((0.92, 0.92, 0.92), (0.90, 0.90, 0.88), (0.85, 0.65, 0.10), (0.20, 0.32, 0.55)),
)
_CLOTHES: Final[tuple[Colour, ...]] = (
    *((0.70, 0.12, 0.12), (0.15, 0.25, 0.55), (0.12, 0.12, 0.14), (0.85, 0.80, 0.70)),
    *((0.20, 0.45, 0.30), (0.85, 0.65, 0.15), (0.45, 0.25, 0.50), (0.55, 0.55, 0.58)),
)
_TROUSERS: Final[tuple[Colour, ...]] = (
    *((0.12, 0.14, 0.25), (0.10, 0.10, 0.11), (0.35, 0.30, 0.24), (0.22, 0.28, 0.42)),
)
_SKINS: Final[tuple[Colour, ...]] = (
    *((0.90, 0.70, 0.58), (0.80, 0.58, 0.45), (0.55, 0.36, 0.26), (0.36, 0.24, 0.18)),
)
_HAIR: Final[tuple[Colour, ...]] = (
    *((0.10, 0.08, 0.07), (0.28, 0.18, 0.10), (0.60, 0.48, 0.28), (0.45, 0.44, 0.43)),
)


class Mover(NamedTuple):
    """A thing before it has a number.

    Attributes:
        kind: its class.
        shape: its shape in the library.
        x: right of the road's centre line, in metres.
        z: ahead of the camera, in metres.
        heading: where it faces; 0: ahead.
        size: its scale.
        colours: its colours.
    """

    kind: str
    shape: str
    x: float
    z: float
    heading: float
    size: tuple[float, float, float]
    colours: tuple[Colour, ...]


def draw_things(street: Street, draws: Draws) -> list[Mover]:
    """Draw the things, nearest first."""
    busy = draws.between(0.3, 1.0)
    movers = [*_driving(street, draws, busy), *_parked(street, draws), *_cyclists(street, draws)]
    movers += _people(street, draws, busy)
    return sorted(movers, key=lambda mover: mover.z)


def place_things(
    street: Street, movers: list[Mover], move: Mapping[int, tuple[float, float]]
) -> list[Placed]:
    """Give things their numbers, 1 for the nearest, and the places that `move` says."""
    placed = []
    for instance, mover in enumerate(movers, 1):
        x, z = move.get(instance, (mover.x, mover.z))
        far = z > DETAILED
        placed.append(
            Placed(
                mover.shape + (", far" if far else ""),
                (x, street.ground(x, z), z),
                mover.kind,
                mover.colours,
                mover.heading,
                mover.size,
                instance,
            )
        )
    return placed


def _vehicle(draws: Draws, x: float, z: float, heading: float) -> Mover:
    van = draws.chance(0.16)
    shape = draws.pick(tuple(VANS if van else CARS))
    paint = draws.pick(_VAN_PAINTS if van else _PAINTS)
    size = draws.between(0.95, 1.05)
    return Mover("van" if van else "car", shape, x, z, heading, (size, size, size), (paint,))


def _driving(street: Street, draws: Draws, busy: float) -> list[Mover]:
    movers = []
    for lane in range(street.lanes):
        for side in (1, -1):
            z = draws.between(9.0, 22.0) if side > 0 else draws.between(5.5, 30.0)
            while z < FARTHEST_THING:
                x = side * (lane + 0.5) * street.lane + draws.between(-0.25, 0.25)
                heading = (0.0 if side > 0 else math.pi) + draws.between(-0.03, 0.03)
                movers.append(_vehicle(draws, x, z, heading))
                z += draws.between(6.5, 14.0) / busy + (0.25 * z if draws.chance(0.5) else 0.0)
    return movers


def _parked(street: Street, draws: Draws) -> list[Mover]:
    movers = []
    if street.parking:
        for side in (1, -1):
            full = draws.between(0.4, 0.95)
            z = draws.between(4.8, 9.0)
            while z < 75.0:
                near_crossing = street.crossing and (
                    street.crossing[0] - 4.0 < z < street.crossing[1] + 4.0
                )
                near_zebra = street.zebra is not None and abs(z - street.zebra) < 4.5
                x = side * (street.half_road - 1.1) + draws.between(-0.12, 0.12)
                heading = (0.0 if side > 0 else math.pi) + draws.between(-0.03, 0.03)
                if draws.chance(full) and not near_crossing and not near_zebra:
                    movers.append(_vehicle(draws, x, z, heading))
                z += draws.between(5.5, 6.4)
    return movers


def _cyclists(street: Street, draws: Draws) -> list[Mover]:
    movers = []
    for _ in range(draws.pick((0, 0, 1, 1, 2, 3))):
        side = draws.pick((1, 1, -1))
        x = side * (street.lanes * street.lane - draws.between(0.15, 0.45))
        z = draws.between(5.5, 38.0)
        heading = (0.0 if side > 0 else math.pi) + draws.between(-0.12, 0.12)
        shape = draws.pick(("cyclist", "cyclist upright"))
        movers.append(Mover("cyclist", shape, x, z, heading, (1.0, 1.0, 1.0), _dressed(draws)))
    return movers


def _people(street: Street, draws: Draws, busy: float) -> list[Mover]:
    movers: list[Mover] = []
    for _ in range(int(2 + 10 * busy * draws.between(0.3, 1.0))):
        crossing = street.zebra is not None and draws.chance(0.25)
        if crossing:
            x = draws.between(-street.half_road, street.half_road)
            z = (street.zebra or 0.0) + draws.between(-1.2, 1.2)
            heading = draws.pick((-1.0, 1.0)) * math.pi / 2 + draws.between(-0.2, 0.2)
        else:
            side = draws.pick((1, -1))
            x = side * (street.pavement_start + draws.between(0.4, street.pavement - 0.3))
            z = draws.between(5.0, 22.0) if draws.chance(0.5) else draws.between(10.0, 55.0)
            heading = draws.pick((0.0, math.pi)) + draws.between(-0.35, 0.35)
        tall = draws.between(0.92, 1.08) if draws.chance(0.88) else draws.between(0.62, 0.8)
        wide = tall * draws.between(0.92, 1.12)
        shape = f"person {draws.pick(range(8))}"
        movers.append(Mover("person", shape, x, z, heading, (wide, tall, tall), _dressed(draws)))
    return movers


def _dressed(draws: Draws) -> tuple[Colour, ...]:
    return tuple(draws.pick(choices) for choices in (_CLOTHES, _TROUSERS, _SKINS, _HAIR))
