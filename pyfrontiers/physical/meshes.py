"""A mesh file of the user's as an object whose texture can be attacked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Final, Literal

import numpy as np
import torch

from pyfrontiers.arguments import Range, checked
from pyfrontiers.kernels import Mesh
from pyfrontiers.physical.atlas import joined
from pyfrontiers.physical.mesh_files import MAX_FACES, MeshError, Part, read_parts
from pyfrontiers.physical.mesh_sources import MeshSource, source_among, source_at
from pyfrontiers.physical.objects import TexturedObject

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["RADIUS", "LoadedMesh", "MeshError", "load_mesh", "load_mesh_files"]

RADIUS: Final = 1.3
"""Largest distance of a loaded mesh from the origin."""

MOST_PIXELS: Final = 67_200_000
"""Largest accepted number of pixels of all textures: 8192 x 8192."""

Z_UP_FROM_Y_UP: Final = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Turns glTF's axes (y up, the front towards z) into ours (z up, the front towards x)."""


@dataclass(frozen=True, eq=False)
class LoadedMesh:
    """An object read from a file.

    Attributes:
        object: the object.
        dropped: number of faces without area, which were dropped.
        notes: what was changed or assumed, in sentences.
    """

    object: TexturedObject
    dropped: int
    notes: tuple[str, ...]


@checked
def load_mesh(
    path: Path,
    *,
    texture: Path | None = None,
    classes: tuple[int, ...] = (),
    up: Literal["y", "z"] = "y",
    side: Annotated[int, Range(16, 8192)] = 2048,
) -> LoadedMesh:
    """Read an OBJ, GLB or glTF file as an object with one texture.

    All parts of a scene are joined, with their transforms and with one atlas for their textures.
    The mesh is centred at the middle of its bounding box and scaled so that its largest distance
    from the origin is 1.3. Vertex normals are those of the file; without them, faces are flat.

    Args:
        path: the file. Materials and images of an OBJ file are looked for in its folder.
        texture: an image to use for all parts with texture coordinates, instead of the file's own.
        classes: ImageNet classes that are right for the object.
        up: axis of the file that points up. With "y", as in glTF and most OBJ files, the front is
            towards z; with "z", towards x.
        side: largest side of the texture in pixels. Larger textures are reduced.

    Raises:
        MeshError: the file is missing, empty, damaged or not a mesh; it has more than a million
            faces, none with an area, NaN among its vertices, no texture coordinates, or a texture
            that is missing, too large or repeats too often.
    """
    image = None if texture is None else partial(_opened, texture)
    return _loaded(source_at(path), MAX_FACES, image, classes, up, side)


@checked
def load_mesh_files(
    files: Sequence[tuple[str, bytes]],
    *,
    classes: tuple[int, ...] = (),
    up: Literal["y", "z"] = "y",
    side: Annotated[int, Range(16, 8192)] = 2048,
    most_faces: Annotated[int, Range(1, MAX_FACES)] = MAX_FACES,
) -> LoadedMesh:
    """Read a mesh from the contents of files, such as a visitor's uploads; nothing is written.

    Args:
        files: names and contents: a GLB file; an OBJ file with its MTL file and images; or a ZIP
            archive with one of these. Folders in names are ignored.
        classes: as for `load_mesh`.
        up: as for `load_mesh`.
        side: as for `load_mesh`.
        most_faces: largest accepted number of faces.

    Raises:
        MeshError: as for `load_mesh`; or there is not exactly one mesh among the files, or an
            archive is damaged, encrypted or unpacks to more than 256 MB.
    """
    return _loaded(source_among(files), most_faces, None, classes, up, side)


def _loaded(
    source: MeshSource,
    most: int,
    image: Callable[[], Image.Image] | None,
    classes: tuple[int, ...],
    up: str,
    side: int,
) -> LoadedMesh:
    parts, missing = read_parts(source, most)
    if all(part.uv is None for part in parts):
        raise MeshError(
            f"{source.name} must have texture coordinates (UV), got none; unwrap the mesh in a 3D "
            "program, in Blender with Smart UV Project, and export it again"
        )
    notes: list[str] = []
    if image is not None:
        shown = image()
        parts = [replace(part, image=shown, colour=np.ones(3)) for part in parts]
    else:
        _check_textures(source.name, parts, missing, notes)
    count = sum(len(part.faces) for part in parts)
    parts = [kept for kept in map(_without_degenerate_faces, parts) if len(kept.faces)]
    dropped = count - sum(len(part.faces) for part in parts)
    if not parts:
        raise MeshError(f"{source.name} must have faces with an area, got {count:,} without")
    if dropped:
        notes.append(f"{dropped:,} of {count:,} faces have no area and were dropped")
    atlas = joined(parts, side)
    notes += atlas.notes
    mesh = _mesh(parts, atlas.uv, atlas.uv_faces, up)
    pixels = torch.from_numpy(atlas.texture.copy()).permute(2, 0, 1).contiguous()
    stem = PurePosixPath(source.name).stem
    found = TexturedObject(stem, mesh, pixels.to(torch.float32) / 255, classes)
    return LoadedMesh(found, dropped, tuple(notes))


def _check_textures(name: str, parts: list[Part], missing: list[str], notes: list[str]) -> None:
    """Raise if a part that should have a texture has none, or if textures are too large."""
    # An image of one colour has a thousandth of its size as a file.
    images = {id(part.image): part.image for part in parts if part.image is not None}
    pixels = sum(image.width * image.height for image in images.values())
    if pixels > MOST_PIXELS:
        raise MeshError(
            f"{name} must have textures of at most {MOST_PIXELS / 1e6:.0f} megapixels together, "
            f"got {pixels / 1e6:.0f}; scale them down"
        )
    bare = [part for part in parts if part.uv is not None and part.image is None]
    if bare and missing:
        raise MeshError(
            f"{name} needs {', '.join(dict.fromkeys(missing))}, which cannot be found or "
            "read; add the file to those of the mesh, images as PNG or JPEG"
        )
    if bare:
        notes.append(
            f"the file names no texture for {len(bare)} of {len(parts)} parts, which start in a "
            "plain colour"
        )


def _opened(path: Path) -> Image.Image:
    from pyfrontiers.vision import UploadError, decode_upload

    try:
        return decode_upload(path.read_bytes(), smallest_side=1, largest_file=100_000_000)
    except OSError as error:
        raise MeshError(f"texture {path} cannot be read: {error.strerror or error}") from error
    except UploadError as error:
        raise MeshError(f"texture {path.name}: {error}") from error


def _without_degenerate_faces(part: Part) -> Part:
    """Drop the faces whose area is zero up to rounding."""
    a, b, c = (part.vertices[part.faces[:, corner]] for corner in range(3))
    sides = np.stack([b - a, c - b, a - c])
    longest = (sides**2).sum(2).max(0)
    twice_area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return replace(part, faces=part.faces[twice_area > 1e-10 * longest])


def _mesh(
    parts: list[Part],
    uv: list[NDArray[np.float64]],
    uv_faces: list[NDArray[np.int64]],
    up: str,
) -> Mesh:
    if any(part.normals is not None for part in parts):
        parts = [part if part.normals is not None else _with_flat_normals(part) for part in parts]
    firsts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    uv_firsts = np.cumsum([0, *map(len, uv)])
    vertices = np.concatenate([part.vertices for part in parts])
    faces = np.concatenate(
        [part.faces + first for part, first in zip(parts, firsts[:-1], strict=True)]
    )
    used = vertices[np.unique(faces)]
    low, high = used.min(0), used.max(0)
    centred = used - (low + high) / 2
    scale = RADIUS / np.sqrt((centred**2).sum(1).max())
    turn = Z_UP_FROM_Y_UP if up == "y" else np.eye(3)
    # Vertices of no face may lie anywhere; at the origin they do no harm.
    unused = np.ones(len(vertices), bool)
    unused[faces] = False
    placed = (vertices - (low + high) / 2) * scale @ turn.T
    placed[unused] = 0
    normals = [part.normals @ turn.T for part in parts if part.normals is not None]
    moved = [each + first for each, first in zip(uv_faces, uv_firsts[:-1], strict=True)]
    return Mesh(
        torch.from_numpy(placed),
        torch.from_numpy(faces),
        torch.from_numpy(np.concatenate(uv)),
        torch.from_numpy(np.concatenate(moved)),
        torch.from_numpy(np.nan_to_num(np.concatenate(normals))) if normals else None,
        double_sided=any(part.double_sided for part in parts),
    )


def _with_flat_normals(part: Part) -> Part:
    """Give each face its own vertices, with the normal of the face."""
    corners = part.vertices[part.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-300)
    own = np.arange(3 * len(part.faces)).reshape(-1, 3)
    return replace(
        part, vertices=corners.reshape(-1, 3), faces=own, normals=np.repeat(normal, 3, axis=0)
    )
