"""Assembles parts into one mesh with one texture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels import Mesh
from pyfrontiers.physical.objects.object import quantised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.physical.objects.parts import Chart, Part

__all__ = ["PADDING", "assemble"]

PADDING = 3
"""Texels around each chart that continue its surface, so that looking up a texture between texels
never reads another part's colour."""

_SAMPLES = 2
"""Points per texel and direction whose colours are averaged."""


def assemble(
    parts: Sequence[Part],
    size: tuple[int, int],
    *,
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> tuple[Mesh, Tensor]:
    """Place the charts of all parts in one texture and return the mesh with it.

    Args:
        parts: closed surfaces; they may overlap.
        size: (width, height) of the texture.
        origin: the point of the parts that becomes the mesh's origin.

    Returns:
        The mesh with smooth normals, and the texture (3, height, width) in 8-bit steps.

    Raises:
        ValueError: the charts do not fit.
    """
    charts = [chart for part in parts for chart in part.charts]
    corners = _shelves(charts, size)
    texture = np.full((size[1], size[0], 3), 0.5)
    for chart, (x, y) in zip(charts, corners, strict=True):
        wide, high = (side + 2 * PADDING for side in chart.size)
        texture[y : y + high, x : x + wide] = _painted(chart)
    uv, number = [], 0
    for part in parts:
        places = np.array(corners[number : number + len(part.charts)], dtype=float)
        sides = np.array([chart.size for chart in part.charts], dtype=float)
        which = part.coordinates[:, 0].astype(int)
        texels = places[which] + PADDING + part.coordinates[:, 1:] * sides[which]
        uv.append(texels / np.array(size))
        number += len(part.charts)
    vertices = _offset([part.faces for part in parts], [len(part.vertices) for part in parts])
    coordinates = _offset([part.uv_faces for part in parts], [len(each) for each in uv])
    mesh = Mesh(
        vertices=torch.tensor(np.concatenate([part.vertices for part in parts]) - origin),
        faces=torch.tensor(vertices),
        uv=torch.tensor(np.concatenate(uv)),
        uv_faces=torch.tensor(coordinates),
        normals=torch.tensor(np.concatenate([_normals(part) for part in parts])),
    )
    return mesh, quantised(torch.tensor(texture).permute(2, 0, 1).float()).contiguous()


def _shelves(charts: Sequence[Chart], size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the upper left corner of each chart: rows of charts, highest first."""
    corners = [(0, 0)] * len(charts)
    x = y = shelf = 0
    for number in sorted(range(len(charts)), key=lambda each: -charts[each].size[1]):
        wide, high = (side + 2 * PADDING for side in charts[number].size)
        if x + wide > size[0]:
            x, y, shelf = 0, y + shelf, 0
        if x + wide > size[0] or y + high > size[1]:
            raise ValueError(f"size must hold all charts, got {size}; chart {number} does not fit")
        corners[number] = (x, y)
        x, shelf = x + wide, max(shelf, high)
    return corners


def _painted(chart: Chart) -> np.ndarray:
    """Return the colours (height, width, 3) of a chart with its padding."""
    wide, high = chart.size
    inside = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    columns = ((np.arange(-PADDING, wide + PADDING)[:, None] + inside) / wide).ravel()
    rows = ((np.arange(-PADDING, high + PADDING)[:, None] + inside) / high).ravel()
    v, u = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    colours = chart.colour(chart.place(u, v)).clip(0.0, 1.0)
    blocks = colours.reshape(len(rows) // _SAMPLES, _SAMPLES, len(columns) // _SAMPLES, _SAMPLES, 3)
    mean: np.ndarray = blocks.mean(axis=(1, 3))
    return mean


def _normals(part: Part) -> np.ndarray:
    """Return vertex normals (V, 3): the mean of the adjacent faces, weighted by area."""
    a, b, c = (part.vertices[part.faces[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    normals = np.zeros_like(part.vertices)
    for corner in range(3):
        np.add.at(normals, part.faces[:, corner], across)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: np.ndarray = normals / np.maximum(length, 1e-12)
    return unit


def _offset(faces: Sequence[np.ndarray], counts: Sequence[int]) -> np.ndarray:
    starts = np.cumsum([0, *counts[:-1]])
    return np.concatenate([each + start for each, start in zip(faces, starts, strict=True)])
