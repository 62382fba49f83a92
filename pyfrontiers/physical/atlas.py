"""Join the textures of a mesh's parts into one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pyfrontiers.physical.mesh_files import MeshError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from pyfrontiers.physical.mesh_files import Part

__all__ = ["Atlas", "joined"]

_GUTTER: Final = 2
"""Texels around each image that repeat its edge, so that bilinear sampling stays within it."""

_PLAIN: Final = 8
"""Side of the patch of a part without texture."""

_BLANK: Final = (512, 128)
"""Side of the texture of a part that has texture coordinates but no image: alone, among others."""

_MOST_REPEATS: Final = 8
"""Largest number of times that a texture may repeat across the surface, in u and in v."""

_LONGEST: Final = 8192
"""Largest side of a texture with its repeats, before it is reduced to the size of the atlas."""

_SLACK: Final = 1e-4


class Atlas(NamedTuple):
    """A texture for all parts.

    Attributes:
        texture: (height, width, 3) uint8.
        uv: for each part (U, 2), from (0, 0) at the upper left corner to (1, 1).
        uv_faces: for each part (F, 3) indices into its uv.
        notes: what was changed, in sentences.
    """

    texture: NDArray[np.uint8]
    uv: list[NDArray[np.float64]]
    uv_faces: list[NDArray[np.int64]]
    notes: list[str]


def joined(parts: list[Part], side: int) -> Atlas:
    """Join the textures of some parts into one.

    A texture that repeats is repeated in the atlas, because the renderer does not wrap; a part
    without texture gets a patch of its colour.

    Args:
        parts: the parts; at least one with texture coordinates.
        side: largest side of the result in pixels. Larger textures are reduced.

    Raises:
        MeshError: a texture repeats more than 8 times.
    """
    notes: list[str] = []
    pictures, keys = [], []
    uv, uv_faces = [], []
    blank = _BLANK[any(part.image is not None for part in parts)]
    for part in parts:
        picture, coordinates, indices = _own(part, blank)
        # Parts with one material share its texture, as in the file.
        key = (id(part.image), tuple(part.colour), picture.shape, part.uv is None)
        if key not in keys:
            keys.append(key)
            pictures.append(picture)
        uv.append((keys.index(key), coordinates))
        uv_faces.append(indices)
    pictures, scale = _reduced(pictures, side)
    if scale < 1:
        notes.append(f"the texture was reduced to {100 * scale:.0f} % of its size")
    if len(pictures) == 1:
        return Atlas(pictures[0], [each for _, each in uv], uv_faces, notes)
    texture, corners = _packed(pictures)
    height, width = texture.shape[:2]
    moved = []
    for which, coordinates in uv:
        rows, columns = pictures[which].shape[:2]
        top, left = corners[which]
        moved.append((coordinates * (columns, rows) + (left, top)) / (width, height))
    notes.append(f"{len(pictures)} textures were joined into one of {width} x {height} pixels")
    return Atlas(texture, moved, uv_faces, notes)


def _own(
    part: Part, blank: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.int64]]:
    """Return a part's texture, repeated if need be, its uv within [0, 1], and their indices."""
    if part.uv is None:
        patch = np.broadcast_to(np.round(part.colour * 255).astype(np.uint8), (_PLAIN, _PLAIN, 3))
        return np.array(patch), np.full((1, 2), 0.5), np.zeros_like(part.faces)
    uv = np.stack([part.uv[:, 0], 1 - part.uv[:, 1]], axis=1)
    corners = uv[part.faces]
    if ((uv >= -_SLACK) & (uv <= 1 + _SLACK)).all():
        repeats, indices = (1, 1), part.faces
    else:
        # A face may be moved by whole tiles without changing its look.
        corners = corners - np.floor(corners.min(axis=1, keepdims=True) + _SLACK)
        most = np.maximum(np.ceil(corners.max(axis=(0, 1)) - _SLACK), 1).astype(int)
        repeats = (int(most[0]), int(most[1]))
        uv, indices = corners.reshape(-1, 2), np.arange(corners.shape[0] * 3).reshape(-1, 3)
    if max(repeats) > _MOST_REPEATS:
        raise MeshError(
            f"the texture of {part.name} must repeat at most {_MOST_REPEATS} times across a face, "
            f"got {max(repeats)}; unwrap the mesh so that its texture coordinates lie in [0, 1]"
        )
    picture = np.tile(_pixels(part, blank, _LONGEST // max(repeats)), (repeats[1], repeats[0], 1))
    return picture, np.clip(uv / repeats, 0, 1), indices


def _pixels(part: Part, blank: int, longest: int) -> NDArray[np.uint8]:
    """Return a part's texture, reduced to a side; one of its plain colour if it has none."""
    if part.image is None:
        colour = np.round(np.clip(part.colour, 0, 1) * 255).astype(np.uint8)
        return np.array(np.broadcast_to(colour, (blank, blank, 3)))
    image = _rgb(part.image)
    image.thumbnail((longest, longest))
    pixels = np.asarray(image, np.uint8)
    if (part.colour < 1).any():
        pixels = np.round(pixels * part.colour).astype(np.uint8)
    return pixels


def _rgb(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if image.mode == "P" else "RGB").convert("RGB")


def _reduced(pictures: list[NDArray[np.uint8]], side: int) -> tuple[list[NDArray[np.uint8]], float]:
    """Reduce all pictures by one factor, so that they fit into a square of the given side."""
    from PIL import Image

    area = sum(math.prod(picture.shape[:2]) for picture in pictures)
    longest = max(max(picture.shape[:2]) for picture in pictures)
    scale = min(1.0, side / longest)
    if len(pictures) > 1:  # shelves leave some space unused
        scale = min(scale, 0.8 * side / math.sqrt(area))
    if scale >= 1:
        return pictures, 1.0
    smaller = []
    for picture in pictures:
        height, width = picture.shape[:2]
        size = max(round(width * scale), _PLAIN), max(round(height * scale), _PLAIN)
        shrunk = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
        smaller.append(np.asarray(shrunk, np.uint8))
    return smaller, scale


def _packed(pictures: list[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], list[tuple[int, int]]]:
    """Place pictures on shelves, tall ones first; return the texture and their (top, left)."""
    padded = [
        np.pad(picture, ((_GUTTER, _GUTTER), (_GUTTER, _GUTTER), (0, 0)), mode="edge")
        for picture in pictures
    ]
    area = sum(math.prod(picture.shape[:2]) for picture in padded)
    width = max(*(picture.shape[1] for picture in padded), math.ceil(1.1 * math.sqrt(area)))
    corners = [(0, 0)] * len(padded)
    top = left = shelf = 0
    for which in sorted(range(len(padded)), key=lambda index: -padded[index].shape[0]):
        rows, columns = padded[which].shape[:2]
        if left + columns > width:
            top, left, shelf = top + shelf, 0, 0
        corners[which], left, shelf = (top, left), left + columns, max(shelf, rows)
    texture = np.full((top + shelf, width, 3), 128, np.uint8)
    for picture, (row, column) in zip(padded, corners, strict=True):
        texture[row : row + picture.shape[0], column : column + picture.shape[1]] = picture
    return texture, [(row + _GUTTER, column + _GUTTER) for row, column in corners]
