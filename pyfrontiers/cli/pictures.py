"""Pictures that commands take: included photographs by name, and image files."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

__all__ = ["open_picture", "open_texture"]


def open_picture(image: str, *, reduce_to: int | None = None) -> Image.Image:
    """Open an included photograph or an image file.

    Args:
        image: name of a photograph, or path of a file.
        reduce_to: as for `decode_upload`.

    Raises:
        ValueError: there is neither a photograph nor a file of this name (the message suggests a
            similar one), or the file is not a usable picture.
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
    if image and path.is_dir():
        raise ValueError(f"IMAGE must be an image file, got the folder {image}; name a file in it")
    if not image or not path.exists():
        near = difflib.get_close_matches(image, PHOTOGRAPHS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"IMAGE must be a file or one of the photographs {', '.join(PHOTOGRAPHS)}, got "
            f"{image!r}, which is neither{hint}"
        )
    try:
        check_file_size(path.stat().st_size)
        return decode_upload(path.read_bytes(), reduce_to=reduce_to)
    except UploadError as error:
        raise ValueError(f"{image}: {error}") from error


def open_texture(path: str, *, option: str) -> Tensor:
    """Read an image file as a texture (3, height, width) in [0, 1].

    Args:
        path: the file.
        option: where the user gave it.

    Raises:
        ValueError: the file is not an image, or damaged.
    """
    from PIL import UnidentifiedImageError

    from pyfrontiers.physical.recorded_textures import read_picture
    from pyfrontiers.vision.upload_errors import not_an_image

    try:
        return read_picture(Path(path))
    except UnidentifiedImageError as error:
        fault = not_an_image(Path(path).read_bytes())
        raise ValueError(f"{option} must be a picture, got {path!r}. {fault}") from error
    except (OSError, SyntaxError) as error:
        raise ValueError(
            f"{option} must be a picture, got {path!r}, which is damaged or cannot be read"
        ) from error
