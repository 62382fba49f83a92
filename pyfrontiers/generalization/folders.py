"""Read a folder of images with one subfolder per class, the layout of `ImageFolder`."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from pyfrontiers.generalization.data import DataError, data_from_arrays
from pyfrontiers.generalization.layout import find_layout

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from pyfrontiers.generalization.data import ImageData

__all__ = ["MAX_IMAGES", "read_image_folder"]

#: Maximum number of images; at 32 x 32 colour pixels they take 250 MB.
MAX_IMAGES = 20_000
_SIDE = 32
#: Maximum size of a file in bytes; larger than for uploads, because camera files can be.
_LARGEST_FILE = 64_000_000
#: Maximum share of unreadable images.
_MAX_UNREAD = 0.1


@dataclass
class _Reading:
    """The images read so far, and the names of unreadable ones by reason."""

    images: list[Image.Image] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tried: int = 0


def read_image_folder(folder: Path, *, side: int = _SIDE) -> ImageData:
    """Read `folder/CLASS/*.png`, or `folder/train/CLASS/*.png` and `folder/test/CLASS/*.png`.

    :func:`.find_layout` describes the other layouts that are recognised. Each image is decoded like
    an upload (see `pyfrontiers.vision.decode_upload`), cropped to its centre square and resized to
    `side` pixels. If all images are grey, they have one channel. The notes list skipped files, and
    unreadable images with the reason.

    Args:
        folder: a folder with one subfolder per class, or with a training and a test folder of this
            form. Without these two, every fifth image of each class, in order of the file names, is
            for testing.
        side: height and width of the resized images in pixels, at least 4.

    Returns:
        The data set, named after the folder.

    Raises:
        DataError: there are no images, fewer than two classes, too few or more than `MAX_IMAGES`
            images, or more than a tenth of the images cannot be read.
    """
    layout = find_layout(folder)
    if len(layout.files) > MAX_IMAGES:
        raise DataError(
            f"{folder.name} must hold at most {MAX_IMAGES:,} images, got {len(layout.files):,}; "
            "use a folder with some of them"
        )
    reading = _Reading()
    places = [
        (label, is_test)
        for path, label, is_test in layout.files
        if _read(path, folder, side, reading)
    ]
    notes = (*layout.notes, *_notes(folder, reading))
    labels = torch.tensor([label for label, _ in places], dtype=torch.int64, device="cpu")
    test = (
        torch.tensor([is_test for _, is_test in places], device="cpu") if layout.is_split else None
    )
    images = _stacked(reading.images)
    return data_from_arrays(layout.name, images, labels, layout.classes, test=test, notes=notes)


def _read(path: Path, folder: Path, side: int, reading: _Reading) -> bool:
    """Read one image; return whether it was readable."""
    from PIL import Image

    from pyfrontiers.vision.uploads import UploadError, check_file_size, decode_upload

    reading.tried += 1
    try:
        check_file_size(path.stat().st_size, _LARGEST_FILE)
        picture = decode_upload(
            path.read_bytes(), smallest_side=1, largest_file=_LARGEST_FILE, reduce_to=4 * side
        )
    except (UploadError, OSError) as error:
        reason = error.reason if isinstance(error, UploadError) else "cannot be opened"
        # A file name in another encoding has lone surrogates, which a page cannot show.
        name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")
        reading.unread[reason].append(name)
        return False
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    reading.images.append(picture.resize((side, side), Image.Resampling.BOX, box=box))
    return True


def _notes(folder: Path, reading: _Reading) -> tuple[str, ...]:
    count = sum(map(len, reading.unread.values()))
    if not count:
        return ()
    reasons = "; ".join(
        f"{len(names)} {reason} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
        for reason, names in sorted(reading.unread.items(), key=lambda item: -len(item[1]))
    )
    if count > _MAX_UNREAD * reading.tried:
        raise DataError(
            f"{count} of {reading.tried} images of {folder.name} cannot be read: {reasons}; remove "
            "or repair them"
        )
    return (f"{count} of {reading.tried} images were not read: {reasons}.",)


def _stacked(pictures: list[Image.Image]) -> torch.Tensor:
    """Stack RGB images of one size into (N, C, S, S) float32 in [0, 1], with C = 1 if all grey."""
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    if bool((pixels[..., :1] == pixels).all()):
        pixels = pixels[..., :1]
    return (pixels.permute(0, 3, 1, 2).to(torch.float32) / 255).contiguous()
