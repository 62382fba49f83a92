"""Pictures from outside: decoded again by Pillow, bounded, and stripped of what is not pixels."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["LARGEST_FILE", "MOST_PIXELS", "UploadError", "check_file_size", "decode_upload"]

LARGEST_FILE: Final = 10_000_000
"""Largest file in bytes."""

MOST_PIXELS: Final = 24_000_000
"""Most pixels of a picture, width times height; checked before a single one is decoded."""

SMALLEST_SIDE: Final = 32
"""Shortest side in pixels: below it there is nothing that a classifier could recognise."""

# Named one by one: the rest of what Pillow opens is either no photograph or runs other programs.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
_DAMAGED: Final = (
    "The picture is damaged or cut short and could not be read to its end; "
    "save or transfer it again."
)
_WANTED: Final = "choose a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF picture"


class UploadError(ValueError):
    """A file that cannot be used; the message says what is wrong with it and what to do."""


def decode_upload(data: bytes, *, smallest_side: int = SMALLEST_SIDE) -> Image.Image:
    """Decode a picture that somebody sent, or say in a sentence why it cannot be used.

    The EXIF orientation is applied, then all metadata is dropped. Transparent parts become white,
    an animation gives its first frame, 16-bit channels are reduced to 8.

    Args:
        data: the bytes of the file, at most `LARGEST_FILE`.
        smallest_side: least length of the shorter side in pixels.

    Returns:
        An RGB picture with at most `MOST_PIXELS` pixels that carries no metadata.

    Raises:
        UploadError: the file is empty, too large, damaged, or not a picture.
    """
    check_file_size(len(data))
    Image.init()  # else Pillow knows only the five most common formats
    known = tuple(name for name in _FORMATS if name in Image.OPEN)  # AVIF is an option of its build
    try:
        image = Image.open(io.BytesIO(data), formats=known)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadError(
            f"The picture unpacks to far more than {MOST_PIXELS / 1e6:.0f} megapixels; "
            "scale it down first."
        ) from error
    except UnidentifiedImageError as error:
        raise UploadError(_name_what_it_is(data)) from error
    # Decoders raise whatever they meet in a damaged file: OSError, SyntaxError, struct.error ...
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
    """Raise UploadError unless a file of `size` bytes may be read; before it is read, if possible.

    Raises:
        UploadError: the file is empty or larger than `LARGEST_FILE`.
    """
    if size == 0:
        raise UploadError("The file is empty; choose a file that holds a picture.")
    if size > LARGEST_FILE:
        raise UploadError(
            f"The file has {size / 1e6:.1f} MB; at most {LARGEST_FILE / 1e6:.0f} MB can be used, "
            "so save the picture smaller first."
        )


def _check_size(width: int, height: int, smallest_side: int) -> None:
    if width * height > MOST_PIXELS:
        raise UploadError(
            f"The picture has {width} x {height} pixels, {width * height / 1e6:.1f} megapixels; "
            f"at most {MOST_PIXELS / 1e6:.0f} can be used, so scale it down first."
        )
    if min(width, height) < smallest_side:
        raise UploadError(
            f"The picture has {width} x {height} pixels; the shorter side needs at least "
            f"{smallest_side}, so choose a larger picture."
        )


def _to_plain_rgb(image: Image.Image) -> Image.Image:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "F":
        raise UploadError(
            "The picture has floating-point pixels, whose white is not defined; "
            "save it with 8 or 16 bits a channel."
        )
    if upright.mode.startswith("I"):
        upright = _reduce_to_8_bits(upright)
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(paper, layer)
    plain = upright.convert("RGB")
    # Built from the pixels alone: EXIF, location, thumbnails, comments and profiles stay behind.
    return Image.frombytes("RGB", plain.size, plain.tobytes())


def _reduce_to_8_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise UploadError(
            "The picture has 32-bit pixels, whose white is not defined; "
            "save it with 8 or 16 bits a channel."
        )
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _name_what_it_is(data: bytes) -> str:
    head = data[:4096]
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg")) and b"<svg" in head:
        return f"The file is an SVG drawing, not a photograph; export it as PNG or {_WANTED}."
    if text.startswith(b"%PDF"):
        return f"The file is a PDF document, not a picture; {_WANTED}."
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        return f"The file is an HEIC picture, which cannot be read here; {_WANTED}."
    # Zero bytes do not occur in text; the slice may end inside a character, hence "ignore".
    if b"\0" not in head and len(head.decode("utf-8", "ignore").encode()) >= len(head) - 3:
        return f"The file holds text, not a picture; {_WANTED}."
    return f"The file is not a picture that can be read here; {_WANTED}."
