"""List the images in a folder and below, without files left there by systems and tools."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pyfrontiers.generalization.data import DataError
from pyfrontiers.generalization.litter import is_litter

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

__all__ = ["TABLES", "Folder", "scanned"]

_SUFFIXES = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".gif", ".bmp", ".dib"),
        *(".tif", ".tiff", ".heic", ".heif", ".hif", ".apng", ".jp2", ".jxl", ".mpo"),
    }
)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
TABLES = frozenset({".csv", ".tsv", ".xlsx", ".json", ".xml", ".parquet"})
"""Endings of files that may hold labels."""
_NO_PICTURES = TABLES | {".txt", ".md", ".py", ".pkl", ".npy", ".zip"}
_MAX_ENTRIES, _DEEPEST = 400_000, 200


@dataclass
class Folder:
    """A folder: the images in it, the folders in it, and the names of the other files."""

    path: Path
    pictures: list[Path] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in composed Unicode form (NFC), because macOS stores accents separately."""
        raw = os.fsencode(self.path.name).decode("utf-8", "replace")
        return unicodedata.normalize("NFC", raw)

    @property
    def total(self) -> int:
        """Number of images in the folder and all folders below."""
        return len(self.pictures) + sum(folder.total for folder in self.folders)

    @property
    def full(self) -> list[Folder]:
        """The subfolders that contain images."""
        return [folder for folder in self.folders if folder.total]

    @property
    def plain_name(self) -> str:
        """Its name in lower case without punctuation, for comparison."""
        return re.sub(r"[\W_]", "", self.name.lower())

    def all_pictures(self) -> Iterator[Path]:
        """Yield the images in the folder and below, in order of their names."""
        yield from self.pictures
        for folder in self.folders:
            yield from folder.all_pictures()


def scanned(folder: Path, passed: Counter[str]) -> Folder:
    """List a folder and everything below it.

    Args:
        folder: The folder.
        passed: Counter of the skipped files of systems and browsers.

    Raises:
        DataError: There are more than 400,000 files, or more than 200 folders within each other.

    """
    return _scanned(folder, passed, [0], 0, {os.path.realpath(folder)})


def _scanned(
    path: Path, passed: Counter[str], seen: list[int], depth: int, visited: set[str]
) -> Folder:
    found = Folder(path)
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        seen[0] += 1
        if seen[0] > _MAX_ENTRIES:
            raise DataError(
                f"the data folder must hold at most {_MAX_ENTRIES:,} files, got more; name the "
                "folder of the images itself"
            )
        is_folder = _is_folder(entry)
        if is_litter(entry.name, folder=is_folder):
            passed[_kind(entry.name)] += 1
        elif is_folder:
            # A link may lead back to a folder above.
            real = os.path.realpath(entry.path)
            if depth == _DEEPEST:
                raise DataError(
                    f"the data folder must have at most {_DEEPEST} folders within each other, got "
                    "more; name the folder of the images itself"
                )
            if real not in visited:
                below = visited | {real}
                found.folders.append(_scanned(Path(entry), passed, seen, depth + 1, below))
        elif _is_picture(entry):
            found.pictures.append(Path(entry))
        else:
            found.others.append(entry.name)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _kind(name: str) -> str:
    """Return the name of a skipped file in a note."""
    if name.startswith("._"):
        return "._*"
    suffix = Path(name).suffix.lower()
    return f"*{suffix}" if suffix in {".crdownload", ".part", ".tmp", ".download"} else name


def _is_picture(entry: os.DirEntry[str]) -> bool:
    if Path(entry.name).suffix.lower() in _SUFFIXES:
        return True
    if Path(entry.name).suffix.lower() in _NO_PICTURES:
        return False
    try:
        if not entry.is_file():
            return False
        with open(entry.path, "rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head.startswith(_STARTS) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
