"""Read a folder of images with one subfolder per class, the layout of `ImageFolder`."""

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

#: Maximum number of images; at 32 x 32 colour pixels they take 250 MB.
MOST_IMAGES = 20_000
_SIDE = 32
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"})
_TRAINING = ("train", "training")
_TESTING = ("test", "val", "valid", "validation")
#: Maximum share of unreadable files.
_MOST_UNREADABLE = 0.1


@dataclass
class _Reading:
    """The images read so far, and the names of unreadable files."""

    images: list[Image.Image] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    read: int = 0


def read_image_folder(folder: Path, *, side: int = _SIDE) -> ImageData:
    """Read `folder/CLASS/*.png`, or `folder/train/CLASS/*.png` and `folder/test/CLASS/*.png`.

    Each image is decoded like an upload (see `pyfrontiers.vision.decode_upload`), cropped to its
    centre square and resized to `side` pixels. If all images are grey, they have one channel.
    Unreadable files are skipped and listed in the notes.

    Args:
        folder: a folder with one subfolder per class, or with a training and a test folder of this
            form. Without these two, every fifth image of each class, in order of the file names, is
            for testing.
        side: height and width of the resized images in pixels, at least 4.

    Returns:
        The data set, named after the folder.

    Raises:
        DataError: there are no images, fewer than two classes, too few or more than `MOST_IMAGES`
            images, or more than a tenth of the files are unreadable.
    """
    parts = _parts(folder)
    names = sorted({path.name for part in parts for path in _class_folders(part)})
    if not names:
        loose = sum(path.suffix.lower() in _SUFFIXES for path in folder.iterdir())
        raise DataError(
            f"{folder.name} must have one subfolder per class, such as cats/1.jpg and dogs/1.jpg, "
            f"got {loose or 'no'} images without subfolders"
        )
    files = [
        (path, names.index(path.parent.name), number)
        for number, part in enumerate(parts)
        for of_class in _class_folders(part)
        for path in sorted(of_class.iterdir())
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    ]
    _check_count(folder, files, names)
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
    """Return the training and the test folder, or the folder itself if it does not have both."""
    subfolders = {path.name.lower(): path for path in folder.iterdir() if path.is_dir()}
    training = next((subfolders[name] for name in _TRAINING if name in subfolders), None)
    testing = next((subfolders[name] for name in _TESTING if name in subfolders), None)
    return [training, testing] if training and testing else [folder]


def _class_folders(part: Path) -> list[Path]:
    return sorted(p for p in part.iterdir() if p.is_dir() and not p.name.startswith("."))


def _check_count(folder: Path, files: list[tuple[Path, int, int]], names: list[str]) -> None:
    if not files:
        raise DataError(
            f"the subfolders of {folder.name} ({', '.join(names[:5])}) must hold images that end "
            f"in {', '.join(sorted(_SUFFIXES))}, got none"
        )
    if len(files) > MOST_IMAGES:
        raise DataError(
            f"{folder.name} must hold at most {MOST_IMAGES:,} images, got {len(files):,}; use a "
            "folder with some of them"
        )


def _read(path: Path, folder: Path, side: int, reading: _Reading) -> bool:
    """Read one image; return whether it was readable."""
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
            f"{len(bad)} of {reading.read} files of {folder.name} are not readable images "
            f"({named}); remove or repair them"
        )
    return (f"{len(bad)} of {reading.read} files are not readable and were skipped: {named}.",)


def _stacked(pictures: list[Image.Image]) -> torch.Tensor:
    """Stack RGB images of one size into (N, C, S, S) float32 in [0, 1], with C = 1 if all grey."""
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    if bool((pixels[..., :1] == pixels).all()):
        pixels = pixels[..., :1]
    return (pixels.permute(0, 3, 1, 2).to(torch.float32) / 255).contiguous()
