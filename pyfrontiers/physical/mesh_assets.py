"""Find the materials and images of a mesh file, and note those that are missing or damaged."""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["recording_resolver", "unreadable_inside"]

_OPTIONS: Final = re.compile(r"^(-[a-z]+\s+((on|off|-?[\d.]+|[rgbmlz])\s+)*)+", re.IGNORECASE)
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".tga", ".bmp", ".tif", ".tiff", ".webp", ".gif")


def recording_resolver(path: Path, missing: list[str]) -> Any:
    """Return a resolver that finds files in the mesh's folder and notes those that are missing."""
    from trimesh.resolvers import FilePathResolver

    class Recording(FilePathResolver):
        def get(self, name: str) -> Any:
            # An MTL file may give options before the name: -bm 0.2 -clamp on wood.png.
            plain = _OPTIONS.sub("", name.strip()).strip('"').replace("\\", "/")
            data = None
            # Exporters often write the full path on their machine.
            alone = plain.rpartition("/")[2]
            for candidate in (plain, alone, *_in_other_case(path.parent, alone)):
                with contextlib.suppress(Exception):  # outside the folder, or no such file
                    data = data or super().get(candidate)
            if data is None or (plain.lower().endswith(_IMAGES) and not _is_image(data)):
                missing.append(plain)
                raise FileNotFoundError(plain)
            return data

    return Recording(str(path))


def _in_other_case(folder: Path, name: str) -> list[str]:
    """Return the files that differ from a name in upper and lower case, as Windows allows."""
    return [each.name for each in folder.iterdir() if each.name.lower() == name.lower()]


def unreadable_inside(path: Path) -> list[str]:
    """Return the images inside a GLB file that cannot be decoded, which trimesh leaves out."""
    data = path.read_bytes()
    size = int.from_bytes(data[12:16], "little")
    description, body = json.loads(data[20 : 20 + size]), data[28 + size :]
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


def _is_image(data: bytes) -> bool:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
    except Exception:
        return False
    return True
