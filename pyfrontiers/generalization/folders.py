"""A folder of images, one folder a class, as most image libraries lay them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from pyfrontiers.generalization.data import DataError, data_from_arrays

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from pyfrontiers.generalization.data import ImageData

__all__ = ["MOST_IMAGES", "read_image_folder"]

#: Most images that are read from a folder: 32 x 32 colour pixels of all take 250 MB.
MOST_IMAGES = 20_000
_SIDE = 32
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"})
_TRAINING = ("train", "training")
_TESTING = ("test", "val", "valid", "validation")
#: Above this share of unreadable files the folder is refused.
_MOST_UNREADABLE = 0.1


@dataclass
class _Reading:
    """What has been read so far, and what could not be."""

    images: list[Image.Image] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    read: int = 0


def read_image_folder(folder: Path, *, side: int = _SIDE) -> ImageData:
    """Read `folder/CLASS/*.png` or `folder/train/CLASS/*`, `folder/test/CLASS/*`.

    Every picture is decoded as an upload is (Pillow, bounded size, metadata dropped), cut to its
    centre square and reduced to `side` pixels; pictures that are all grey keep one channel. Files
    that cannot be read are left out and named in the notes.

    Args:
        folder: one folder a class; or a training and a test folder of these. Without the two,
            every fifth image of each class, in the order of the names, is a test image.
        side: height and width in pixels that all pictures are brought to, at least 4.

    Returns:
        The data set; its name is the folder's.

    Raises:
        DataError: there is no image, one class, too few images, more than `MOST_IMAGES`, or more
            than a tenth of the files cannot be read; the message names what was found.
    """
    parts = _parts(folder)
    names = sorted({path.name for part in parts for path in _class_folders(part)})
    if not names:
        loose = sum(path.suffix.lower() in _SUFFIXES for path in folder.iterdir())
        raise DataError(
            f"{folder.name} has no folders of classes"
            + (f" but {loose} images side by side" if loose else "")
            + "; wanted one folder a class, such as cats/1.jpg and dogs/1.jpg"
        )
    files = [
        (path, names.index(path.parent.name), number)
        for number, part in enumerate(parts)
        for of_class in _class_folders(part)
        for path in sorted(of_class.iterdir())
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    ]
    _check_number(folder, files, names)
    reading = _Reading()
    places = [
        (label, number) for path, label, number in files if _read(path, folder, side, reading)
    ]
    notes = _notes(folder, reading)
    labels = torch.tensor([label for label, _ in places], dtype=torch.int64)
    test = None if len(parts) == 1 else torch.tensor([number == 1 for _, number in places])
    images = _stacked(reading.images)
    return data_from_arrays(folder.name, images, labels, tuple(names), test=test, notes=notes)


def _parts(folder: Path) -> list[Path]:
    """Give the training and the test folder, or the folder itself when it has no such two."""
    below = {path.name.lower(): path for path in folder.iterdir() if path.is_dir()}
    training = next((below[name] for name in _TRAINING if name in below), None)
    testing = next((below[name] for name in _TESTING if name in below), None)
    return [training, testing] if training and testing else [folder]


def _class_folders(part: Path) -> list[Path]:
    return sorted(p for p in part.iterdir() if p.is_dir() and not p.name.startswith("."))


def _check_number(folder: Path, files: list[tuple[Path, int, int]], names: list[str]) -> None:
    if not files:
        raise DataError(
            f"the folders of {folder.name} ({', '.join(names[:5])}) hold no pictures; wanted files "
            f"that end in {', '.join(sorted(_SUFFIXES))}"
        )
    if len(files) > MOST_IMAGES:
        raise DataError(
            f"{folder.name} holds {len(files):,} pictures; at most {MOST_IMAGES:,} can be read, so "
            "give a folder with a part of them"
        )


def _read(path: Path, folder: Path, side: int, reading: _Reading) -> bool:
    """Add a picture to what has been read, or its name to what could not be."""
    from PIL import Image

    from pyfrontiers.vision.uploads import UploadError, check_file_size, decode_upload

    reading.read += 1
    try:
        check_file_size(path.stat().st_size)
        picture = decode_upload(path.read_bytes(), smallest_side=4)
    except (UploadError, OSError):
        reading.unreadable.append(path.relative_to(folder).as_posix())
        return False
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    reading.images.append(picture.resize((side, side), Image.Resampling.BOX, box=box))
    return True


def _notes(folder: Path, reading: _Reading) -> tuple[str, ...]:
    bad = reading.unreadable
    if not bad:
        return ()
    named = ", ".join(bad[:3]) + (", ..." if len(bad) > 3 else "")
    if len(bad) > _MOST_UNREADABLE * reading.read:
        raise DataError(
            f"{len(bad)} of {reading.read} files of {folder.name} cannot be read as pictures "
            f"({named}); remove or repair them"
        )
    return (f"{len(bad)} of {reading.read} files cannot be read and were left out: {named}.",)


def _stacked(pictures: list[Image.Image]) -> torch.Tensor:
    """Stack RGB pictures of one size into (N, C, S, S) float32 in [0, 1], C = 1 if all are grey."""
    bytes_ = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    if bool((bytes_[..., :1] == bytes_).all()):
        bytes_ = bytes_[..., :1]
    return (bytes_.permute(0, 3, 1, 2).to(torch.float32) / 255).contiguous()
