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
def test_the_usual_formats_are_read(kind):
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this build of Pillow has no AVIF")
    image = decode_upload(stored(halves(), kind))
    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert np.abs(np.array(image.getpixel((8, 24))) - RED).max() < 30


def test_the_orientation_is_applied_and_the_metadata_are_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    exif[0x010F] = "Camera maker"
    exif[0x8825] = {1: "N"}  # where it was taken
    data = stored(halves(), "JPEG", exif=exif, quality=95, comment=b"a note")
    image = decode_upload(data)
    assert image.size == (48, 64)
    assert np.abs(np.array(image.getpixel((24, 8))) - RED).max() < 20
    assert np.abs(np.array(image.getpixel((24, 56))) - GREEN).max() < 20
    assert not image.info
    assert not image.getexif()
    assert b"Camera" not in stored(image, "PNG")


def test_transparent_parts_become_white():
    image = halves().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 32, 48))
    for kind in ("PNG", "WEBP"):
        plain = decode_upload(stored(image, kind, lossless=True))
        assert plain.getpixel((8, 24)) == (255, 255, 255)
        assert plain.getpixel((56, 24)) == GREEN


def test_a_palette_with_a_transparent_colour_becomes_white_there():
    image = halves().quantize(2)
    clear = image.getpixel((8, 24))
    plain = decode_upload(stored(image, "PNG", transparency=clear))
    assert plain.getpixel((8, 24)) == (255, 255, 255)


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN)]
    for kind in ("GIF", "WEBP"):
        data = stored(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        assert np.abs(np.array(decode_upload(data).getpixel((5, 5))) - RED).max() < 20


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "CMYK", "YCbCr"])
def test_other_modes_become_rgb(mode):
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    assert decode_upload(stored(halves().convert(mode), kind)).mode == "RGB"


def test_cmyk_keeps_its_colours():
    plain = decode_upload(stored(halves().convert("CMYK"), "JPEG", quality=95))
    assert np.abs(np.array(plain.getpixel((8, 24))) - RED).max() < 12


def test_sixteen_bits_are_scaled_not_cut():
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    plain = np.asarray(decode_upload(stored(Image.fromarray(ramp), "PNG")))[..., 0]
    assert np.array_equal(plain, (ramp.astype(int) + 128) // 257)


@pytest.mark.parametrize(
    ("values", "text"),
    [(np.float32, "floating-point pixels"), (np.int32, "32-bit pixels")],
    ids=["float", "int32"],
)
def test_pixels_without_a_white_are_refused(values, text):
    data = stored(Image.fromarray(np.full((40, 40), 70000, values)), "TIFF")
    with pytest.raises(UploadError, match=f"{text}, whose white is not defined; save it with"):
        decode_upload(data)


def test_an_empty_and_a_large_file_are_refused():
    with pytest.raises(UploadError, match="The file is empty; choose"):
        decode_upload(b"")
    with pytest.raises(UploadError, match=r"The file has 10.5 MB; at most 10 MB"):
        decode_upload(b"\xff" * 10_500_000)


def png_header(width, height):
    """Write a PNG that claims a size and holds next to nothing."""

    def chunk(name, content):
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_too_many_pixels_are_refused_before_one_is_decoded():
    with pytest.raises(UploadError, match=r"has 6000 x 4001 pixels, 24.0 megapixels; at most 24"):
        decode_upload(png_header(6000, 4001))


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_decompression_bomb_is_refused_also_where_warnings_are_errors(side):
    for action in ("error", "ignore"):
        with warnings.catch_warnings():
            warnings.simplefilter(action)
            with pytest.raises(UploadError, match=r"megapixels.*scale it down first"):
                decode_upload(png_header(side, side))


def test_a_picture_of_a_few_pixels_is_refused():
    with pytest.raises(
        UploadError, match="has 31 x 400 pixels; the shorter side needs at least 32"
    ):
        decode_upload(stored(Image.new("RGB", (31, 400)), "PNG"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_that_is_cut_short_is_refused(kind):
    noise = np.random.default_rng(0).integers(0, 255, (120, 120, 3), np.uint8)
    data = stored(Image.fromarray(noise), kind)
    with pytest.raises(UploadError, match=r"damaged or cut short|not a picture that can be read"):
        decode_upload(data[: len(data) // 2])


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_damage_anywhere_gives_a_picture_or_a_sentence(kind, damage):
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
        (b"Once upon a time there was a temple.\n" * 30, "The file holds text, not a picture"),
        ("Ein Straußenvogel, größer als ein Tempel. ".encode() * 300, "The file holds text"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "is an SVG drawing, not a photograph"),
        (b"\n <svg width='9'></svg>", "is an SVG drawing, not a photograph; export it as PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is an HEIC picture"),
        (bytes(range(256)) * 8, "is not a picture that can be read here; choose a JPEG"),
    ],
    ids=["text", "utf-8", "xml", "svg", "pdf", "heic", "bytes"],
)
def test_what_is_no_picture_is_named(data, text):
    with pytest.raises(UploadError, match=text):
        decode_upload(data)
