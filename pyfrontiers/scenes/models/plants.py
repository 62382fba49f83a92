"""Trees, hedges and lamp posts. They stand on y = 0 and are scaled where they are planted."""

from __future__ import annotations

import numpy as np

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.scenes.models.triangles import (
    LAMP,
    LEAVES,
    Part,
    ball,
    box,
    join,
    limb,
    part,
    without_floor,
)

__all__ = ["conifer", "hedge", "lamp_post", "tree"]

FOLIAGE, BARK = 0, 1
"""Slots of a plant's own colours."""

_SEED = 0x7EE5


def _numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    count = int(np.prod(shape))
    return uniform(count, seed=fold_in(_SEED, seed)).numpy().reshape(shape) * 2 - 1


def tree(variant: int, level: int) -> Part:
    """Return a broad-leaved tree, 8 m tall: crowns of overlapping, uneven balls of leaves.

    Args:
        variant: which of the trees.
        level: 1: in detail; 0: for the distance.
    """
    at = _numbers((6, 4), variant)
    parts = []
    for k, (x, y, z, size) in enumerate(at[: 6 if level else 3]):
        angle = 2.4 * k
        centre = (
            1.25 * np.cos(angle) + 0.4 * x,
            5.6 + 1.3 * y + (0.5 if k == 0 else 0.0),
            1.25 * np.sin(angle) + 0.4 * z,
        )
        radius = 1.55 + 0.35 * size
        points, normals = ball((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), level)
        # The same vertex moves by the same amount in every face.
        dent = np.sin(points @ np.array([5.1, 3.7, 4.3]) + variant + k)
        points = points * (radius * (1 + 0.16 * dent))[..., None] + np.array(centre)
        parts.append(part(points, normals=normals, slot=FOLIAGE, kind=LEAVES))
    sides = 6 if level else 4
    trunk, normals = limb((0.0, 0.0, 0.0), (0.1, 4.6, 0.0), (0.20, 0.12), sides, caps=False)
    return join(*parts, part(trunk, normals=normals, slot=BARK))


def conifer(level: int) -> Part:
    """Return a conifer, 9 m tall."""
    parts = []
    for base, top, radius in ((1.2, 4.6, 2.0), (3.2, 6.8, 1.6), (5.2, 9.0, 1.15)):
        cone, normals = limb((0, base, 0), (0, top, 0), (radius, 0.05), 9 if level else 6)
        parts.append(part(cone, normals=normals, slot=FOLIAGE, kind=LEAVES))
    trunk, normals = limb((0, 0, 0), (0, 1.6, 0), (0.2, 0.18), 5, caps=False)
    return join(*parts, part(trunk, normals=normals, slot=BARK))


def hedge() -> Part:
    """Return a hedge of unit size: 1 m tall, wide and long."""
    points = without_floor(box((-0.5, 0.0, -0.5), (0.5, 1.0, 0.5)))
    return part(points, slot=FOLIAGE, kind=LEAVES)


def lamp_post(level: int) -> Part:
    """Return a lamp post, 7 m tall, whose arm reaches 1.6 m towards +x; slot 0 is its paint."""
    sides = 6 if level else 3
    pole, normals = limb((0, 0, 0), (0, 6.8, 0), (0.10, 0.06), sides, caps=False)
    arm, arm_normals = limb((0, 6.7, 0), (1.25, 7.0, 0), (0.05, 0.04), sides, caps=False)
    foot, foot_normals = limb((0, 0, 0), (0, 1.0, 0), (0.15, 0.14), sides)
    posts = [part(pole, normals=normals, slot=0)]
    if level:
        posts.append(part(foot, normals=foot_normals, slot=0))
    return join(
        *posts,
        part(arm, normals=arm_normals, slot=0),
        part(box((1.0, 6.96, -0.13), (1.65, 7.08, 0.13)), slot=0),
        part(box((1.05, 6.90, -0.11), (1.62, 6.96, 0.11)), colour=(0.9, 0.88, 0.8), kind=LAMP),
    )
