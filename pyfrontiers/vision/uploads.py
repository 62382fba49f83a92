"""Decode untrusted image files safely: limit their size, keep the pixels, drop the metadata."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["LARGEST_FILE", "MOST_PIXELS", "UploadError", "check_file_size", "decode_upload"]

LARGEST_FILE: Final = 10_000_000
"""Largest accepted file in bytes."""

MOST_PIXELS: Final = 24_000_000
"""Largest accepted width times height; checked before any pixel is decoded."""

SMALLEST_SIDE: Final = 32
"""Smallest accepted side in pixels: a classifier cannot recognise anything smaller."""

# An explicit list, because some of Pillow's other formats run external programs.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
_DAMAGED: Final = "The image file is damaged or incomplete; export it or upload it again."
_ACCEPTED: Final = "choose a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF image"


class UploadError(ValueError):
    """The file cannot be used; the message says why and what to do."""


def decode_upload(data: bytes, *, smallest_side: int = SMALLEST_SIDE) -> Image.Image:
    """Decode an untrusted image file.

    Applies the EXIF orientation, then drops all metadata. Transparent areas become white, an
    animation yields its first frame, and 16-bit channels are reduced to 8 bits.

    Args:
        data: the content of the file, at most `LARGEST_FILE` bytes.
        smallest_side: smallest accepted length of the shorter side in pixels.

    Returns:
        An RGB image without metadata, at most `MOST_PIXELS` pixels in size.

    Raises:
        UploadError: the file is empty, too large, damaged or not an image.
    """
    check_file_size(len(data))
    Image.init()  # otherwise Pillow registers only the five most common formats
    known = tuple(name for name in _FORMATS if name in Image.OPEN)  # AVIF is a build option
    try:
        image = Image.open(io.BytesIO(data), formats=known)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadError(
            f"The image decodes to far more than {MOST_PIXELS / 1e6:.0f} megapixels; "
            "scale it down first."
        ) from error
    except UnidentifiedImageError as error:
        raise UploadError(_describe_format(data)) from error
    # A damaged file makes decoders raise almost anything: OSError, SyntaxError, struct.error, ...
    except Exception as error:
        raise UploadError(_DAMAGED) from error
    with image:
        _check_size(*image.size, smallest_side)
        try:
            return _to_plain_rgb(image)
        except UploadError:
            raise
        except Exception as error:
            raise UploadError(_DAMAGED) from error


def check_file_size(size: int) -> None:
    """Check the size of a file, ideally before reading it.

    Args:
        size: size of the file in bytes.

    Raises:
        UploadError: the file is empty or larger than `LARGEST_FILE`.
    """
    if size == 0:
        raise UploadError("The file is empty; choose an image file.")
    if size > LARGEST_FILE:
        raise UploadError(
            f"The file has {size / 1e6:.1f} MB, more than the limit of "
            f"{LARGEST_FILE / 1e6:.0f} MB; save a smaller version first."
        )


def _check_size(width: int, height: int, smallest_side: int) -> None:
    if width * height > MOST_PIXELS:
        raise UploadError(
            f"The image has {width} x {height} pixels ({width * height / 1e6:.1f} megapixels), "
            f"more than the limit of {MOST_PIXELS / 1e6:.0f} megapixels; scale it down first."
        )
    if min(width, height) < smallest_side:
        raise UploadError(
            f"The image has {width} x {height} pixels, but both sides need at least "
            f"{smallest_side}; choose a larger image."
        )


def _to_plain_rgb(image: Image.Image) -> Image.Image:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "F":
        raise UploadError(
            "The image has floating-point pixels, whose white level is undefined; "
            "save it with 8 or 16 bits per channel."
        )
    if upright.mode.startswith("I"):
        upright = _reduce_to_8_bits(upright)
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(paper, layer)
    plain = upright.convert("RGB")
    # Rebuild the image from its pixels to drop EXIF, location, thumbnails, comments and profiles.
    return Image.frombytes("RGB", plain.size, plain.tobytes())


def _reduce_to_8_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise UploadError(
            "The image has 32-bit pixels, whose white level is undefined; "
            "save it with 8 or 16 bits per channel."
        )
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _describe_format(data: bytes) -> str:
    """Return an error message that says what a file is instead of an image."""
    head = data[:4096]
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg")) and b"<svg" in head:
        return f"The file is an SVG drawing, not a photograph; export it as PNG or {_ACCEPTED}."
    if text.startswith(b"%PDF"):
        return f"The file is a PDF document, not an image; {_ACCEPTED}."
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        return f"The file is an HEIC image, which is not supported; {_ACCEPTED}."
    # Text has no zero bytes; the slice may end in the middle of a character, hence "ignore".
    if b"\0" not in head and len(head.decode("utf-8", "ignore").encode()) >= len(head) - 3:
        return f"The file is text, not an image; {_ACCEPTED}."
    return f"The file is not a supported image; {_ACCEPTED}."
