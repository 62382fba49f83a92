"""Side views of cars and vans."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["CARS", "VANS", "Shape"]


class Shape(NamedTuple):
    """The side view of a vehicle.

    Attributes:
        body: outline below the windows, (z, y) in metres.
        cabin: rear base, rear roof, front roof and front base of the cabin, (z, y).
        half_width: half the width of the body and of the roof.
        axles: z of the rear and the front axle, and the wheels' radius.
        pillar: z of the pillar between the doors; the panel behind it is metal if `panelled`.
        panelled: whether the sides and the back have no windows behind the pillar.
    """

    body: tuple[tuple[float, float], ...]
    cabin: tuple[tuple[float, float], ...]
    half_width: tuple[float, float]
    axles: tuple[float, float, float]
    pillar: float
    panelled: bool = False


def _body(
    rear: float, front: float, belt: float, bonnet: float, boot: float
) -> tuple[tuple[float, float], ...]:
    return (
        (rear + 0.08, 0.28),
        (rear, 0.55),
        (rear + 0.06, boot),
        (rear + 0.55, belt),
        (front - 1.25, belt),
        (front - 0.22, bonnet),
        (front, bonnet - 0.22),
        (front - 0.06, 0.28),
    )


CARS: Final[dict[str, Shape]] = {
    "saloon": Shape(
        _body(-2.3, 2.25, 0.97, 0.82, 0.95),
        ((-1.75, 0.96), (-0.95, 1.43), (0.20, 1.46), (1.10, 0.96)),
        (0.90, 0.60),
        (-1.40, 1.38, 0.33),
        -0.25,
    ),
    "hatchback": Shape(
        _body(-1.95, 1.95, 0.98, 0.84, 0.93),
        ((-1.88, 0.97), (-1.45, 1.47), (0.10, 1.50), (1.00, 0.97)),
        (0.87, 0.60),
        (-1.25, 1.22, 0.31),
        -0.35,
    ),
    "estate": Shape(
        _body(-2.35, 2.25, 0.98, 0.83, 0.95),
        ((-2.28, 0.97), (-1.95, 1.46), (0.15, 1.50), (1.08, 0.97)),
        (0.90, 0.63),
        (-1.40, 1.38, 0.33),
        -0.30,
    ),
    "off-roader": Shape(
        _body(-2.25, 2.30, 1.12, 1.02, 1.08),
        ((-2.20, 1.11), (-1.95, 1.72), (0.25, 1.76), (0.98, 1.11)),
        (0.95, 0.72),
        (-1.38, 1.40, 0.38),
        -0.35,
    ),
    "sports car": Shape(
        _body(-2.15, 2.20, 0.86, 0.70, 0.86),
        ((-1.70, 0.85), (-0.70, 1.22), (0.00, 1.24), (0.98, 0.85)),
        (0.93, 0.56),
        (-1.30, 1.35, 0.33),
        -0.30,
    ),
}
"""Side views of cars, by name."""

VANS: Final[dict[str, Shape]] = {
    "delivery van": Shape(
        (
            (-2.65, 0.35),
            (-2.70, 0.60),
            (-2.70, 1.10),
            (1.65, 1.12),
            (2.55, 0.98),
            (2.70, 0.75),
            (2.66, 0.35),
        ),
        ((-2.69, 1.10), (-2.60, 2.35), (0.95, 2.38), (1.85, 1.11)),
        (1.00, 0.88),
        (-1.65, 1.75, 0.36),
        0.55,
        panelled=True,
    ),
    "minibus": Shape(
        (
            (-2.45, 0.35),
            (-2.50, 0.60),
            (-2.48, 1.05),
            (1.55, 1.06),
            (2.35, 0.95),
            (2.50, 0.72),
            (2.46, 0.35),
        ),
        ((-2.47, 1.05), (-2.36, 1.93), (0.85, 1.96), (1.75, 1.05)),
        (0.97, 0.82),
        (-1.50, 1.60, 0.34),
        0.35,
    ),
}
"""Side views of vans, by name."""
