"""Cars of several shapes and vans: a body and a cabin, extruded from their side views.

A vehicle stands on y = 0 with its centre at the origin and drives towards +z.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pyfrontiers.scenes.models.triangles import (
    FRONT_LIGHT,
    GLASS,
    REAR_LIGHT,
    Array,
    Colour,
    Part,
    box,
    extruded,
    fan,
    join,
    outward,
    part,
    without_floor,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.scenes.models.vehicle_outlines import Shape

__all__ = ["vehicle"]

_GLASS: Final[Colour] = (0.13, 0.16, 0.20)
_TRIM: Final[Colour] = (0.09, 0.09, 0.10)
_TYRE: Final[Colour] = (0.07, 0.07, 0.08)
_HUB: Final[Colour] = (0.62, 0.63, 0.66)
_PLATE: Final[Colour] = (0.92, 0.92, 0.86)


def vehicle(shape: Shape, level: int = 1) -> Part:
    """Return the triangles of a vehicle; slot 0 is its paint.

    Args:
        shape: its side view.
        level: 1: in detail; 0: for the distance.
    """
    body_half, roof_half = shape.half_width
    body = part(extruded(np.array(shape.body), np.full(len(shape.body), body_half)), slot=0)
    cabin = np.array(shape.cabin)
    halves = np.array([body_half - 0.05, roof_half, roof_half, body_half - 0.05])
    return join(
        body,
        part(without_floor(extruded(cabin, halves)), slot=0),
        *_windows(shape, cabin, halves),
        *_ends(shape, body_half, box if level else _panel),
        *_wheels(shape, body_half, level),
    )


def _windows(shape: Shape, cabin: Array, halves: Array) -> list[Part]:
    """Panes one centimetre above the cabin."""
    rear, rear_roof, front_roof, front = cabin
    panes = [_across(front, front_roof, halves[3], halves[2], 0.08, 0.10)]
    if not shape.panelled:
        panes.append(_across(rear, rear_roof, halves[0], halves[1], 0.14, 0.10))
    for sign in (-1.0, 1.0):
        low, high = 0.10, 0.84

        def at(z_low: float, z_high: float, share: float, sign: float = sign) -> list[float]:
            half = halves[0] + share * (halves[1] - halves[0]) + 0.012
            height = rear[1] + share * (rear_roof[1] - rear[1])
            return [sign * half, height, z_low + share * (z_high - z_low)]

        middle = shape.pillar
        spans = [((middle + 0.06, middle + 0.06), (front[0] - 0.16, front_roof[0] - 0.05))]
        if not shape.panelled:
            spans.append(((rear[0] + 0.20, rear_roof[0] + 0.10), (middle - 0.06, middle - 0.06)))
        for behind, ahead in spans:
            ring = [at(*behind, low), at(*ahead, low), at(*ahead, high), at(*behind, high)]
            panes.append(outward(fan(np.array(ring)), (0.0, 1.2, middle)))
    return [part(pane, colour=_GLASS, kind=GLASS) for pane in panes]


def _across(
    base: Array, roof: Array, half_base: float, half_roof: float, side: float, end: float
) -> Array:
    """Return a windscreen or rear window, inset by shares of its size."""
    rows = []
    for share in (end, 1.0 - end):
        z, y = base + share * (roof - base)
        half = (half_base + share * (half_roof - half_base)) * (1.0 - side)
        rows.append((z + math.copysign(0.015, base[0] - roof[0]), y + 0.012, half))
    (z0, y0, h0), (z1, y1, h1) = rows
    ring = [(-h0, y0, z0), (h0, y0, z0), (h1, y1, z1), (-h1, y1, z1)]
    return outward(fan(np.array(ring)), (0.0, 0.8, 0.0))


def _panel(low: tuple[float, float, float], high: tuple[float, float, float]) -> Array:
    """Return the outer face of a box at the front or the rear: two triangles."""
    z = high[2] if high[2] > 0 else low[2]
    ring = [
        (x, y, z) for x, y in ((low[0], low[1]), (high[0], low[1]), high[:2], (low[0], high[1]))
    ]
    return outward(fan(np.array(ring)), (0.0, 0.5, 0.0))


def _ends(shape: Shape, half: float, solid: Callable[..., Array]) -> list[Part]:
    """Lights, plates and bumpers at both ends."""
    outline = np.array(shape.body)
    rear, front = outline[:, 0].min(), outline[:, 0].max()
    top = float(outline[1:-1, 1].max())
    bonnet = float(outline[-3, 1])
    parts = []
    for z, kind, colour, height in (
        (front, FRONT_LIGHT, (0.90, 0.90, 0.86), bonnet - 0.24),
        (rear, REAR_LIGHT, (0.62, 0.05, 0.05), top - 0.26),
    ):
        out = 0.03 if z > 0 else -0.03
        for sign in (-1.0, 1.0):
            inner, outer = sorted((sign * (half - 0.36), sign * (half + 0.01)))
            lamp = solid(
                (inner, height, min(z, z + out) - 0.10), (outer, height + 0.17, max(z, z + out))
            )
            parts.append(part(lamp, colour=colour, kind=kind))
        low, high = min(z, z + 1.3 * out), max(z, z + 1.3 * out)
        parts.append(
            part(solid((-half - 0.01, 0.30, low - 0.05), (half + 0.01, 0.48, high)), colour=_TRIM)
        )
        parts.append(part(solid((-0.26, 0.50, low - 0.02), (0.26, 0.62, high)), colour=_PLATE))
    if solid is box:
        under = box((-half + 0.12, 0.16, rear + 0.15), (half - 0.12, 0.32, front - 0.15))
        parts.append(part(under, colour=_TRIM))
    grille = solid((-0.45, 0.56, front - 0.05), (0.45, bonnet - 0.14, front + 0.02))
    return [*parts, part(grille, colour=_TRIM)]


def _wheels(shape: Shape, half: float, level: int) -> list[Part]:
    """Wheels with treads and hubs; in the distance, discs."""
    rear, front, radius = shape.axles
    sides = 10 if level else 6
    turn = np.arange(sides) * (2 * math.pi / sides)
    parts = []
    for z in (rear, front):
        for sign in (-1.0, 1.0):

            def disc(r: float, x: float, z: float = z) -> Array:
                ring = [(x, radius + r * math.sin(t), z + r * math.cos(t)) for t in turn]
                return outward(fan(np.array(ring)), (0.0, radius, z))

            outer = sign * (half + 0.015)
            ring = np.array([(radius * math.sin(t), radius * math.cos(t)) for t in turn])
            tread = [
                np.array(
                    [
                        (sign * x, radius + y, z + w)
                        for x, (y, w) in ((half - 0.2, a), (half, a), (half, b), (half - 0.2, b))
                    ]
                )
                for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True)
            ]
            centre = (sign * (half - 0.1), radius, z)
            treads = np.concatenate([outward(fan(quad), centre) for quad in tread])
            parts.append(part(disc(radius, outer), colour=_TYRE))
            if level:
                parts += [
                    part(disc(radius + 0.06, sign * (half + 0.006)), colour=_TRIM),
                    part(disc(0.6 * radius, outer + sign * 0.006), colour=_HUB),
                    part(treads, colour=_TYRE),
                ]
    return parts
