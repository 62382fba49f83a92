"""Images of data sets: colour pictures, and grey PNG files whose values must be exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOURS: Final = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGB with alpha"}


def read_grey(path: Path, bits: int) -> np.ndarray:
    """Return the (H, W) int64 values of a grey PNG of 8 or 16 bits, unchanged.

    Raises:
        ValueError: another format, bit depth or kind of colour, or a damaged file.
    """
    from PIL import Image

    with path.open("rb") as file:
        head = file.read(26)
    wanted = f"{path} must be a grey PNG of {bits} bits"
    if head[:8] != _SIGNATURE or len(head) < 26:
        raise ValueError(f"{wanted}, got another format")
    depth, colour = head[24], _COLOURS.get(head[25], "unknown")
    if (depth, colour) != (bits, "grey"):
        raise ValueError(f"{wanted}, got {colour} of {depth} bits")
    try:
        with Image.open(path) as image:
            return np.asarray(image).astype(np.int64)
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{wanted}, got a damaged file ({error})") from error


def read_colour(path: Path) -> np.ndarray:
    """Return the (3, H, W) float32 values of a picture, in [0, 1].

    Raises:
        ValueError: a file that is not a picture, or damaged.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{path} must be a picture, got a damaged file ({error})") from error
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32) / np.float32(255)
