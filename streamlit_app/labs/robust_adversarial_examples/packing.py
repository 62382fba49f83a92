"""An object as bytes for the viewer: a header, the mesh, and its textures as WebP."""

from __future__ import annotations

import json
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

    from pyfrontiers.kernels import Mesh

__all__ = ["packed_model", "webp"]

#: Of the viewer's textures; the classifier reads the exact ones.
_QUALITY = 95
_WIDE = 65535


def packed_model(mesh: Mesh, textures: Mapping[str, Tensor]) -> tuple[str, bytes]:
    """Return an identifier and the bytes that ``model.js`` reads.

    A header of JSON, whose length comes first as four bytes, names the parts: positions (float32),
    texture coordinates (16 bits for [0, 1]), normals (8 bits, four for each vertex), faces (16 or
    32 bits) and textures.

    Args:
        mesh: The mesh.
        textures: Textures (3, height, width) by name.
    """
    vertices, faces = _shared_corners(mesh)
    normals = np.zeros((len(vertices), 4), np.int8)
    length = np.linalg.norm(vertices[:, 5:], axis=1, keepdims=True).clip(1e-9)
    normals[:, :3] = np.rint(127 * vertices[:, 5:] / length)
    parts: dict[str, bytes] = {
        "positions": vertices[:, :3].astype("<f4").tobytes(),
        "uv": np.rint(_WIDE * vertices[:, 3:5].clip(0, 1)).astype("<u2").tobytes(),
        "normals": normals.tobytes(),
        "faces": faces.astype("<u4" if len(vertices) > _WIDE else "<u2").tobytes(),
    }
    pictures = {name: webp(_bytes(texture), _QUALITY) for name, texture in textures.items()}
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for name, data in (*parts.items(), *pictures.items()):
        places[name] = (start, len(data))
        start += len(data)
    body = b"".join((*parts.values(), *pictures.values()))
    identifier = blake2b(body, digest_size=8).hexdigest()
    head = {
        "id": identifier,
        "vertices": len(vertices),
        "doubleSided": mesh.double_sided,
        "textures": {name: places[name] for name in pictures},
    } | {name: places[name] for name in parts}
    header = json.dumps(head).encode()
    return identifier, len(header).to_bytes(4, "little") + header + body


def webp(picture: NDArray[np.uint8], quality: int) -> bytes:
    """Return RGB pixels (height, width, 3) as a WebP file."""
    stored = BytesIO()
    Image.fromarray(picture).save(stored, "WebP", quality=quality, method=2)
    return stored.getvalue()


def _bytes(texture: Tensor) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = (texture * 255).round().byte().permute(1, 2, 0).numpy()
    return pixels


def _shared_corners(mesh: Mesh) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return distinct corners (N, 8): position, u, v, normal; and the faces (F, 3) of them."""
    at_corners = mesh.corners[:, :15].reshape(-1, 5).numpy()
    positions = mesh.vertices[mesh.faces.long().flatten()].float().numpy()
    rows = np.concatenate([positions, at_corners], axis=1).astype(np.float32)
    # Rows as single items sort much faster than rows of eight numbers.
    items = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, first, faces = np.unique(items, return_index=True, return_inverse=True)
    return rows[first], faces.reshape(-1, 3).astype(np.int64)
