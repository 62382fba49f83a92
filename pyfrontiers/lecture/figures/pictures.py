"""Photographs and maps as part of a drawing: small WebP files in the address of an image."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["picture_address"]


def picture_address(pixels: NDArray[np.uint8], size: tuple[int, int], *, quality: int = 80) -> str:
    """Return a picture as a data address.

    Args:
        pixels: (H, W, 3).
        size: Width and height in pixels to which it is scaled.
        quality: Of WebP, 0 to 100.
    """
    stored = BytesIO()
    picture = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    picture.save(stored, "WEBP", quality=quality, method=6)
    return f"data:image/webp;base64,{b64encode(stored.getvalue()).decode()}"
