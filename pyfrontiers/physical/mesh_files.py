"""Read the parts of an OBJ, GLB or glTF file with trimesh."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pyfrontiers.physical.mesh_assets import (
    described_faces,
    fault_of_obj,
    recording_resolver,
    unreadable_inside,
)
from pyfrontiers.physical.mesh_sources import MeshError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from pyfrontiers.physical.mesh_sources import MeshSource

__all__ = ["MAX_FACES", "MeshError", "Part", "read_parts"]

MAX_FACES: Final = 1_000_000
"""Largest accepted number of faces of a file."""

_KINDS: Final = {"obj": "OBJ", "glb": "GLB", "gltf": "glTF"}
_ZERO: Final = re.compile(rb"^f\s(?:.*\s)?0[/\s]", re.MULTILINE)  # indices begin at 1
_LARGEST: Final = 1e100  # of a coordinate; squares of larger ones overflow


@dataclass(eq=False)
class Part:
    """A part of a mesh file, with one material.

    Attributes:
        name: its name in the file.
        vertices: (V, 3) float64.
        faces: (F, 3) indices of vertices.
        uv: (V, 2) texture coordinates with v upwards, or None.
        normals: (V, 3) vertex normals if the file has them, or None.
        image: its texture, or None.
        colour: (3,) in [0, 1]; the texture is multiplied by it.
        double_sided: whether back faces are drawn.
    """

    name: str
    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    uv: NDArray[np.float64] | None = None
    normals: NDArray[np.float64] | None = None
    image: Image.Image | None = None
    colour: NDArray[np.float64] = field(default_factory=lambda: np.ones(3))
    double_sided: bool = True


def read_parts(source: MeshSource, most: int = MAX_FACES) -> tuple[list[Part], list[str]]:
    """Read all parts of a file, with the transforms of the scene applied.

    Args:
        source: an OBJ file, with its MTL file and images next to it; or a GLB or glTF file.
        most: largest accepted number of faces.

    Returns:
        The parts, and the names of materials and images that the file mentions but that do not
        exist.

    Raises:
        MeshError: the file is damaged, not a mesh or too large.
    """
    name, kind = source.name, source.kind
    missing: list[str] = []
    import trimesh

    # trimesh logs what it could not read; the caller reports it in a sentence.
    logging.getLogger("trimesh").setLevel(logging.CRITICAL)
    try:
        _check_count(name, described_faces(source), most)
        resolver = recording_resolver(source, missing)
        file = io.BytesIO(source.data)
        scene = trimesh.load_scene(file, file_type=kind, resolver=resolver, process=False)
        places = [scene.graph[node] for node in scene.graph.nodes_geometry]
        placed = [(scene.geometry[which], matrix) for matrix, which in places]
        missing += unreadable_inside(source.data) if kind == "glb" else []
    except MeshError:
        raise
    # A damaged file makes trimesh raise almost anything: KeyError, IndexError, struct.error, ...
    except Exception as error:
        fault = fault_of_obj(source.data) if kind == "obj" else ""
        raise _unreadable(source, fault or "one that is damaged or incomplete") from error
    found = [
        (mesh, matrix)
        for mesh, matrix in placed
        if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces)
    ]
    _check_indices(source, [mesh for mesh, _ in found])
    count = sum(len(mesh.faces) for mesh, _ in found)
    if not count:
        raise MeshError(f"{name} must have triangles, got none; export it as a mesh")
    _check_count(name, count, most)
    return [_part(mesh, np.asarray(matrix), kind, name) for mesh, matrix in found], missing


def _check_indices(source: MeshSource, meshes: list[Any]) -> None:
    """Refuse indices of an OBJ file that trimesh takes for others, or leaves out with all UVs."""
    if source.kind != "obj":
        return
    lost = b"\nvt " in source.data and any(getattr(m.visual, "uv", None) is None for m in meshes)
    if (lost or _ZERO.search(source.data)) and (fault := fault_of_obj(source.data)):
        raise _unreadable(source, fault)


def _unreadable(source: MeshSource, fault: str) -> MeshError:
    kind = _KINDS[source.kind]
    return MeshError(f"{source.name} must be a readable {kind} file, got {fault}; export it again")


def _check_count(name: str, count: int, most: int) -> None:
    if count > most:
        raise MeshError(
            f"{name} must have at most {most:,} faces, got {count:,}; decimate the mesh first, in "
            "Blender with the modifier Decimate"
        )


def _transformed(mesh: Any, matrix: NDArray[np.float64], file: str) -> dict[str, Any]:
    """Return vertices, faces and normals of a mesh at its place in the scene."""
    vertices = np.asarray(mesh.vertices, np.float64)
    faces = np.asarray(mesh.faces, np.int64)
    usable = np.abs(vertices) < _LARGEST  # false for NaN
    if not usable.all():
        count = int((~usable.all(1)).sum())
        raise MeshError(
            f"{file} must have finite vertices, got NaN or infinity in {count:,} of "
            f"{len(vertices):,}; repair the mesh and export it again"
        )
    if not 0 <= faces.min() <= faces.max() < len(vertices):
        raise MeshError(f"{file} has faces that name vertices beyond its {len(vertices):,}")
    linear = matrix[:3, :3]
    # Only normals of the file are cached; trimesh computes others when they are asked for.
    normals = mesh._cache.cache.get("vertex_normals")
    if normals is not None:
        normals = np.asarray(normals, np.float64) @ np.linalg.pinv(linear)
    # A mirrored node turns the faces inside out.
    faces = faces[:, ::-1] if np.linalg.det(linear) < 0 else faces
    return {"vertices": vertices @ linear.T + matrix[:3, 3], "faces": faces, "normals": normals}


def _part(mesh: Any, matrix: NDArray[np.float64], kind: str, file: str) -> Part:
    material = getattr(mesh.visual, "material", None)
    uv = getattr(mesh.visual, "uv", None)
    if uv is not None and (np.shape(uv) != (len(mesh.vertices), 2) or not np.isfinite(uv).all()):
        uv = None
    return Part(
        name=str(mesh.metadata.get("name", file)),
        **_transformed(mesh, matrix, file),
        uv=None if uv is None else np.asarray(uv, np.float64),
        image=_image(material),
        colour=_colour(mesh.visual, material),
        double_sided=kind == "obj" or bool(getattr(material, "doubleSided", False)),
    )


def _image(material: Any) -> Image.Image | None:
    found: Any = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    # For a material that cannot be found, trimesh makes up an image of 2 x 2 grey pixels.
    return found if hasattr(found, "convert") and max(found.size) > 2 else None


def _colour(visual: Any, material: Any) -> NDArray[np.float64]:
    """Return the colour of a material, or the main colour of a mesh without one."""
    factor = getattr(material, "baseColorFactor", None)
    if factor is not None:
        # glTF's factors are linear, textures and ours are sRGB.
        linear = np.asarray(factor, np.float64)[:3] / 255
        low = linear <= 0.0031308
        srgb: NDArray[np.float64] = np.where(
            low, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
        )
        return srgb
    if hasattr(material, "baseColorTexture") or _image(material) is not None:
        # An MTL file's Kd next to a texture is usually a viewer's default and not meant as a tint.
        return np.ones(3)
    main = getattr(material, "diffuse", None)
    if main is None:
        main = getattr(visual, "main_color", None)
    return np.full(3, 0.6) if main is None else np.asarray(main, np.float64)[:3] / 255
