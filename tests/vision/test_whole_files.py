"""Image files that hold only some of their pixels are rejected, in every format."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile, features

from pyfrontiers.vision import UploadError, decode_upload

NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
#: A picture whose end is of the value of a background, black, white or the grey of JPEG.
EVEN = [np.full((64, 64, 3), value, np.uint8) for value in (0, 90, 128, 165, 255)]


def stored(kind, pixels=NOISE, mode="RGB", **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


FILES = {
    "PNG": ("PNG", {}),
    "PNG palette": ("PNG", {"mode": "P"}),
    "PNG 1 bit": ("PNG", {"mode": "1"}),
    "PNG grey": ("PNG", {"mode": "LA"}),
    "JPEG": ("JPEG", {}),
    "JPEG grey": ("JPEG", {"mode": "L"}),
    "JPEG CMYK": ("JPEG", {"mode": "CMYK"}),
    "JPEG progressive": ("JPEG", {"progressive": True}),
    "JPEG restarts": ("JPEG", {"restart_marker_blocks": 4}),
    "MPO": ("MPO", {}),
    "GIF": ("GIF", {"mode": "P", "interlace": 0}),
    "GIF interlaced": ("GIF", {"mode": "P", "interlace": 1}),
    "BMP": ("BMP", {}),
    "BMP palette": ("BMP", {"mode": "P"}),
    "WebP": ("WEBP", {}),
    "WebP lossless": ("WEBP", {"lossless": True}),
    "TIFF": ("TIFF", {}),
    "TIFF deflate": ("TIFF", {"compression": "tiff_deflate"}),
    "TIFF LZW": ("TIFF", {"compression": "tiff_lzw"}),
    "TIFF float": ("TIFF", {"mode": "F"}),
    "AVIF": ("AVIF", {}),
}
#: Formats in which zeros can be pixels, and nothing says that they are not.
WITHOUT_END = ("BMP", "WebP", "TIFF", "AVIF")


def file(name, pixels=NOISE):
    kind, options = FILES[name]
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this build of Pillow has no AVIF")
    if options.get("mode") == "F":
        buffer = io.BytesIO()
        Image.fromarray(pixels[..., 0].astype(np.float32) / 255).save(buffer, kind)
        return buffer.getvalue()
    return stored(kind, pixels, **options)


@pytest.mark.parametrize("lenient", [False, True], ids=["", "LOAD_TRUNCATED_IMAGES"])
@pytest.mark.parametrize("name", FILES)
def test_file_that_is_cut_off_is_rejected_wherever_it_is_cut(name, lenient, monkeypatch):
    data = file(name)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    decode_upload(data)
    for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.95):
        with pytest.raises(UploadError, match=r"damaged or incomplete|not a? ?supported"):
            decode_upload(data[: int(share * len(data))])


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(WITHOUT_END)])
def test_file_of_an_unfinished_download_is_rejected(name):
    """Some programs reserve the whole file first, so that its end is zeros."""
    data = file(name)
    for kept in (*(int(share * len(data)) for share in (0.3, 0.6, 0.9, 0.98)), len(data) - 20):
        with pytest.raises(UploadError, match="damaged or incomplete"):
            decode_upload(data[:kept] + bytes(len(data) - kept))


@pytest.mark.parametrize("even", range(len(EVEN)))
@pytest.mark.parametrize("name", [name for name in FILES if name != "TIFF float"])
def test_whole_picture_of_one_colour_is_read(name, even):
    mode = FILES[name][1].get("mode", "RGB")
    wanted = np.asarray(Image.fromarray(EVEN[even]).convert(mode).convert("RGB"))
    found = np.asarray(decode_upload(file(name, EVEN[even])))
    assert np.abs(found.astype(int) - wanted).max() <= 3


def chunk(name, content):
    crc = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + crc


def png(stream, *, interlaced=False):
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, interlaced)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def rows(pixels):
    return b"".join(b"\0" + row.tobytes() for row in pixels)


#: Adam7: first row and column of each pass, and the steps.
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2)]
PASSES.append((1, 0, 2, 1))


@pytest.mark.parametrize("interlaced", [False, True], ids=["in order", "interlaced"])
@pytest.mark.parametrize("missing", [1, 193, 3000, 9000, 12000])
def test_png_whose_stream_ends_early_but_properly_is_rejected(missing, interlaced):
    data = rows(NOISE)
    if interlaced:
        data = b"".join(rows(NOISE[top::down, left::right]) for top, left, down, right in PASSES)
    assert (
        np.asarray(decode_upload(png(zlib.compress(data), interlaced=interlaced))) == NOISE
    ).all()
    with pytest.raises(UploadError, match="damaged or incomplete"):
        decode_upload(png(zlib.compress(data[:-missing]), interlaced=interlaced))
    stream = zlib.compress(data)
    with pytest.raises(UploadError, match="damaged or incomplete"):
        decode_upload(png(stream[: -missing - 4], interlaced=interlaced))


def test_png_with_a_changed_byte_among_its_pixels_is_rejected():
    # Without zlib's own checksum, which Pillow reads only if it is there.
    data = bytearray(png(zlib.compress(rows(NOISE), level=0)[:-4]))
    decode_upload(bytes(data))
    data[6000] ^= 1
    with pytest.raises(UploadError, match="damaged or incomplete"):
        decode_upload(bytes(data))


@pytest.mark.parametrize("name", ["JPEG", "JPEG grey", "JPEG CMYK", "JPEG restarts"])
def test_jpeg_that_is_cut_off_and_ended_is_rejected(name):
    data = file(name)
    for share in (0.4, 0.6, 0.8, 0.9):  # less than a block of 16 x 16 pixels is not found
        with pytest.raises(UploadError, match="damaged or incomplete"):
            decode_upload(data[: int(share * len(data))] + b"\xff\xd9")


def test_gif_whose_codes_end_early_but_properly_is_rejected():
    """One code that clears, one pixel, and the code of the end."""
    head = b"GIF89a" + struct.pack("<HHBBB", 64, 64, 0xF7, 0, 0) + bytes(range(256)) * 3
    image = b"," + struct.pack("<HHHHB", 0, 0, 64, 64, 0) + b"\x08"
    bits = (256 | 7 << 9 | 257 << 18).to_bytes(4, "little")
    with pytest.raises(UploadError, match="damaged or incomplete"):
        decode_upload(head + image + bytes([len(bits)]) + bits + b"\0;")


def test_bytes_after_the_end_do_not_matter():
    for name in FILES:
        if not name.startswith("AVIF"):
            decode_upload(file(name) + bytes(50))
