"""Facades: walls, windows, shops, and light behind windows at night."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pyfrontiers.scenes.drawing.surfaces import fraction, looked_up, mottle, near_share, speckle

if TYPE_CHECKING:
    from pyfrontiers.scenes.drawing.light import Light
    from pyfrontiers.scenes.drawing.surfaces import Canvas, Surface
    from pyfrontiers.scenes.models.triangles import Array


class Grid(NamedTuple):
    """Where n samples lie in the grid of windows.

    Attributes:
        window: (n,) whether there is glass.
        framed: (n,) whether there is a window frame.
        sash: (n,) whether there is a bar across the glass.
        shop: (n,) whether it is the ground floor of a shop.
        up: (n,) height within the storey, 0 to 1.
        glass: (m,) which samples have glass.
        number: (m,) a random number of their window.
        other: (m,) another one.
    """

    window: Array
    framed: Array
    sash: Array
    shop: Array
    up: Array
    glass: Array
    number: Array
    other: Array


def facade(
    canvas: Canvas, on: Surface, looks: Array, own: Array, owner: Array, light: Light
) -> None:
    """Draw walls with windows and shops.

    Args:
        canvas: the picture, changed in place.
        on: the n samples.
        looks: (9, n) parameters of each sample's building.
        own: (4, 3, N) colours of all objects.
        owner: (n,) each sample's building.
        light: the light.
    """
    grid = _grid(on, looks)
    ground, brick, seed = looks[4], looks[7], looks[6]
    wall = 1.0 + 0.07 * looked_up(mottle(), 3 * on.u + 999 + seed, 3 * on.v)
    courses = (fraction(on.v * 6.0) < 0.22) & (brick > 0) & (on.depth < 20)
    wall[np.flatnonzero(courses)] *= 1.18
    wall *= 1.0 - 0.25 * np.exp(on.v * np.float32(-1.2))
    wall[np.flatnonzero((on.v > ground) & (grid.up < 0.05))] *= 1.12
    canvas.grain[on.at] = wall

    front = np.flatnonzero(grid.shop & ~grid.window)
    sign = np.abs(grid.up[front] - 0.865) < 0.105
    canvas.put(on.at[front], own[3].take(owner[front], 1) * (0.7 + 0.3 * sign))
    framed = np.flatnonzero(grid.framed & ~grid.shop)
    canvas.put(on.at[framed], own[1].take(owner[framed], 1) * np.float32(0.95))
    _windows(canvas, on, grid, wall, own[1], owner, light)


def _grid(on: Surface, looks: Array) -> Grid:
    step, wide, floor, tall, ground, shop, seed, _, half_count = looks
    below = on.v < ground
    is_shop = below & (shop > 0)
    step = np.where(is_shop, step * 1.5, step)
    column = on.u / step + half_count
    height = np.where(below, on.v / ground, (on.v - ground) / floor)
    cell_u, cell_v = np.floor(column), np.floor(height)
    across, up = np.abs(column - cell_u - 0.5), height - cell_v
    cell_v += ~below
    half = 0.5 * np.where(is_shop, 0.84, wide)
    low = np.where(is_shop, 0.12, 0.5 - 0.45 * tall)
    high = np.where(is_shop, 0.74, 0.5 + 0.55 * tall)
    window = (across < half) & (up > low) & (up < high)
    framed = (across < half + 0.10 / step) & (up > low - 0.05) & (up < high + 0.03) & ~window
    sash = window & ((across < 0.02) | (np.abs(up - high + 0.12) < 0.012)) & (on.depth < 25)
    glass = np.flatnonzero(window)
    cell_u, cell_v, seed = cell_u.take(glass), cell_v.take(glass), seed.take(glass)
    number = looked_up(speckle(), cell_u * 7.0 + seed, cell_v * 13.0 + seed * 0.37)
    other = looked_up(speckle(), cell_u * 11.0 + seed + 57.0, cell_v * 5.0 + seed * 0.61)
    return Grid(window, framed, sash, is_shop, up, glass, number, other)


def _windows(
    canvas: Canvas, on: Surface, grid: Grid, wall: Array, frame: Array, owner: Array, light: Light
) -> None:
    """Draw glass, which mirrors the sky, and curtains; windows differ."""
    there, number, other = grid.glass, grid.number, grid.other
    at = on.at.take(there)
    up, shop, sash = grid.up.take(there), grid.shop.take(there), grid.sash.take(there)
    sky = light.horizon[:, None] * 0.35 + light.zenith[:, None] * 0.25
    glass = 0.035 + 0.10 * number * number + sky * ((0.20 + 0.35 * other) * (0.4 + 0.6 * up))
    glass[:, (number > 0.78) & ~shop] = 0.30
    barred = np.flatnonzero(sash)
    glass[:, barred] = frame.take(owner[there[barred]], 1) * np.float32(0.8)
    # Far windows are finer than a pixel: they blend with the wall.
    behind = canvas.colours.take(at, 1) * wall[there]
    share = 0.25 + 0.75 * near_share(on.depth[there], 130.0)
    canvas.put(at, behind + (glass - behind) * share)
    if light.night > 0:
        lit = np.flatnonzero(other > np.where(shop, 0.25, 0.62))
        strength = light.night * (0.35 + 0.5 * number[lit]) * np.where(shop[lit], 1.1, 0.8)
        for row, tint in zip(canvas.glow, (1.0, 0.72, 0.38), strict=True):
            row[at[lit]] = tint * strength
