"""Images of data sets: colour pictures, and grey PNG files whose values must be exact."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOURS: Final = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGB with alpha"}


def read_grey(path: Path, bits: int) -> np.ndarray:
    """Return the (H, W) int64 values of a grey PNG of 8 or 16 bits, unchanged.

    Raises:
        ValueError: another format, bit depth or kind of colour, or a damaged file.
    """
    data = path.read_bytes()
    head = data[:26]
    wanted = f"{path} must be a grey PNG of {bits} bits"
    if head[:8] != _SIGNATURE or len(head) < 26:
        raise ValueError(f"{wanted}, got another format")
    depth, colour = head[24], _COLOURS.get(head[25], "unknown")
    if (depth, colour) != (bits, "grey"):
        raise ValueError(f"{wanted}, got {colour} of {depth} bits")
    try:
        return np.asarray(_loaded(data)).astype(np.int64)
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{wanted}, got a damaged file; copy or download it again") from error


def _loaded(data: bytes) -> Image.Image:
    from PIL import Image

    from pyfrontiers.vision.whole_files import load_whole

    image = Image.open(io.BytesIO(data))
    load_whole(image, lambda content: Image.open(io.BytesIO(content)), data)
    return image


def read_colour(path: Path) -> np.ndarray:
    """Return the (3, H, W) float32 values of a picture, in [0, 1].

    Raises:
        ValueError: a file that is not a picture, or damaged.
    """
    from PIL import UnidentifiedImageError

    from pyfrontiers.vision.upload_errors import not_an_image

    data = path.read_bytes()
    try:
        pixels = np.asarray(_loaded(data).convert("RGB"))
    except UnidentifiedImageError as error:
        raise ValueError(f"{path} must be a picture. {not_an_image(data)}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(
            f"{path} must be a picture, got a damaged file; copy or download it again"
        ) from error
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32) / np.float32(255)
