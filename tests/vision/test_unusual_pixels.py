"""Pictures of unusual depth, mode and metadata are read correctly, or rejected with a reason."""

from __future__ import annotations

import io
import pickle
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, features

from pyfrontiers.vision import UploadError, decode_upload

RAMP = np.linspace(0, 1, 64 * 64).reshape(64, 64)
COLOURS = np.stack([RAMP, RAMP.T, 1 - RAMP], axis=-1)
PHOTO = Image.fromarray((COLOURS * 255).astype(np.uint8))


def stored(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data):
    return np.asarray(decode_upload(data)).astype(int)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_grey_files_of_16_bits_keep_the_white_of_their_camera(kind, bits):
    values = (RAMP * (2**bits - 1)).astype(np.uint16)
    found = decoded(stored(Image.fromarray(values), kind))
    assert np.abs(found[..., 0] - 255 * RAMP).max() <= 1


@pytest.mark.parametrize("top", [1, 255, 4095, 65535, 2**31 - 1])
def test_32_bit_integers_are_rejected(top):
    data = stored(Image.fromarray((RAMP * top).astype(np.int32)), "TIFF")
    with pytest.raises(UploadError, match="has 32-bit pixels, whose white level is undefined"):
        decode_upload(data)


def test_floats_from_0_to_1_are_read_and_others_rejected():
    found = decoded(stored(Image.fromarray(RAMP.astype(np.float32)), "TIFF"))
    assert np.abs(found[..., 0] - 255 * RAMP).max() <= 1
    for values in (RAMP * 255, RAMP - 0.5, np.full((64, 64), np.nan), RAMP * 0.05):
        with pytest.raises(UploadError, match="floating-point pixels, whose white level"):
            decode_upload(stored(Image.fromarray(values.astype(np.float32)), "TIFF"))


def colour_png(bits, values):
    def chunk(name, content):
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", 64, 64, bits, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_colour_files_of_16_bits_are_read_unless_they_would_be_black():
    found = decoded(colour_png(16, (COLOURS * 65535).astype(np.uint16)))
    assert np.abs(found - 255 * COLOURS).max() <= 1
    with pytest.raises(UploadError, match="would be nearly black; save it with 8 bits"):
        decode_upload(colour_png(16, (COLOURS * 4095).astype(np.uint16)))


def text(**chunks):
    info = PngImagePlugin.PngInfo()
    for name, content in chunks.items():
        info.add_text(name, content, zip=True)
    return info


@pytest.mark.parametrize(
    "options",
    [
        {"pnginfo": text(Comment="x" * 3_000_000)},
        {"pnginfo": text(**{f"key{n}": "x" * 900_000 for n in range(80)})},
        {"icc_profile": b"no profile"},
        {"exif": b"Exif\0\0no exif"},
        {"dpi": (0, 0)},
    ],
    ids=["bomb of a comment", "many comments", "profile", "EXIF", "resolution"],
)
def test_odd_metadata_of_a_png_is_dropped(options):
    assert np.array_equal(decoded(stored(PHOTO, **options)), np.asarray(PHOTO))


def test_damaged_comment_and_bytes_after_the_end_do_not_matter():
    data = stored(PHOTO)
    comment = struct.pack(">I4s", 5, b"tEXt") + b"a\0bcd" + b"\0\0\0\0"
    odd = data[:33] + comment + data[33:] + b"more" * 99
    assert np.array_equal(decoded(odd), np.asarray(PHOTO))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_of_a_jpeg_is_ignored():
    exif = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"
    found = decoded(stored(PHOTO, "JPEG", exif=exif, quality=95))
    assert np.abs(found - np.asarray(PHOTO)).mean() < 5


def test_lab_colours_are_converted():
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(PHOTO, *profiles, outputMode="LAB")
    assert np.abs(decoded(stored(lab, "TIFF")) - np.asarray(PHOTO)).mean() < 6


@pytest.mark.parametrize("kind", ["MPO", "PNG", "GIF", "TIFF", "WEBP"])
def test_first_of_several_pictures_is_read(kind):
    data = stored(PHOTO, kind, save_all=True, append_images=[PHOTO.rotate(90)])
    assert np.abs(decoded(data) - np.asarray(PHOTO)).mean() < 12


@pytest.mark.skipif(not features.check("avif"), reason="this build of Pillow has no AVIF")
def test_avif_with_transparency_becomes_white():
    clear = PHOTO.copy()
    clear.putalpha(0)
    assert decoded(stored(clear, "AVIF")).min() > 250


@pytest.mark.parametrize(
    ("data", "says", "reason"),
    [
        (b"\0\0\0\x18ftypisom" + bytes(99), "is a video, not an image", "videos"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "is an HEIC image", "HEIC"),
        (b"8BPS\0\1" + bytes(99), "a Photoshop document", "a Photoshop document"),
        (b"\0\0\0\x0cjP  " + bytes(99), "a JPEG 2000 image", "a JPEG 2000 image"),
        (bytes(999), "has only zeros", "damaged"),
        (b"II*\0" + bytes(99), "a TIFF image whose pixels are not supported", "TIFF"),
        (b"", "is empty", "empty"),
        (b"<!-- Editor -->\n<svg/>", "is an SVG drawing", "SVG"),
        (b"\0\0\0\x18ftypcrx " + bytes(99), "is a raw photograph", "raw"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(99), "is a raw photograph", "raw"),
        (b"FUJIFILMCCD-RAW 0201" + bytes(99), "is a raw photograph", "raw"),
        # Its first image is a thumbnail: NewSubfileType 1, or DNGVersion.
        (stored(PHOTO, "TIFF", tiffinfo={254: 1}), "is a raw photograph", "raw"),
        (stored(PHOTO, "TIFF", tiffinfo={50706: b"\1\4\0\0"}), "is a raw photograph", "raw"),
        (b"<html>", "is text", "text"),
    ],
)
def test_reason_names_the_type_of_the_file(data, says, reason):
    with pytest.raises(UploadError, match=says) as raised:
        decode_upload(data)
    assert raised.value.reason.startswith(reason)
    # The error crosses from a worker process.
    assert pickle.loads(pickle.dumps(raised.value)).reason == raised.value.reason


def test_large_jpeg_is_reduced_while_it_is_decoded():
    data = stored(Image.new("RGB", (9000, 4000), "red"), "JPEG", quality=20)
    with pytest.raises(UploadError, match=r"36.0 megapixels"):
        decode_upload(data)
    image = decode_upload(data, reduce_to=128)
    assert image.size == (1125, 500)


def tiff_of_inverted(values, bits, sample_format=1):
    """Return an uncompressed TIFF of one channel in which 0 is white."""
    data = values.tobytes()
    entries = [(256, values.shape[1]), (257, values.shape[0]), (258, bits), (259, 1), (262, 0)]
    entries += [(273, 8), (277, 1), (278, values.shape[0]), (279, len(data)), (339, sample_format)]
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    start = struct.pack("<2sHI", b"II", 42, 8 + len(data))
    return start + data + struct.pack("<H", len(entries)) + table + bytes(4)


@pytest.mark.parametrize("bits", [8, 12, 16, 32])
def test_tiff_in_which_0_is_white_is_inverted(bits):
    if bits == 32:
        data = tiff_of_inverted((1 - RAMP).astype("<f4"), 32, sample_format=3)
    else:
        top = 2**bits - 1
        kind = "<u1" if bits == 8 else "<u2"  # 12 bits in 16, as from an X-ray detector
        data = tiff_of_inverted(np.rint(top * (1 - RAMP)).astype(kind), 8 if bits == 8 else 16)
    assert abs(decoded(data)[..., 0] - 255 * RAMP).max() <= 1


def test_transparent_level_of_16_bit_grey_becomes_white():
    image = Image.fromarray(np.rint(65535 * RAMP).astype(np.uint16))
    assert decoded(stored(image))[0, 0, 0] == 0
    assert decoded(stored(image, transparency=0))[0, 0, 0] == 255
