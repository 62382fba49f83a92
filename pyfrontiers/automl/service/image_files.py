"""Read a data set from images by class, in a folder or a zip file."""

from __future__ import annotations

import zlib
from functools import partial
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch

from pyfrontiers.automl.service.array_files import as_tensor
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.labels import too_many
from pyfrontiers.zip_faults import zip_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    #: Class, name of the file, and what opens it.
    Entry = tuple[str, str, Callable[[], Any]]

__all__ = ["read_image_folder", "read_image_zip"]

_LAYOUT = "a folder of images for each class, as in cats/1.png and dogs/1.png"
#: Bytes that show what a file is.
_HEAD = 4096
_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")


def read_image_folder(path: Path) -> Dataset:
    """Read a folder with a folder of images for each class; see `read_dataset`.

    Raises:
        ValueError: it cannot be used.

    """
    folders = sorted(each for each in path.iterdir() if each.is_dir() and each.name[0] != ".")
    entries: list[Entry] = [
        (folder.name, str(file), partial(file.open, "rb"))
        for folder in folders
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in _PICTURES and file.name[0] != "."
    ]
    if not entries:
        raise ValueError(
            f"data must be a folder with {_LAYOUT}, got {path}, which has {_instead(path, folders)}"
        )
    return _read(entries, tuple(folder.name for folder in folders), path.name, None)


def read_image_zip(file: BinaryIO, name: str, most: int | None = None) -> Dataset:
    """Read a zip file of such a folder; the classes may be in an outer folder.

    Args:
        file: the file.
        name: of the file.
        most: most numbers that the images may hold; `None` for any.

    Raises:
        ValueError: it cannot be used.

    """
    try:
        with ZipFile(file) as archive:
            entries: list[Entry] = []
            for each in sorted(archive.namelist()):
                path = PurePosixPath(each)
                # Folders such as __MACOSX hold no images, but files with the names of images.
                hidden = any(part.startswith((".", "__")) for part in path.parts)
                if path.suffix.lower() in _PICTURES and len(path.parts) > 1 and not hidden:
                    entries.append((path.parts[-2], each, partial(archive.open, each)))
            if not entries:
                raise ValueError(f"{name} must hold {_LAYOUT}, got no image in a folder")
            classes = tuple(sorted({entry[0] for entry in entries}))
            return _read(entries, classes, name, most)
    # zipfile: an unknown compression method, an encrypted entry, or damaged bytes.
    except (BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ValueError(f"{name} must be a readable .zip file, got {zip_fault(error)}") from error


def _read(entries: list[Entry], classes: tuple[str, ...], name: str, most: int | None) -> Dataset:
    from PIL import Image, UnidentifiedImageError

    from pyfrontiers.vision.upload_errors import UploadError, not_an_image

    pictures: list[Any] = []
    for _, file, opens in entries:
        head = b""
        try:
            with opens() as stream:
                head = stream.read(_HEAD)
            with opens() as stream, Image.open(stream) as opened:
                size = len(entries) * opened.width * opened.height
                if most is not None and size > most:
                    raise too_many(name, size, most)
                if opened.mode.startswith(("I", "F")):
                    raise ValueError(
                        f"{file} must have 8 bits a channel, got the mode {opened.mode}; convert it"
                    )
                pictures.append(opened.convert("L" if opened.mode in ("1", "L") else "RGB"))
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            unknown = isinstance(error, UnidentifiedImageError)
            fault = not_an_image(head) if unknown and head else UploadError.damaged()
            raise ValueError(f"{_short(file)} must be an image. {fault}") from error
        if pictures[-1].size != pictures[0].size:
            raise ValueError(
                f"images must have equal sizes, got {_size(pictures[0])} in "
                f"{_short(entries[0][1])} and {_size(pictures[-1])} in {_short(file)}; "
                "resize them to one size first"
            )
    if any(each.mode == "RGB" for each in pictures):
        pictures = [each.convert("RGB") for each in pictures]
    pixels = np.stack([np.asarray(each, np.float32) for each in pictures]) / 255
    if most is not None and pixels.size > most:
        raise too_many(name, pixels.size, most)
    pixels = pixels[:, None] if pixels.ndim == 3 else np.moveaxis(pixels, 3, 1)
    labels = torch.tensor([classes.index(entry[0]) for entry in entries], device="cpu")
    return Dataset(as_tensor(pixels), labels, classes, (), name.removesuffix(".zip"), white=1.0)


def _instead(path: Path, folders: list[Path]) -> str:
    """Say what a folder without images in folders has."""
    loose = sorted(each.name for each in path.iterdir() if each.suffix.lower() in _PICTURES)
    if loose:
        return (
            f"images outside class folders, such as {loose[0]}; put them into a folder for each "
            "class"
        )
    if folders:
        names = ", ".join(folder.name for folder in folders[:3])
        return f"no images in its folders ({names}{', ...' if len(folders) > 3 else ''})"
    return "no folders"


def _short(file: str) -> str:
    """Return a file's name with its class."""
    return "/".join(PurePath(file).parts[-2:])


def _size(picture: Any) -> str:
    return f"{picture.width} x {picture.height}"
