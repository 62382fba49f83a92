"""What surfaces look like close up: lane markings, paving, leaves, tiles; and noise for all."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pyfrontiers.kernels import uniform

if TYPE_CHECKING:
    from pyfrontiers.scenes.drawing.light import Light
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Array

_SIDE: Final = 256
_CONTACT: Final = 0.45
"""Metres from a thing at which the ground is as bright as elsewhere."""
_RUN: Final = 32
"""Neighbouring samples that are compared with a thing at once."""


class Canvas(NamedTuple):
    """The samples of a picture while surfaces are applied to them.

    Attributes:
        colours: (3, P) linear colours.
        grain: (P,) factors of the colours.
        glow: (3, P) emitted light.
    """

    colours: Array
    grain: Array
    glow: Array

    def put(self, at: Array, colour: Array) -> None:
        """Set the (3,) or (3, n) colours of samples, whose grain becomes 1."""
        self.grain[at] = 1.0
        place(self.colours, at, colour)


class Surface(NamedTuple):
    """Pixels of one kind of surface.

    Attributes:
        at: their positions in the flattened picture.
        u: horizontal texture coordinate, in metres.
        v: vertical texture coordinate, in metres.
        depth: in metres.
    """

    at: Array
    u: Array
    v: Array
    depth: Array


@functools.cache
def speckle() -> Array:
    """White noise: 65,536 numbers in [0, 1)."""
    noise: Array = uniform(_SIDE * _SIDE, seed=0xC0FFEE).numpy()
    return noise


@functools.cache
def mottle() -> Array:
    """Noise with larger and smaller spots that repeats after 256 steps: mean 0, deviation 1."""
    white = np.fft.rfft2(uniform(_SIDE * _SIDE, seed=0xBEEF).numpy().reshape(_SIDE, _SIDE))
    rows, columns = np.fft.fftfreq(_SIDE)[:, None], np.fft.rfftfreq(_SIDE)[None]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    spots = np.fft.irfft2(white / (frequency + 0.01) ** 1.3)
    scaled: Array = (spots / spots.std()).astype(np.float32).ravel()
    return scaled


def looked_up(table: Array, u: Array, v: Array) -> Array:
    """Look up a table of 256 x 256 at whole steps of u and v."""
    # take is faster than indexing with an array.
    found: Array = table.take(((v.astype(np.int32) & 255) << 8) | (u.astype(np.int32) & 255))
    return found


def place(rows: Array, at: Array, values: Array) -> None:
    """Set rows[:, at], one row after the other: all at once takes twice the time."""
    for row, value in zip(rows, values, strict=True):
        row[at] = value


def fraction(x: Array) -> Array:
    """Return x - floor(x); NumPy's remainder takes several times as long."""
    rest: Array = x - np.floor(x)
    return rest


def near_share(depth: Array, until: float) -> Array:
    """1 close to the camera, 0 from a depth on: fades out what would be finer than a pixel."""
    return np.clip(1.5 - depth * (1.5 / until), 0.0, 1.0)


def road(canvas: Canvas, on: Surface, street: Street, light: Light) -> None:
    """Asphalt with lane markings, a zebra crossing and wheel tracks."""
    x, z = on.u, on.v
    aside = np.abs(x)
    grain = 1.0 + 0.09 * looked_up(mottle(), 6 * x + 999, 3 * z)
    grain += 0.10 * (looked_up(speckle(), 40 * x + 5000, 40 * z) - 0.5) * near_share(on.depth, 25)
    driven = street.lanes * street.lane
    in_lane = np.abs(np.abs(fraction(aside * np.float32(1 / street.lane)) - 0.5) - 0.26)
    grain[np.flatnonzero((in_lane < 0.09) & (aside < driven))] *= 0.90
    if street.parking:
        grain[np.flatnonzero(aside > driven)] *= 0.93
    canvas.grain[on.at] = grain
    half_line = 0.07 + 0.0016 * on.depth
    dashed = fraction((z + street.dash) * np.float32(1 / 9)) < 0.4
    if street.lanes > 1:
        paint = np.abs(aside - 0.12) < half_line * 0.8
        paint |= (np.abs(aside - street.lane) < half_line) & dashed
    else:
        paint = (aside < half_line) & dashed
    if street.parking:
        paint |= (np.abs(aside - driven) < half_line * 0.8) & (
            (fraction(z / 6) < 0.083) | (street.lanes > 1)
        )
    else:
        paint |= np.abs(aside - driven + 0.35) < half_line * 0.7
    paint &= aside < street.half_road
    for stop in street.crossing or ():
        paint &= np.abs(z - stop) > 0.2
    if street.crossing:
        paint &= (z < street.crossing[0]) | (z > street.crossing[1])
    if street.zebra is not None:
        there = (np.abs(z - street.zebra) < 1.7) & (aside < street.half_road - 0.2)
        paint = np.where(there, fraction(x * np.float32(1 / 1.05)) < 0.52, paint)
    painted = np.flatnonzero(paint)
    white = (0.62 if light.wet < 0.1 else 0.5) * (0.8 + 0.2 * grain[painted])
    canvas.put(on.at[painted], np.broadcast_to(white, (3, len(painted))))


def contact(canvas: Canvas, on: Surface, footprints: Array) -> None:
    """Darken the ground below things, where little of the sky is seen.

    Args:
        canvas: the picture, changed in place.
        on: the ground.
        footprints: as in `Assembly`.
    """
    if not len(on.at):
        return
    # Only the runs whose bounding box is close to a thing, which are few.
    starts = np.arange(0, len(on.at), _RUN)
    x, z, cos, sin, half_width, half_length = footprints.T[..., None]
    reach = half_width + half_length + 2 * _CONTACT
    near = np.minimum.reduceat(on.u, starts) < x + reach
    near &= np.maximum.reduceat(on.u, starts) > x - reach
    near &= np.minimum.reduceat(on.v, starts) < z + reach
    near &= np.maximum.reduceat(on.v, starts) > z - reach
    thing, run = np.nonzero(near)
    sample = starts[run][:, None] + np.arange(_RUN)
    inside = sample < len(on.at)
    sample = np.minimum(sample, len(on.at) - 1)
    x, z, cos, sin, half_width, half_length = footprints.take(thing, 0).T[..., None]
    aside, ahead = on.u.take(sample) - x, on.v.take(sample) - z
    across = np.abs(cos * aside - sin * ahead) - half_width
    along = np.abs(sin * aside + cos * ahead) - half_length
    outside = np.maximum(across, along)
    close = np.flatnonzero((outside < _CONTACT) & inside)
    open_sky = np.clip(outside.take(close) / _CONTACT, 0.0, 1.0)
    # A sample may be close to several things.
    np.multiply.at(canvas.grain, on.at.take(sample.take(close)), 0.42 + 0.58 * open_sky)


def paving(canvas: Canvas, on: Surface) -> None:
    """Slabs with joints."""
    fine = near_share(on.depth, 22.0)
    joint = (fraction(on.u * 1.6) < 0.06) | (fraction(on.v * 1.6) < 0.07)
    slab = looked_up(speckle(), on.u * 1.6 + 400.0, on.v * 1.6) - 0.5
    grain = 1.0 + 0.06 * looked_up(mottle(), 4 * on.u + 999, 4 * on.v) + 0.16 * fine * slab
    joints = np.flatnonzero(joint)
    grain[joints] *= 1.0 - 0.35 * fine.take(joints)
    canvas.grain[on.at] = grain


def grass(canvas: Canvas, on: Surface) -> None:
    """Lawn in uneven greens."""
    grain = 1.0 + 0.16 * looked_up(mottle(), 5 * on.u + 999, 5 * on.v)
    grain += (
        0.4 * (looked_up(speckle(), 25 * on.u + 5000, 25 * on.v) - 0.5) * near_share(on.depth, 30)
    )
    canvas.grain[on.at] = grain


def leaves(canvas: Canvas, on: Surface) -> None:
    """Clumps of leaves, with dark gaps between them."""
    clumps = looked_up(mottle(), 14 * on.u + 5000, 14 * on.v + 5000)
    single = looked_up(speckle(), 9 * on.u + 5000, 9 * on.v + 5000) - 0.5
    canvas.grain[on.at] = np.clip(
        0.95 + 0.24 * clumps + 0.9 * single * near_share(on.depth, 45.0), 0.25, 2.0
    )


def roof(canvas: Canvas, on: Surface) -> None:
    """Rows of tiles."""
    rows = np.abs(fraction(on.v * 3.0) - 0.5) * 2.0
    tint = looked_up(speckle(), 4 * on.u + 5000, 3 * on.v) - 0.5
    canvas.grain[on.at] = 1.0 + near_share(on.depth, 50.0) * (0.3 * tint - 0.22 * (rows > 0.7))
