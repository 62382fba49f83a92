"""Decode untrusted image files safely: limit their size, keep the pixels, drop the metadata.

The app, the command line and folders of images all read files with :func:`decode_upload`.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Annotated, Final

from PIL import Image, UnidentifiedImageError

from pyfrontiers.arguments import Range, checked
from pyfrontiers.vision.unusual_pixels import (
    bits_of,
    is_inverted,
    is_raw,
    to_8_bits,
    upright,
    without_comments,
)
from pyfrontiers.vision.upload_errors import UploadError, not_an_image
from pyfrontiers.vision.whole_files import load_whole

__all__ = ["LARGEST_FILE", "MAX_PIXELS", "UploadError", "check_file_size", "decode_upload"]

LARGEST_FILE: Final = 10_000_000
"""Largest accepted file in bytes."""

MAX_PIXELS: Final = 24_000_000
"""Largest accepted width times height; checked before any pixel is decoded."""

SMALLEST_SIDE: Final = 32
"""Smallest accepted side in pixels: a classifier cannot recognise anything smaller."""

# An explicit list, because some of Pillow's other formats run external programs.
_FORMATS: Final = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF")


@checked
def decode_upload(
    data: bytes,
    *,
    smallest_side: Annotated[int, Range(1, 1 << 20)] = SMALLEST_SIDE,
    largest_file: Annotated[int, Range(1)] = LARGEST_FILE,
    reduce_to: Annotated[int, Range(1)] | None = None,
) -> Image.Image:
    """Decode an untrusted image file.

    Applies the EXIF orientation, then drops all metadata, also colour profiles: pixels keep their
    numbers, as classifiers were trained. Transparent areas become white, and an
    animation yields its first frame. 16-bit grey pixels are reduced to 8 bits; if all are below
    2^14, 2^12, 2^10 or 2^8, the smallest such bound is white, as in files of cameras with fewer
    bits.

    Args:
        data: the content of the file, at most `largest_file` bytes.
        smallest_side: smallest accepted length of the shorter side in pixels.
        largest_file: largest accepted file in bytes.
        reduce_to: decode a JPEG at a half, a quarter or an eighth of its size if both sides keep
            this many pixels. Default: at full size.

    Returns:
        An RGB image without metadata, at most `MAX_PIXELS` pixels in size.

    Raises:
        UploadError: the file is empty, too large, damaged or not an image.
    """
    check_file_size(len(data), largest_file)
    with _opened(data, reduce_to) as image:
        if is_raw(image):
            raise UploadError.raw()
        _check_size(*image.size, smallest_side)
        try:
            load_whole(image, lambda content: _opened(content, reduce_to), data)
            return _to_plain_rgb(image, bits_of(image, data))
        except UploadError:
            raise
        except Exception as error:
            raise UploadError.damaged() from error


def _opened(data: bytes, reduce_to: int | None) -> Image.Image:
    Image.init()  # otherwise Pillow registers only the five most common formats
    if "HEIF" not in Image.OPEN and find_spec("pillow_heif") is not None:
        from pillow_heif import register_heif_opener  # not a dependency; used where it is installed

        register_heif_opener()
    known = tuple(name for name in _FORMATS if name in Image.OPEN)  # AVIF is a build option
    try:
        image = Image.open(io.BytesIO(without_comments(data)), formats=known)
        if reduce_to is not None:
            image.draft("RGB", (reduce_to, reduce_to))
        return image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadError(
            f"The image decodes to far more than {MAX_PIXELS / 1e6:.0f} megapixels; "
            "scale it down first.",
            "too large",
        ) from error
    except UnidentifiedImageError as error:
        raise not_an_image(data) from error
    # A damaged file makes decoders raise almost anything: OSError, SyntaxError, struct.error, ...
    except Exception as error:
        raise UploadError.damaged() from error


@checked
def check_file_size(
    size: Annotated[int, Range(0)], largest: Annotated[int, Range(1)] = LARGEST_FILE
) -> None:
    """Check the size of a file, ideally before reading it.

    Args:
        size: size of the file in bytes.
        largest: largest accepted size in bytes.

    Raises:
        UploadError: the file is empty or larger than `largest`.
    """
    if size == 0:
        raise UploadError("The file is empty; choose an image file.", "empty")
    if size > largest:
        raise UploadError(
            f"The file has {size / 1e6:.1f} MB, more than the limit of "
            f"{largest / 1e6:.0f} MB; save a smaller version first.",
            "too large",
        )


def _check_size(width: int, height: int, smallest_side: int) -> None:
    if width * height > MAX_PIXELS:
        raise UploadError(
            f"The image has {width} x {height} pixels ({width * height / 1e6:.1f} megapixels), "
            f"more than the limit of {MAX_PIXELS / 1e6:.0f} megapixels; scale it down first.",
            "too large",
        )
    if min(width, height) < smallest_side:
        raise UploadError(
            f"The image has {width} x {height} pixels, but both sides need at least "
            f"{smallest_side}; choose a larger image.",
            "too small",
        )


def _to_plain_rgb(image: Image.Image, bits: int) -> Image.Image:
    image = to_8_bits(upright(image), bits, inverted=is_inverted(image))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer)
    plain = image.convert("RGB")
    # Rebuild the image from its pixels to drop EXIF, location, thumbnails, comments and profiles.
    return Image.frombytes("RGB", plain.size, plain.tobytes())
