from __future__ import annotations

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from pyfrontiers.vision import UploadError, decode_upload

RED, GREEN = (200, 30, 20), (10, 160, 40)


def halves(size=(64, 48)):
    image = Image.new("RGB", size, RED)
    image.paste(GREEN, (size[0] // 2, 0, size[0], size[1]))
    return image


def stored(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
def test_common_formats_are_decoded(kind):
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this build of Pillow has no AVIF")
    image = decode_upload(stored(halves(), kind))
    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert np.abs(np.array(image.getpixel((8, 24))) - RED).max() < 30


def test_exif_orientation_is_applied_and_metadata_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotate 90 degrees clockwise
    exif[0x010F] = "Camera maker"
    exif[0x8825] = {1: "N"}  # GPS position
    data = stored(halves(), "JPEG", exif=exif, quality=95, comment=b"a note")
    image = decode_upload(data)
    assert image.size == (48, 64)
    assert np.abs(np.array(image.getpixel((24, 8))) - RED).max() < 20
    assert np.abs(np.array(image.getpixel((24, 56))) - GREEN).max() < 20
    assert not image.info
    assert not image.getexif()
    assert b"Camera" not in stored(image, "PNG")


def test_transparent_areas_become_white():
    image = halves().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 32, 48))
    for kind in ("PNG", "WEBP"):
        plain = decode_upload(stored(image, kind, lossless=True))
        assert plain.getpixel((8, 24)) == (255, 255, 255)
        assert plain.getpixel((56, 24)) == GREEN


def test_transparent_palette_colour_becomes_white():
    image = halves().quantize(2)
    clear = image.getpixel((8, 24))
    plain = decode_upload(stored(image, "PNG", transparency=clear))
    assert plain.getpixel((8, 24)) == (255, 255, 255)


def test_animation_yields_its_first_frame():
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN)]
    for kind in ("GIF", "WEBP"):
        data = stored(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        assert np.abs(np.array(decode_upload(data).getpixel((5, 5))) - RED).max() < 20


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "CMYK", "YCbCr"])
def test_other_modes_are_converted_to_rgb(mode):
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    assert decode_upload(stored(halves().convert(mode), kind)).mode == "RGB"


def test_cmyk_colours_are_preserved():
    plain = decode_upload(stored(halves().convert("CMYK"), "JPEG", quality=95))
    assert np.abs(np.array(plain.getpixel((8, 24))) - RED).max() < 12


def test_sixteen_bit_channels_are_scaled_not_truncated():
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    plain = np.asarray(decode_upload(stored(Image.fromarray(ramp), "PNG")))[..., 0]
    assert np.array_equal(plain, (ramp.astype(int) + 128) // 257)


@pytest.mark.parametrize(
    ("values", "text"),
    [(np.float32, "floating-point pixels"), (np.int32, "32-bit pixels")],
    ids=["float", "int32"],
)
def test_pixels_without_a_defined_white_level_are_rejected(values, text):
    data = stored(Image.fromarray(np.full((40, 40), 70000, values)), "TIFF")
    with pytest.raises(UploadError, match=f"{text}, whose white level is undefined; save it with"):
        decode_upload(data)


def test_empty_and_oversized_files_are_rejected():
    with pytest.raises(UploadError, match="The file is empty; choose"):
        decode_upload(b"")
    with pytest.raises(UploadError, match=r"The file has 10.5 MB, more than the limit of 10 MB"):
        decode_upload(b"\xff" * 10_500_000)


def png_header(width, height):
    """Return a PNG file that declares a size but has no pixel data."""

    def chunk(name, content):
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_too_many_pixels_are_rejected_before_decoding():
    with pytest.raises(UploadError, match=r"has 6000 x 4001 pixels .24.0 megapixels.*limit of 24"):
        decode_upload(png_header(6000, 4001))


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_decompression_bombs_are_rejected_even_if_warnings_are_errors(side):
    for action in ("error", "ignore"):
        with warnings.catch_warnings():
            warnings.simplefilter(action)
            with pytest.raises(UploadError, match=r"megapixels.*scale it down first"):
                decode_upload(png_header(side, side))


def test_tiny_images_are_rejected():
    with pytest.raises(UploadError, match="has 31 x 400 pixels, but both sides need at least 32"):
        decode_upload(stored(Image.new("RGB", (31, 400)), "PNG"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated_images_are_rejected(kind):
    noise = np.random.default_rng(0).integers(0, 255, (120, 120, 3), np.uint8)
    data = stored(Image.fromarray(noise), kind)
    with pytest.raises(UploadError, match=r"damaged or incomplete|not a supported image"):
        decode_upload(data[: len(data) // 2])


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_corrupted_files_decode_or_raise_upload_error(kind, damage):
    data = bytearray(stored(halves(), kind))
    for place, value in damage:
        data[int(place * len(data))] = value
    try:
        image = decode_upload(bytes(data))
    except UploadError:
        return
    assert image.mode == "RGB"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Once upon a time there was a temple.\n" * 30, "The file is text, not an image"),
        ("Ein Straußenvogel, größer als ein Tempel. ".encode() * 300, "The file is text"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "is an SVG drawing, not a photograph"),
        (b"\n <svg width='9'></svg>", "is an SVG drawing, not a photograph; export it as PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is an HEIC image"),
        (bytes(range(256)) * 8, "is not a supported image; choose a JPEG"),
    ],
    ids=["text", "utf-8", "xml", "svg", "pdf", "heic", "bytes"],
)
def test_error_says_what_the_file_is_instead(data, text):
    with pytest.raises(UploadError, match=text):
        decode_upload(data)
