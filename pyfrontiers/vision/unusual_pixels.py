"""Convert unusual image files to 8 bits per channel: 16 and 32 bits, floats, LAB, odd metadata."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from pyfrontiers.vision.upload_errors import UploadError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bits_of", "is_inverted", "is_raw", "to_8_bits", "upright", "without_comments"]

_PNG = b"\x89PNG\r\n\x1a\n"
# Texts, profiles and times; EXIF stays, because it holds the orientation.
_COMMENTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"tIME", b"pHYs", b"sPLT", b"hIST"})
_BITS_PER_SAMPLE, _SUBFILE_TYPE, _DNG_VERSION, _PHOTOMETRIC = 258, 254, 50706, 262
#: Possible white levels of 16-bit grey files: 8, 10, 12 or 14 bits in a wider file, or all 16.
_WHITES = (255, 1023, 4095, 16383, 65535)


def without_comments(data: bytes) -> bytes:
    """Drop the text chunks of a PNG file; if they are too long, Pillow rejects the file.

    Args:
        data: a file of any format.

    Returns:
        The file without texts, profiles and times if it is a PNG, else `data` itself.
    """
    if not data.startswith(_PNG):
        return data
    kept = [_PNG]
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        if kind not in _COMMENTS:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def upright(image: Image.Image) -> Image.Image:
    """Apply the EXIF orientation; damaged EXIF is ignored.

    Args:
        image: a loaded image.
    """
    try:
        return ImageOps.exif_transpose(image)
    # Cameras and editors write EXIF data on which parsers fail with many different exceptions.
    except Exception:
        return image


def bits_of(image: Image.Image, data: bytes) -> int:
    """Return the bits per channel of an opened file, from Pillow or the PNG header.

    Args:
        image: the opened image, before anything is done to it.
        data: the file.
    """
    if data.startswith(_PNG):
        return data[24]
    bits = getattr(image, "tag_v2", {}).get(_BITS_PER_SAMPLE, (8,))
    return max(bits, default=8) if isinstance(bits, tuple) else 8


def is_raw(image: Image.Image) -> bool:
    """Return whether a TIFF is a camera's raw file, whose first image is only a thumbnail.

    Args:
        image: the opened image.
    """
    tags = getattr(image, "tag_v2", {})
    return _DNG_VERSION in tags or tags.get(_SUBFILE_TYPE) == 1


def is_inverted(image: Image.Image) -> bool:
    """Return whether 0 is white in the pixels, as in some TIFF files of X-rays and scans.

    Pillow inverts such a file if it has at most 8 bits per channel, and else leaves it as it is.

    Args:
        image: the opened image.
    """
    return getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0


def to_8_bits(image: Image.Image, bits: int, *, inverted: bool = False) -> Image.Image:
    """Reduce channels of more than 8 bits.

    Args:
        image: a loaded image of any mode.
        bits: the file's bits per channel.
        inverted: whether 0 is white; see `is_inverted`.

    Returns:
        The image in a mode with 8 bits per channel.

    Raises:
        UploadError: the white level of the pixels is undefined, or they are nearly black because
            Pillow reads only the upper half of 16 bits.
    """
    clear = image.info.get("transparency")
    if image.mode == "F":
        values = np.asarray(image)
        return _from_floats(1 - values if inverted else values)
    if image.mode.startswith("I;16"):
        grey = _from_integers(np.asarray(image).astype(np.int64), inverted=inverted)
        if isinstance(clear, int):  # the level that a PNG declares transparent
            grey.paste(255, mask=Image.fromarray(np.asarray(image) == clear))
        return grey
    if image.mode.startswith("I"):
        raise _undefined("32-bit")
    if image.mode == "LAB":
        from PIL import ImageCms

        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB") or image
    if bits > 8 and image.mode in ("RGB", "RGBA", "RGBX"):
        brightest = max(high for _, high in _extrema(image.convert("RGB")))
        if brightest <= _WHITES[-2] >> 8:
            raise UploadError(
                "The image has 16 bits per channel but uses only the lowest of them, so it would "
                "be nearly black; save it with 8 bits per channel.",
                "nearly black",
            )
    return image


def _extrema(image: Image.Image) -> tuple[tuple[int, int], ...]:
    found: tuple[tuple[int, int], ...] = image.getextrema()  # type: ignore[assignment]  # of RGB
    return found


def _from_floats(values: NDArray[Any]) -> Image.Image:
    if not np.isfinite(values).all() or values.min() < 0 or not 0.1 < values.max() <= 1:
        raise _undefined("floating-point")
    return Image.fromarray((255 * values + 0.5).astype(np.uint8))


def _from_integers(values: NDArray[Any], *, inverted: bool) -> Image.Image:
    brightest = int(values.max(initial=0))
    white = next(level for level in _WHITES if brightest <= level)
    if inverted:
        values = white - values
    return Image.fromarray(((values * 255 + white // 2) // white).astype(np.uint8))


def _undefined(kind: str) -> UploadError:
    return UploadError(
        f"The image has {kind} pixels, whose white level is undefined; "
        "save it with 8 or 16 bits per channel.",
        f"of {kind} pixels",
    )
