"""Sky, haze, street lamps, reflections on a wet road, rain, and the camera's exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.scenes.drawing.surfaces import looked_up, mottle, place
from pyfrontiers.scenes.models.triangles import ASPHALT, PAVING

if TYPE_CHECKING:
    from pyfrontiers.scenes.drawing.light import Light
    from pyfrontiers.scenes.drawing.picture import Pixels
    from pyfrontiers.scenes.drawing.viewpoint import Viewpoint
    from pyfrontiers.scenes.models.triangles import Array

_LAMPS: Final = 6


def add_sky(
    picture: Array, sky: Array, rays: Array, view: Viewpoint, light: Light, seed: int
) -> None:
    """Paint the sky: pale at the horizon, deep overhead, with clouds."""
    x, y, z = view.rotation.T.astype(np.float32) @ rays
    length = np.sqrt(x * x + y * y + z * z)
    up = np.clip(-y / length, 0.0, 1.0)
    share = np.sqrt(up)
    colour = light.horizon[:, None] + (light.zenith - light.horizon)[:, None] * share
    if light.cloud > 0.05:
        reach = 24.0 / (up + 0.10)
        offset = seed % 251
        u, v = x / length * reach + 600 + offset, z / length * reach + 600
        spots = looked_up(mottle(), u, v) + 0.35 * looked_up(mottle(), 3 * u, 3 * v)
        cover = np.clip((spots + 2.2 * light.cloud - 1.3) * 0.7, 0.0, 1.0) * min(
            1.0, 2 * light.cloud
        )
        bright = light.horizon.max() * (1.02 - 0.22 * light.cloud)
        colour += (bright * np.float32(0.98) - colour) * cover * np.clip(up * 6.0, 0.0, 0.85)
    # Fog hides the sky as it hides what is far.
    clear = 1.0 - 18.0 * max(0.0, light.haze - 0.0023)
    place(
        picture, sky, light.horizon[:, None] + (colour - light.horizon[:, None]) * max(0.0, clear)
    )


def lamp_light(lamps: Array, view: Viewpoint, light: Light, pixels: Pixels) -> Array:
    """Return the (3, P) light of the nearest street lamps and of the headlights."""
    depth, rays = pixels.depth, pixels.rays
    x, y, z = view.rotation.T.astype(np.float32) @ rays
    x, z = x * depth + np.float32(view.position[0]), z * depth
    y = y * depth + np.float32(view.position[1])
    total = np.zeros_like(depth)
    nearest = lamps[np.argsort(lamps[:, 2])][:_LAMPS].astype(np.float32)
    for cx, cy, cz in nearest:
        square = np.square(x - cx) + np.square(y - cy) + np.square(z - cz)
        below = np.clip((y - cy) * 0.5, 0.0, 1.0)
        total += below * 24.0 / (square + 12.0)
    own = depth * np.float32(0.16) + 1.6
    beam = np.exp(-np.square(rays[0] * depth / own)) * np.exp(depth * np.float32(-1 / 16.0)) * 0.9
    beam *= y > view.position[1] - 0.3
    warm = np.array([1.0, 0.74, 0.44], np.float32)[:, None]
    cold = np.array([1.0, 0.95, 0.85], np.float32)[:, None]
    received: Array = np.float32(light.night * 0.34) * (warm * total + cold * beam)
    return received


def add_reflections(
    colours: Array, picture: Array, kinds: Array, view: Viewpoint, light: Light, pixels: Pixels
) -> None:
    """Mirror the scene above the horizon on wet ground, more strongly at grazing angles."""
    rows, columns = pixels.samples.size
    wet = np.flatnonzero((kinds == ASPHALT) | (kinds == PAVING))
    half, pixel = np.divmod(pixels.at.take(wet), rows * columns)
    row, column = np.divmod(pixel, columns)
    mirrored = np.clip((2 * view.horizon(rows) - row).astype(np.int64), 0, rows - 1)
    flat = 1.0 / (1.0 + 10.0 * np.abs(pixels.rays[1].take(wet)))
    share = np.float32(light.wet) * np.clip(0.12 + 0.75 * flat, 0.0, 0.7)
    seen = picture.take((half * rows + mirrored) * columns + column, 1)
    dry = colours.take(wet, 1) * np.float32(1.0 - 0.45 * light.wet)
    place(colours, wet, dry + (seen - dry) * share)


def add_haze(colours: Array, light: Light, depth: Array) -> None:
    """Fade distant points to the colour of the air."""
    clear = np.exp(depth * np.float32(-light.haze))
    air = light.horizon[:, None]
    colours -= air
    colours *= clear
    colours += air


def expose(picture: Array, light: Light, seed: int) -> Array:
    """Turn linear colours into a picture: glare, rain, exposure, gamma and the sensor's noise."""
    rows, columns = picture.shape[1:]
    if light.night > 0:
        picture = picture * (1.0 + 0.5 * light.night)
        picture += 0.5 * _blurred(np.maximum(picture - 0.8, 0.0), max(1, rows // 24))
    if light.wet > 0:
        _add_rain(picture, light, seed)
    picture = np.sqrt(np.clip(picture * 1.02, 0.0, None))
    shown: Array = picture.ravel()
    bright = np.flatnonzero(shown > 0.8)
    shown[bright] = 1.0 - 0.2 * np.exp(-(shown.take(bright) - 0.8) / 0.2)
    grain = uniform(rows * columns, seed=fold_in(seed, 1)).numpy().reshape(rows, columns)
    picture += (grain - np.float32(0.5)) * np.float32(0.02 + 0.03 * light.night)
    return np.clip(picture, 0.0, 1.0, out=picture)


def _add_rain(picture: Array, light: Light, seed: int) -> None:
    rows, columns = picture.shape[1:]
    length = max(3, rows // 9)
    drops = uniform(((rows // length) + 2) * columns, seed=fold_in(seed, 2)).numpy()
    drops = np.repeat(drops.reshape(-1, columns), length, axis=0)
    slant = np.arange(rows) // 4
    phase = (np.arange(columns) * 7919) % length
    row = np.arange(rows)[:, None] + phase[None]
    column = (np.arange(columns)[None] + slant[:, None]) % columns
    streak = drops[row, column] > 1.0 - 0.05 * light.wet
    picture += 0.09 * streak * (light.horizon[:, None, None] + 0.1)


def _blurred(picture: Array, radius: int) -> Array:
    """Return three box blurs one after the other, close to a Gaussian."""
    for axis in (1, 2):
        size = picture.shape[axis]
        reach = min(radius, (size - 1) // 2)
        for _ in range(3):
            edges = [(0, 0)] * 3
            edges[axis] = (reach + 1, reach)
            sums = np.moveaxis(np.pad(picture, edges).cumsum(axis), axis, 0)
            sums = sums[2 * reach + 1 :][:size] - sums[:size]
            picture = np.moveaxis(sums, 0, axis) / (2 * reach + 1)
    return picture
