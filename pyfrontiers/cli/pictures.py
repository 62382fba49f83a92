"""Pictures that commands take: included photographs by name, and image files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["open_picture"]


def open_picture(image: str, *, reduce_to: int | None = None) -> Image.Image | None:
    """Open an included photograph or an image file.

    Args:
        image: name of a photograph, or path of a file.
        reduce_to: as for `decode_upload`.

    Returns:
        The picture, or None if there is neither a photograph nor a file of this name.

    Raises:
        ValueError: the file is not a usable picture.
    """
    from pyfrontiers.vision import (
        PHOTOGRAPHS,
        UploadError,
        check_file_size,
        decode_upload,
        photograph,
    )

    if image in PHOTOGRAPHS:
        return photograph(image)
    path = Path(image)
    if not path.exists() or path.is_dir():
        return None
    try:
        check_file_size(path.stat().st_size)
        return decode_upload(path.read_bytes(), reduce_to=reduce_to)
    except UploadError as error:
        raise ValueError(f"{image}: {error}") from error
