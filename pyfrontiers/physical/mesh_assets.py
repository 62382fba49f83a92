"""Find the materials and images of a mesh file, and note those that are missing or damaged."""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pyfrontiers.physical.mesh_sources import MeshSource

__all__ = ["described_faces", "fault_of_obj", "recording_resolver", "unreadable_inside"]

_OPTIONS: Final = re.compile(r"^(-[a-z]+\s+((on|off|-?[\d.]+|[rgbmlz])\s+)*)+", re.IGNORECASE)
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".tga", ".bmp", ".tif", ".tiff", ".webp", ".gif")
_DECODED: Final = 24_000_000
"""Pixels up to which an image is decoded to find out whether it is damaged."""


def recording_resolver(source: MeshSource, missing: list[str]) -> Any:
    """Return a resolver that finds the files next to a mesh and notes those that are missing."""
    from trimesh.resolvers import Resolver

    class Recording(Resolver):
        def __init__(self) -> None:
            pass

        def get(self, name: str) -> Any:
            # An MTL file may give options before the name: -bm 0.2 -clamp on wood.png.
            plain = _OPTIONS.sub("", name.strip()).strip('"').replace("\\", "/")
            data = None
            with contextlib.suppress(Exception):  # a name that no file can have
                data = source.find(plain)
            if data is None or (plain.lower().endswith(_IMAGES) and not _is_image(data)):
                missing.append(plain)
                raise FileNotFoundError(plain)
            return data

        def keys(self) -> list[str]:
            return []

        def namespaced(self, namespace: str) -> Any:
            return self

        def write(self, name: str, data: Any) -> None:
            raise PermissionError(name)

    return Recording()


def described_faces(source: MeshSource) -> int:
    """Return about how many faces a file claims to have, without making room for them.

    A glTF file of a few bytes may describe arrays of any length.
    """
    if source.kind == "obj":
        return source.data.count(b"\nf ") + source.data.startswith(b"f ")
    found = _description(source.data if source.kind == "gltf" else _json_chunk(source.data))
    counts = [int(each["count"]) for each in found.get("accessors", [])]
    faces = 0
    for mesh in found.get("meshes", []):
        for primitive in mesh["primitives"]:
            corners = primitive.get("indices", primitive["attributes"]["POSITION"])
            faces += counts[corners] // 3
    return max(faces, max(counts, default=0) // 3)


def fault_of_obj(data: bytes) -> str:
    """Return the first line of an OBJ file that names what it does not have; "" if there is none.

    Only for files that cannot be read, because it takes long.
    """
    text = data.decode("utf-8", "replace")
    kinds = {"v": "vertices", "vt": "texture coordinates", "vn": "normals"}
    have = dict.fromkeys(kinds, 0)
    named: list[tuple[int, str, str, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        word, *rest = line.split() or [""]
        if word in have:
            have[word] += 1
        elif word == "f":
            for corner in rest:
                for kind, index in zip(kinds, corner.split("/"), strict=False):
                    if not re.fullmatch(r"-?\d+|", index):
                        return f"{corner!r} as a corner of the face in line {number}"
                    if index:
                        below = have[kind] + int(index) + 1 if index.startswith("-") else int(index)
                        named.append((number, kind, index, below))
    for number, kind, index, place in named:
        if not 1 <= place <= have[kind]:
            return (
                f"a face in line {number} with the index {index}, where the file has "
                f"{have[kind]:,} {kinds[kind]}"
            )
    return ""


def unreadable_inside(data: bytes) -> list[str]:
    """Return the images inside a GLB file that cannot be decoded, which trimesh leaves out."""
    text = _json_chunk(data)
    description, body = _description(text), data[28 + len(text) :]
    views = description.get("bufferViews", [])
    found = []
    for number, image in enumerate(description.get("images", [])):
        if "bufferView" in image:
            view = views[image["bufferView"]]
            start = view.get("byteOffset", 0)
            if not _is_image(body[start : start + view["byteLength"]]):
                kind = image.get("mimeType", "of unknown kind")
                found.append(f"image {number + 1} inside it ({kind})")
    return found


def _json_chunk(data: bytes) -> bytes:
    return data[20 : 20 + int.from_bytes(data[12:16], "little")]


def _description(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _is_image(data: bytes) -> bool:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height <= _DECODED:
                image.load()
    except Exception:
        return False
    return True
