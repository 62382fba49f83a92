"""What surfaces look like close up: windows, lane markings, paving, leaves.

Each function changes the colours of the pixels `at` in place.
"""

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
    found: Array = table[((v.astype(np.int32) & 255) << 8) | (u.astype(np.int32) & 255)]
    return found


def fraction(x: Array) -> Array:
    """Return x - floor(x); NumPy's remainder takes several times as long."""
    rest: Array = x - np.floor(x)
    return rest


def near_share(depth: Array, until: float) -> Array:
    """1 close to the camera, 0 from a depth on: fades out what would be finer than a pixel."""
    return np.clip(1.5 - depth * (1.5 / until), 0.0, 1.0)


def road(colours: Array, on: Surface, street: Street, light: Light) -> None:
    """Asphalt with lane markings, a zebra crossing and wheel tracks."""
    x, z = on.u, on.v
    aside = np.abs(x)
    grain = 1.0 + 0.09 * looked_up(mottle(), 6 * x + 999, 3 * z)
    grain += 0.10 * (looked_up(speckle(), 40 * x + 5000, 40 * z) - 0.5) * near_share(on.depth, 25)
    driven = street.lanes * street.lane
    in_lane = np.abs(np.abs(fraction(aside * np.float32(1 / street.lane)) - 0.5) - 0.26)
    grain *= 1.0 - 0.10 * (in_lane < 0.09) * (aside < driven)
    if street.parking:
        grain *= 1.0 - 0.07 * (aside > driven)
    shade = colours[:, on.at] * grain
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
    white = 0.62 if light.wet < 0.1 else 0.5
    colours[:, on.at] = np.where(paint, white * (0.8 + 0.2 * grain), shade)


def paving(colours: Array, on: Surface) -> None:
    """Slabs with joints."""
    fine = near_share(on.depth, 22.0)
    joint = (fraction(on.u * 1.6) < 0.06) | (fraction(on.v * 1.6) < 0.07)
    slab = looked_up(speckle(), on.u * 1.6 + 400.0, on.v * 1.6) - 0.5
    grain = 1.0 + 0.06 * looked_up(mottle(), 4 * on.u + 999, 4 * on.v) + 0.16 * fine * slab
    colours[:, on.at] *= grain * (1.0 - 0.35 * joint * fine)


def grass(colours: Array, on: Surface) -> None:
    """Lawn in uneven greens."""
    grain = 1.0 + 0.16 * looked_up(mottle(), 5 * on.u + 999, 5 * on.v)
    grain += (
        0.4 * (looked_up(speckle(), 25 * on.u + 5000, 25 * on.v) - 0.5) * near_share(on.depth, 30)
    )
    colours[:, on.at] *= grain


def leaves(colours: Array, on: Surface) -> None:
    """Clumps of leaves, with dark gaps between them."""
    clumps = looked_up(mottle(), 14 * on.u + 5000, 14 * on.v + 5000)
    single = looked_up(speckle(), 9 * on.u + 5000, 9 * on.v + 5000) - 0.5
    colours[:, on.at] *= np.clip(
        0.95 + 0.24 * clumps + 0.9 * single * near_share(on.depth, 45.0), 0.25, 2.0
    )


def roof(colours: Array, on: Surface) -> None:
    """Rows of tiles."""
    rows = np.abs(fraction(on.v * 3.0) - 0.5) * 2.0
    tint = looked_up(speckle(), 4 * on.u + 5000, 3 * on.v) - 0.5
    colours[:, on.at] *= 1.0 + near_share(on.depth, 50.0) * (0.3 * tint - 0.22 * (rows > 0.7))


def facade(
    colours: Array, glow: Array, on: Surface, looks: Array, own: Array, light: Light
) -> None:
    """Walls with windows, ground floors with shops; at night some windows are lit.

    Args:
        colours: (3, P) colours, changed in place.
        glow: (3, P) emitted light, changed in place.
        on: the pixels.
        looks: (9, n) parameters of each pixel's building.
        own: (4, 3, n) colours of each pixel's building.
        light: the light.
    """
    step, wide, floor, tall, ground, shop, seed, brick, half_count = looks
    below = on.v < ground
    is_shop = below & (shop > 0)
    step = np.where(is_shop, step * 1.5, step)
    column = on.u / step + half_count
    height = np.where(below, on.v, on.v - ground) / np.where(below, ground, floor)
    cell_u, cell_v = np.floor(column), np.floor(height) + np.where(below, 0.0, 1.0)
    across, up = np.abs(column - cell_u - 0.5), height - np.floor(height)
    wide = np.where(is_shop, 0.84, wide)
    low = np.where(is_shop, 0.12, 0.5 - 0.45 * tall)
    high = np.where(is_shop, 0.74, 0.5 + 0.55 * tall)
    fine = near_share(on.depth, 130.0)
    window = (across < wide / 2) & (up > low) & (up < high)
    frame = 0.10 / step
    framed = (across < wide / 2 + frame) & (up > low - 0.05) & (up < high + 0.03) & ~window
    sash = window & ((across < 0.02) | (np.abs(up - high + 0.12) < 0.012)) & (on.depth < 25)
    number = looked_up(speckle(), cell_u * 7.0 + seed, cell_v * 13.0 + seed * 0.37)
    other = looked_up(speckle(), cell_u * 11.0 + seed + 57.0, cell_v * 5.0 + seed * 0.61)
    wall = 1.0 + 0.07 * looked_up(mottle(), 3 * on.u + 999 + seed, 3 * on.v)
    courses = (fraction(on.v * 6.0) < 0.22) & (brick > 0) & (on.depth < 20)
    wall *= np.where(courses, 1.18, 1.0) * (1.0 - 0.25 * np.exp(-on.v * 1.2))
    wall *= np.where((height > 0) & ~below & (up < 0.05), 1.12, 1.0)
    shade = colours[:, on.at] * wall
    sign = is_shop & (up > 0.76) & (up < 0.97)
    front = is_shop & ~sign
    shade = np.where(front | sign, own[3] * np.where(sign, 1.0, 0.7), shade)
    shade = np.where(framed & ~is_shop, own[1] * 0.95, shade)
    # Glass mirrors the sky more the higher it is; curtains and rooms differ by window.
    sky = light.horizon[:, None] * 0.35 + light.zenith[:, None] * 0.25
    glass = 0.035 + 0.10 * number * number + sky * (0.20 + 0.35 * other) * (0.4 + 0.6 * up)
    curtain = (number > 0.78) & ~is_shop
    glass = np.where(curtain, 0.30 + 0.0 * glass, glass)
    glass = np.where(sash, own[1] * 0.8, glass)
    colours[:, on.at] = np.where(window, shade + (glass - shade) * (0.25 + 0.75 * fine), shade)
    if light.night > 0:
        lit = window & (np.where(is_shop, other > 0.25, other > 0.62))
        tint = np.array([[1.0], [0.72], [0.38]], np.float32) * (0.35 + 0.5 * number)
        glow[:, on.at] += np.where(lit, tint * light.night * np.where(is_shop, 1.1, 0.8), 0.0)
