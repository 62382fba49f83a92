"""A sea turtle: the shape. `turtle_colours` paints it."""

from __future__ import annotations

from functools import partial

import numpy as np

from pyfrontiers.physical.objects import turtle_colours as colours
from pyfrontiers.physical.objects.atlas import assemble
from pyfrontiers.physical.objects.curves import ellipsoid, smooth_curve, swept
from pyfrontiers.physical.objects.object import TexturedObject
from pyfrontiers.physical.objects.parts import Chart, Part, ball_like, tube

__all__ = ["CLASSES", "turtle"]

CLASSES = (33, 34, 35, 36, 37)
"""Loggerhead, leatherback, mud turtle, terrapin, box turtle."""

_ORIGIN = (0.15, 0.0, 0.05)  # the turtle turns about its middle

_TEXTURE = (512, 512)
_HEIGHT, _DEPTH = 0.42, 0.17  # of the carapace above the rim, of the plastron below it


def turtle() -> TexturedObject:
    """Return a sea turtle with a domed carapace, four flippers, a beaked head and a plastron.

    One unit is half the length of the carapace. The texture has 512 x 512 texels.
    """
    parts = [_shell(), _head(), _tail()]
    for side in (1, -1):
        parts += [_front_flipper(side), _rear_flipper(side), _eye(side)]
    mesh, texture = assemble(parts, _TEXTURE, origin=_ORIGIN)
    return TexturedObject("turtle", mesh, texture, CLASSES)


def outline(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the width of the shell (N,) relative to a circle: broad in front, narrow behind."""
    forward = x / np.maximum(np.hypot(x, y), 1e-9)
    width: np.ndarray = 0.80 * (1 + 0.10 * forward - 0.06 * forward**2)
    return width


def _disc(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y and the radius of a disc's coordinates; points outside move to the rim."""
    x, y = 2 * u - 1, 2 * v - 1
    radius = np.hypot(x, y)
    inside = np.maximum(radius, 1.0)
    return x / inside, y / inside, np.minimum(radius, 1.0)


def _carapace_at(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    x, y, radius = _disc(u, v)
    dome = _HEIGHT * (1 - radius**2.3) + 0.03 * np.exp(-((y / 0.12) ** 2)) * (1 - radius**2)
    return np.stack([x, y * outline(x, y), dome], axis=1)


def _plastron_at(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    x, y, radius = _disc(u, v)
    return np.stack([x, y * outline(x, y), -_DEPTH * (1 - radius**4)], axis=1)


def _shell() -> Part:
    top = Chart((288, 248), _carapace_at, colours.carapace)
    bottom = Chart((190, 162), _plastron_at, colours.plastron)
    return ball_like(top, bottom, rings=32, segments=96)


def _limb(path: np.ndarray, width: np.ndarray, height: np.ndarray, size: tuple[int, int]) -> Part:
    def place(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return swept(u, v, path, width, height)

    return tube(Chart(size, place, colours.skin), around=32, along=40)


def _blade(largest: float, *, at: float, base: float) -> np.ndarray:
    """Return half-widths along a flipper: rounded at both ends, widest at a share of its length."""
    v = np.linspace(0, 1, 81)
    toward_tip = np.sqrt((1 - ((v - at) / (1 - at)).clip(0, 1) ** 2).clip(0, 1)) ** 1.3
    toward_body = base + (1 - base) * np.sin(np.pi / 2 * (v / at).clip(0, 1))
    root = np.sqrt(1 - (1 - (v / 0.06).clip(0, 1)) ** 2)
    widths: np.ndarray = largest * toward_tip * toward_body * root
    return widths


def _front_flipper(side: int) -> Part:
    path = np.array(
        [
            [0.60, 0.42, 0.00],
            [0.78, 0.78, -0.10],
            [0.74, 1.10, -0.16],
            [0.48, 1.33, -0.18],
            [0.06, 1.44, -0.12],
        ]
    ) * np.array([1, side, 1])
    return _limb(
        path,
        _blade(0.205, at=0.42, base=0.70),
        _blade(0.060, at=0.30, base=0.95),
        (96, 172),
    )


def _rear_flipper(side: int) -> Part:
    path = np.array(
        [[-0.66, 0.36, 0.02], [-0.86, 0.50, -0.11], [-1.02, 0.60, -0.14], [-1.17, 0.64, -0.13]]
    ) * np.array([1, side, 1])
    return _limb(
        path, _blade(0.165, at=0.60, base=0.60), _blade(0.050, at=0.30, base=0.95), (70, 84)
    )


def _head() -> Part:
    knots = [0.0, 0.04, 0.30, 0.50, 0.68, 0.81, 0.92, 0.975, 1.0]
    width = [0.0, 0.120, 0.160, 0.205, 0.228, 0.195, 0.130, 0.062, 0.0]
    height = [0.0, 0.090, 0.115, 0.165, 0.185, 0.165, 0.120, 0.060, 0.0]
    v = np.linspace(0, 1, 81)
    path = np.array(
        [[0.55, 0, -0.03], [0.82, 0, -0.05], [1.08, 0, -0.01], [1.345, 0, 0.05], [1.61, 0, -0.02]]
    )

    def place(u: np.ndarray, v_: np.ndarray) -> np.ndarray:
        sections = [smooth_curve(v, knots, np.array(each)).clip(0) for each in (width, height)]
        return swept(u, v_, path, sections[0], sections[1])

    return tube(
        Chart((150, 120), place, colours.head),
        around=40,
        along=40,
    )


def _tail() -> Part:
    path = np.array([[-0.84, 0, 0.02], [-1.02, 0, -0.05], [-1.2, 0, -0.10]])
    return _limb(path, _blade(0.075, at=0.2, base=1.0), _blade(0.05, at=0.2, base=1.0), (40, 30))


def _eye(side: int) -> Part:
    centre = np.array([1.335, 0.178 * side, 0.115])
    place = partial(ellipsoid, centre=centre.tolist(), radii=(0.050, 0.042, 0.046))
    return tube(Chart((24, 24), place, colours.eye), around=16, along=10)
