"""People and cyclists, made of tapered limbs. They stand on y = 0 and face +z."""

from __future__ import annotations

import itertools
import math
from typing import Final

from pyfrontiers.scenes.models.triangles import Array, Colour, Part, ball, box, join, limb, part

__all__ = ["cyclist", "person"]

TOP, TROUSERS, SKIN, HAIR = range(4)
"""Slots of a figure's own colours."""

_SHOES: Final[Colour] = (0.10, 0.09, 0.09)
_METAL: Final[Colour] = (0.14, 0.15, 0.18)


def _solid(made: tuple[Array, Array], **look: object) -> Part:
    points, normals = made
    return part(points, normals=normals, **look)  # type: ignore[arg-type]


def person(stride: float, level: int, bag: bool = False, coat: bool = False) -> Part:
    """Return a walking person, 1.75 m tall.

    Args:
        stride: half the angle between the legs, in radians; 0: standing.
        level: 1: in detail; 0: for the distance.
        bag: whether a bag hangs at the right hand.
        coat: whether the top reaches the knees.
    """
    parts = []
    sides, waist = (4, 7) if level else (3, 5)
    for sign in (-1.0, 1.0):
        swing = sign * math.sin(stride)
        hip, knee = (0.09 * sign, 0.88, 0.0), (0.10 * sign, 0.48, 0.42 * swing + 0.03)
        foot = (0.10 * sign, 0.07, 0.80 * swing)
        parts += [
            _solid(limb(hip, knee, (0.105, 0.075), sides, caps=False), slot=TROUSERS),
            _solid(limb(knee, foot, (0.075, 0.05), sides, caps=False), slot=TROUSERS),
            part(
                box((foot[0] - 0.05, 0.0, foot[2] - 0.07), (foot[0] + 0.05, 0.09, foot[2] + 0.17)),
                colour=_SHOES,
            ),
        ]
        shoulder, hand = (0.21 * sign, 1.40, 0.0), (0.27 * sign, 0.86, -0.55 * swing + 0.06)
        elbow = (0.27 * sign, 1.12, -0.25 * swing - 0.02)
        parts += [
            _solid(limb(shoulder, elbow, (0.065, 0.05), sides, caps=False), slot=TOP),
            _solid(limb(elbow, hand, (0.05, 0.04), sides, caps=False), slot=TOP),
        ]
    hem = 0.55 if coat else 0.84
    parts += [
        _solid(limb((0, hem, 0), (0, 1.15, 0), (0.20 if coat else 0.165, 0.15), waist), slot=TOP),
        _solid(limb((0, 1.15, 0), (0, 1.46, 0), (0.15, 0.19), waist), slot=TOP),
        _solid(limb((0, 1.44, 0), (0, 1.55, 0), (0.06, 0.055), sides, caps=False), slot=SKIN),
        _solid(ball((0, 1.63, 0.01), (0.085, 0.12, 0.10), 0), slot=SKIN),
        _solid(ball((0, 1.67, -0.02), (0.092, 0.10, 0.105), 0), slot=HAIR),
    ]
    if bag:
        parts.append(part(box((0.24, 0.45, -0.14), (0.34, 0.80, 0.16)), colour=(0.32, 0.2, 0.12)))
    return join(*parts)


def cyclist(lean: float, level: int) -> Part:
    """Return a person on a bicycle.

    Args:
        lean: how far the shoulders are ahead of the hips, in metres.
        level: 1: in detail; 0: for the distance.
    """
    sides, waist, spokes = (4, 7, 12) if level else (3, 5, 7)
    rear, front, radius = (0.0, 0.34, -0.52), (0.0, 0.34, 0.55), 0.33
    seat, bars, pedals = (0.0, 0.93, -0.22), (0.0, 1.02, 0.42), (0.0, 0.30, -0.05)
    tubes = [
        *((rear, pedals), (rear, (0.0, 0.82, -0.20)), (pedals, (0.0, 0.93, -0.22))),
        *((pedals, (0.0, 0.84, 0.36)), ((0.0, 0.80, -0.20), (0.0, 0.86, 0.36)), (front, bars)),
        ((-0.26, 1.03, 0.40), (0.26, 1.03, 0.40)),
    ]
    parts = [_solid(limb(a, b, (0.022, 0.022), 3, caps=False), colour=_METAL) for a, b in tubes]
    for centre in (rear, front):
        rim = [
            (0.0, centre[1] + radius * math.sin(t), centre[2] + radius * math.cos(t))
            for t in (2 * math.pi * k / spokes for k in range(spokes + 1))
        ]
        parts += [
            _solid(limb(a, b, (0.025, 0.025), 3, caps=False), colour=(0.06, 0.06, 0.07))
            for a, b in itertools.pairwise(rim)
        ]
    shoulders = (0.0, 1.45, seat[2] + lean)
    for sign in (-1.0, 1.0):
        hip, knee = (0.10 * sign, 0.98, seat[2]), (0.12 * sign, 0.70 + 0.10 * sign, 0.16)
        foot = (0.12 * sign, 0.30 + 0.16 * sign, -0.05)
        shoulder = (0.19 * sign, 1.40, shoulders[2])
        parts += [
            _solid(limb(hip, knee, (0.105, 0.075), sides, caps=False), slot=TROUSERS),
            _solid(limb(knee, foot, (0.075, 0.05), sides, caps=False), slot=TROUSERS),
            part(
                box(
                    (foot[0] - 0.05, foot[1] - 0.08, foot[2] - 0.08),
                    (foot[0] + 0.05, foot[1] + 0.02, foot[2] + 0.16),
                ),
                colour=_SHOES,
            ),
            _solid(
                limb(shoulder, (0.24 * sign, 1.05, 0.38), (0.062, 0.04), sides, caps=False),
                slot=TOP,
            ),
        ]
    head = (0.0, 1.66, shoulders[2] + 0.08)
    parts += [
        _solid(limb((0.0, 0.95, seat[2]), shoulders, (0.16, 0.19), waist), slot=TOP),
        _solid(ball(head, (0.085, 0.12, 0.10), 0), slot=SKIN),
        _solid(
            ball((head[0], head[1] + 0.045, head[2] - 0.015), (0.105, 0.10, 0.125), 0),
            slot=HAIR,
        ),
        part(box((-0.08, 0.90, -0.34), (0.08, 0.97, -0.12)), colour=_SHOES),
    ]
    return join(*parts)
