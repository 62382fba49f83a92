"""Write a textured object as GLB and as OBJ, which other programs open and print."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pyfrontiers.arguments import checked
from pyfrontiers.physical.objects import TexturedObject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["glb_bytes", "obj_files", "png_bytes", "save_object"]

Y_UP_FROM_Z_UP: Final = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""Turns our axes (z up, the front towards x) into glTF's (y up, the front towards z)."""

_FLOAT, _UNSIGNED, _LINEAR, _CLAMP = 5126, 5125, 9729, 33071
_VERTICES, _INDICES = 34962, 34963


def png_bytes(texture: Tensor) -> bytes:
    """Return a texture (3, height, width) in [0, 1] as PNG, rounded to 8 bits."""
    import io

    from pyfrontiers.vision import to_image

    stream = io.BytesIO()
    to_image(texture).save(stream, format="PNG")
    return stream.getvalue()


@checked
def glb_bytes(obj: TexturedObject) -> bytes:
    """Return an object as binary glTF 2.0 with its texture inside, y up and the front towards z.

    The material is rough and not metallic. Faces and texture are those of the object: nothing is
    simplified, and the texture is rounded to 8 bits.

    Args:
        obj: the object.

    Source: Khronos Group, glTF 2.0 Specification, section 4 (binary glTF).
    """
    vertices, uv, normals, faces = _unified(obj)
    blobs: list[bytes] = []
    arrays = [vertices, uv] if normals is None else [vertices, uv, normals]
    accessors: list[dict[str, Any]] = []
    for array in arrays:
        kind = "VEC2" if array.shape[1] == 2 else "VEC3"
        entry = {"bufferView": len(blobs), "componentType": _FLOAT, "count": len(array)}
        accessors.append(entry | {"type": kind})
        blobs.append(array.astype("<f4").tobytes())
    stored = vertices.astype(np.float32)
    accessors[0] |= {"min": stored.min(0).tolist(), "max": stored.max(0).tolist()}
    entry = {"bufferView": len(blobs), "componentType": _UNSIGNED, "count": faces.size}
    accessors.append(entry | {"type": "SCALAR"})
    blobs += [faces.astype("<u4").tobytes(), png_bytes(obj.texture)]
    names = ("POSITION", "TEXCOORD_0", "NORMAL")[: len(arrays)]
    description = {
        "asset": {"version": "2.0", "generator": "pyfrontiers"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": obj.name}],
        "meshes": [
            {
                "name": obj.name,
                "primitives": [
                    {
                        "attributes": {name: index for index, name in enumerate(names)},
                        "indices": len(arrays),
                        "material": 0,
                    }
                ],
            }
        ],
        "materials": [
            {
                "pbrMetallicRoughness": {
                    "baseColorTexture": {"index": 0},
                    "metallicFactor": 0.0,
                    "roughnessFactor": 1.0,
                },
                "doubleSided": obj.mesh.double_sided,
            }
        ],
        "textures": [{"sampler": 0, "source": 0}],
        "samplers": [
            {"magFilter": _LINEAR, "minFilter": _LINEAR, "wrapS": _CLAMP, "wrapT": _CLAMP}
        ],
        "images": [{"bufferView": len(arrays) + 1, "mimeType": "image/png"}],
        "accessors": accessors,
    }
    return _container(description, blobs, targets=[_VERTICES] * len(arrays) + [_INDICES])


def _container(description: dict[str, Any], blobs: list[bytes], targets: list[int]) -> bytes:
    """Assemble a GLB file of the description and one buffer view per blob."""
    views: list[dict[str, int]] = []
    body = b""
    for index, blob in enumerate(blobs):
        view = {"buffer": 0, "byteOffset": len(body), "byteLength": len(blob)}
        views.append(view | ({"target": targets[index]} if index < len(targets) else {}))
        body += blob + b"\0" * (-len(blob) % 4)
    description |= {"bufferViews": views, "buffers": [{"byteLength": len(body)}]}
    text = json.dumps(description, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = (text, b"JSON"), (body, b"BIN\0")
    rest = b"".join(struct.pack("<I4s", len(data), kind) + data for data, kind in chunks)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(rest)) + rest


def _unified(
    obj: TexturedObject,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None, NDArray[np.int64]]:
    """Index vertices, uv and normals together, as glTF wants, in glTF's axes.

    glTF's texture coordinates start at the upper left corner, as ours do.
    """
    mesh = obj.mesh
    faces = mesh.faces.cpu().numpy().astype(np.int64)
    uv_faces = mesh.uv_faces.cpu().numpy().astype(np.int64) if mesh.uv_faces is not None else faces
    # One number for each pair of a vertex and a texture coordinate.
    pairs, indices = np.unique(faces * len(mesh.uv) + uv_faces, return_inverse=True)
    vertex, coordinate = np.divmod(pairs, len(mesh.uv))
    vertices = mesh.vertices.cpu().numpy()[vertex] @ Y_UP_FROM_Z_UP.T
    normals = None
    if mesh.normals is not None:
        normals = mesh.normals.double().cpu().numpy()[vertex] @ Y_UP_FROM_Z_UP.T
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    uv = mesh.uv.double().cpu().numpy()[coordinate]
    return vertices, uv, normals, indices.reshape(faces.shape)


@checked
def obj_files(obj: TexturedObject) -> dict[str, bytes]:
    """Return an object as Wavefront OBJ, MTL and PNG: the content of each file by its name.

    Y is up and the front towards z, as most programs write OBJ files. v is counted upwards.

    Args:
        obj: the object.
    """
    stem = file_stem(obj.name)
    mesh = obj.mesh
    faces = mesh.faces.cpu().numpy().astype(np.int64) + 1
    uv_faces = (mesh.uv_faces if mesh.uv_faces is not None else mesh.faces).cpu().numpy() + 1
    uv = mesh.uv.double().cpu().numpy()
    lines = [f"# {stem}", f"mtllib {stem}.mtl", f"o {stem}"]
    lines += _rows("v", mesh.vertices.cpu().numpy() @ Y_UP_FROM_Z_UP.T)
    lines += _rows("vt", np.stack([uv[:, 0], 1 - uv[:, 1]], axis=1))
    form = "f {0}/{3} {1}/{4} {2}/{5}"
    if mesh.normals is not None:
        lines += _rows("vn", mesh.normals.double().cpu().numpy() @ Y_UP_FROM_Z_UP.T)
        form = "f {0}/{3}/{0} {1}/{4}/{1} {2}/{5}/{2}"
    lines.append(f"usemtl {stem}")
    lines += [form.format(*a, *b) for a, b in zip(faces.tolist(), uv_faces.tolist(), strict=True)]
    material = [f"newmtl {stem}", "Ka 0 0 0", "Kd 1 1 1", "Ks 0 0 0", "illum 1"]
    material.append(f"map_Kd {stem}.png")
    return {
        f"{stem}.obj": "\n".join([*lines, ""]).encode(),
        f"{stem}.mtl": "\n".join([*material, ""]).encode(),
        f"{stem}.png": png_bytes(obj.texture),
    }


def _rows(word: str, values: NDArray[np.float64]) -> Iterable[str]:
    for row in values.tolist():
        yield f"{word} {' '.join(f'{value:.7g}' for value in row)}"


def file_stem(name: str) -> str:
    """Return a name that every system accepts as part of a file name, without spaces."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "object"


@checked
def save_object(obj: TexturedObject, folder: Path, *, overwrite: bool = False) -> list[Path]:
    """Write NAME.glb, NAME.obj, NAME.mtl and NAME.png.

    Args:
        obj: the object.
        folder: where; created if it does not exist.
        overwrite: whether files that exist are replaced.

    Returns:
        The paths of the files.

    Raises:
        FileExistsError: a file exists and `overwrite` is false; nothing is written.
    """
    files = {f"{file_stem(obj.name)}.glb": glb_bytes(obj)} | obj_files(obj)
    paths = [folder / name for name in files]
    existing = [path.name for path in paths if path.exists()]
    if existing and not overwrite:
        raise FileExistsError(
            f"folder {folder} must not hold {', '.join(existing)}; choose another folder, or allow "
            "overwriting"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return paths
