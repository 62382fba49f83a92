"""Load images only if all of their pixels are in the file.

Pillow leaves pixels black or grey, without an error, if the pixel stream ends early but properly.
If a program has set `PIL.ImageFile.LOAD_TRUNCATED_IMAGES`, it does so for files that are cut off.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import ImageFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

__all__ = ["load_whole"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: Chunks that determine the pixels. Pillow does not check the checksums of IDAT.
_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
#: A marker within a JPEG scan that ends it; 0 is a stuffed byte, D0 to D7 are restarts.
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_CODES: Final = bytes(np.random.default_rng(0).integers(1, 255, 256, np.uint8))
#: More codes and restarts for a JPEG scan; a decoder that has all its pixels ignores them.
_MORE: Final = _CODES + b"".join(bytes((0xFF, 0xD0 + n)) + _CODES for n in range(8))
_GROUND, _OTHER_GROUND = 90, 165


def load_whole(image: Image.Image, reopen: Callable[[bytes], Image.Image], data: bytes) -> None:
    """Load an opened image; raise an error if the file holds only some of its pixels.

    The image is decoded onto a background of one value. Where this value shows at the end of the
    image, the file is decoded again onto another value: a pixel that differs was never written. A
    JPEG decoder writes grey instead, so a JPEG that ends in grey is decoded again with more codes;
    only a missing part of its last block or of a later progressive scan is not found.
    BMP, WebP, AVIF and uncompressed TIFF files have neither checksums nor end marks, so zeros in
    place of their last bytes are not found.

    Args:
        image: the opened image; loaded on return.
        reopen: opens the image again from a file's content.
        data: the content of the file.

    Raises:
        ValueError: pixels are missing, or a checksum is wrong.
    """
    kind = image.format
    if kind == "PNG" and not _has_right_checksums(data):
        raise ValueError("the checksum of a PNG chunk is wrong")
    end = _end_of_jpeg(data) if kind in ("JPEG", "MPO") else None
    if kind in ("JPEG", "MPO") and end is None and _is_unfinished(data):
        raise ValueError("the JPEG file has no end")
    if kind == "GIF" and data.endswith(b"\0\0") and data.rstrip(b"\0")[-1:] != b";":
        raise ValueError("the GIF file has no end")
    boxes = [tile[1] for tile in getattr(image, "tile", ())]
    _load_onto(image, _GROUND)
    pixels = np.asarray(image)
    if end is not None:
        if (np.abs(pixels[-1, -1].astype(int) - 128) <= 1).all():
            with reopen(data[:end] + _MORE + data[end:]) as other:
                other.load()
                _check_equal(pixels, other)
    elif any(_shows_ground(pixels, box) for box in boxes):
        with reopen(data) as other:
            _load_onto(other, _OTHER_GROUND)
            _check_equal(pixels, other)


def _load_onto(image: Any, ground: int) -> None:
    prepare = image.load_prepare

    def prepare_ground() -> None:
        prepare()
        bands = len(image.im.getbands()) if hasattr(image.im, "getbands") else image.im.bands
        value = ground if bands == 1 else (ground,) * bands
        image.im.paste(value, (0, 0, *image.im.size))

    image.load_prepare = prepare_ground
    image.load()


def _shows_ground(pixels: np.ndarray, box: tuple[int, int, int, int] | None) -> bool:
    """Return whether the last pixels of a tile may be unwritten.

    They are among the 2 x 2 at the lower right, however the tile is interlaced, or at the upper
    right if a BMP is stored from the bottom up.
    """
    if pixels.dtype == bool:  # both values are backgrounds
        return True
    left, top, right, bottom = box or (0, 0, pixels.shape[1], pixels.shape[0])
    columns = slice(max(right - 2, left), right)
    ends = pixels[max(bottom - 2, top) : bottom, columns], pixels[top : top + 2, columns]
    return any(bool((end == _GROUND).any()) for end in ends)


def _check_equal(pixels: np.ndarray, other: Image.Image) -> None:
    if not np.array_equal(pixels, np.asarray(other), equal_nan=pixels.dtype.kind == "f"):
        raise ValueError("the pixels of the file end early")


def _has_right_checksums(data: bytes) -> bool:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + size
        if kind in _PIXELS and data[end : end + 4] != struct.pack(
            ">I", zlib.crc32(data[at + 4 : end])
        ):
            return False
        at = end + 4
    return True


def _end_of_jpeg(data: bytes) -> int | None:
    """Return the position of the end mark of the first image, or None if there is none."""
    at = 2
    while at + 4 <= len(data) or data[at : at + 2] == b"\xff\xd9":
        if data[at] != 0xFF:  # bytes between segments are ignored
            at += 1
            continue
        marker = data[at + 1]
        if marker == _END_OF_IMAGE:
            return at
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            found = _MARKER.search(data, at)
            if found is None:
                return None
            at = found.start()
    return None


def _is_unfinished(data: bytes) -> bool:
    """Return whether a JPEG file without end mark may lack pixels without an error of Pillow."""
    return bool(ImageFile.LOAD_TRUNCATED_IMAGES) or data.endswith(b"\0\0")
