"""The files of a mesh: on disk, among a visitor's uploads, or in a ZIP archive."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from pyfrontiers.zip_faults import zip_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["LARGEST_FILE", "MeshError", "MeshSource", "source_among", "source_at"]

LARGEST_FILE: Final = 256_000_000
"""Largest accepted size of a mesh file in bytes; for a ZIP archive, of all files inside it."""

_MOST_FILES: Final = 1000  # in an archive
_MESHES: Final = (".obj", ".glb", ".gltf")
_WITHOUT_TEXTURE: Final = {".stl": "STL", ".ply": "PLY", ".off": "OFF", ".3mf": "3MF"}


class MeshError(ValueError):
    """A mesh file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class MeshSource:
    """A mesh file and the files next to it.

    Attributes:
        name: name of the file.
        data: its content.
        kind: "obj", "glb" or "gltf", by the content.
        find: returns the content of a file next to it, or None if there is none. Only the name
            counts, in any case, because exporters often write the full path on their machine.
    """

    name: str
    data: bytes
    kind: str
    find: Callable[[str], bytes | None]


def source_at(path: Path) -> MeshSource:
    """Return a mesh file on disk, with the files of its folder.

    Raises:
        MeshError: there is no such file; it is empty, too large or not a mesh.
    """
    if path.is_dir():
        raise MeshError(f"{path} is a folder; name the OBJ or GLB file in it")
    if not path.exists():
        raise MeshError(f"{path} does not exist; name an OBJ or GLB file")
    _check_size(path.name, path.stat().st_size)

    def find(name: str) -> bytes | None:
        # Also as in the file, because a texture may lie in a folder below.
        below = path.parent / name
        inside = below.resolve().is_relative_to(path.parent.resolve())
        alone = _alone(name)
        nearby = (each for each in path.parent.iterdir() if each.name.lower() == alone)
        found = below if inside and below.is_file() else next(nearby, None)
        return None if found is None or not found.is_file() else found.read_bytes()

    data = path.read_bytes()
    return MeshSource(path.name, data, _kind_of(path.name, data), find)


def source_among(files: Sequence[tuple[str, bytes]]) -> MeshSource:
    """Return the mesh file among some files or in the ZIP archives among them.

    Args:
        files: names and contents.

    Raises:
        MeshError: there is no mesh file, or more than one; an archive is damaged, encrypted or
            too large; the mesh file is empty or not a mesh.
    """
    all_files = [each for name, data in files for each in _unpacked(name, data)]
    meshes = [(name, data) for name, data in all_files if _may_be_mesh(name, data)]
    if len(meshes) != 1:
        names = ", ".join(name for name, _ in (meshes or all_files)[:5]) or "nothing"
        raise MeshError(
            f"files must hold one mesh, an OBJ or GLB file with its images, got {names}"
            + ("" if meshes else ", none of which is a mesh")
        )
    name, data = meshes[0]
    _check_size(name, len(data))
    others = {_alone(other): content for other, content in reversed(all_files)}
    return MeshSource(name, data, _kind_of(name, data), lambda wanted: others.get(_alone(wanted)))


def _alone(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _may_be_mesh(name: str, data: bytes) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in (*_MESHES, *_WITHOUT_TEXTURE) or data[:4] == b"glTF"


def _unpacked(name: str, data: bytes) -> Iterable[tuple[str, bytes]]:
    """Yield a file, or those in it if it is an archive, by their names without folders."""
    if data[:4] not in (b"PK\3\4", b"PK\5\6") or PurePosixPath(name).suffix.lower() == ".3mf":
        return [(name, data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if _is_wanted(each.filename)]
            # Before anything is unpacked. No more than the size given here is ever read.
            size = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_FILES or size > LARGEST_FILE:
                raise MeshError(
                    f"{name} must hold at most {_MOST_FILES:,} files of {LARGEST_FILE / 1e6:.0f} "
                    f"MB together, got {size / 1e6:,.0f} MB in {len(entries):,}"
                )
            return [(PurePosixPath(e.filename).name, archive.read(e)) for e in entries]
    except MeshError:
        raise
    # A damaged or encrypted archive raises BadZipFile, RuntimeError, zlib.error, EOFError, ...
    except Exception as error:
        raise MeshError(
            f"{name} must be a ZIP file that can be unpacked, got {zip_fault(error)}"
        ) from error


def _is_wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not name.endswith("/") and not any(p.startswith((".", "__MACOSX")) for p in parts)


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise MeshError(f"{name} is empty; export the mesh again")
    if size > LARGEST_FILE:
        raise MeshError(
            f"{name} must have at most {LARGEST_FILE / 1e6:.0f} MB, got {size / 1e6:.0f} MB; "
            "decimate the mesh first"
        )


def _kind_of(name: str, data: bytes) -> str:
    """Return "obj", "glb" or "gltf" by the content of the file."""
    head = data[:4096]
    if head[:4] == b"glTF":
        return "glb"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "gltf"
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _WITHOUT_TEXTURE:
        raise MeshError(
            f"{name} is a file of the format {_WITHOUT_TEXTURE[suffix]}, which has no texture; "
            "export the mesh as OBJ or GLB with texture coordinates"
        )
    if suffix != ".obj" or b"\0" in head:
        raise MeshError(f"{name} must be an OBJ, GLB or glTF file, got something else")
    return "obj"
