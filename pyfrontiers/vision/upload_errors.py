"""The error for an image file that cannot be used, which says what the file is instead."""

from __future__ import annotations

from typing import Final

__all__ = ["UploadError", "not_an_image"]

_ACCEPTED: Final = "choose a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF image"
_ISO_BRANDS: Final = {
    "HEIC": frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}),
    "AVIF": frozenset({b"avif", b"avis"}),
}
_RAW: Final = (b"FUJIFILM", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"FOVb")
_STARTS: Final = {
    b"8BPS": "a Photoshop document",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x1f\x8b": "a compressed file",
    b"\x00\x00\x00\x0cjP": "a JPEG 2000 image",
    b"\xff\x4f\xff\x51": "a JPEG 2000 image",
    b"\x00\x00\x00\x0cJXL": "a JPEG XL image",
    b"\xff\x0a": "a JPEG XL image",
    b"\x00\x00\x01\x00": "an icon",
    b"%!PS": "a PostScript document",
    b"II+\x00": "a BigTIFF image",
    b"MM\x00+": "a BigTIFF image",
    b"SIMPLE": "a FITS image",
    b"\x93NUMPY": "a NumPy array",
}


class UploadError(ValueError):
    """The file cannot be used; the message says why and what to do.

    Attributes:
        reason: the reason in a few words, by which files are counted.

    """

    def __init__(self, message: str, reason: str = "not images") -> None:
        super().__init__(message)
        self.reason = reason

    @classmethod
    def damaged(cls) -> UploadError:
        """Return the error of a damaged file."""
        return cls(
            "The image file is damaged or incomplete; export it or upload it again.", "damaged"
        )

    @classmethod
    def raw(cls) -> UploadError:
        """Return the error of a raw photograph, whose only decodable image is a thumbnail."""
        return cls(
            f"The file is a raw photograph of a camera; export it as JPEG or {_ACCEPTED}.",
            "raw photographs",
        )

    def __reduce__(self) -> tuple[type[UploadError], tuple[str, str]]:
        return type(self), (str(self), self.reason)


def not_an_image(data: bytes) -> UploadError:
    """Return the error that says what a file is instead of an image."""
    head = data[:4096]
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<") and b"<svg" in head and b"<html" not in head.lower():
        return UploadError(
            f"The file is an SVG drawing, not a photograph; export it as PNG or {_ACCEPTED}.",
            "SVG drawings",
        )
    if text.startswith(b"%PDF"):
        return UploadError(f"The file is a PDF document, not an image; {_ACCEPTED}.", "PDF")
    if head.startswith(_RAW) or head[4:12] == b"ftypcrx " or head[8:10] == b"CR":
        return UploadError.raw()
    if head[4:8] == b"ftyp":
        for name, brands in _ISO_BRANDS.items():
            if head[8:12] in brands:
                return UploadError(
                    f"The file is an {name} image, which is not supported; {_ACCEPTED}.", name
                )
        return UploadError(f"The file is a video, not an image; {_ACCEPTED}.", "videos")
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return UploadError(f"The file is {kind}, which is not supported; {_ACCEPTED}.", kind)
    if head.startswith((b"II*\0", b"MM\0*")):
        return UploadError(
            "The file is a TIFF image whose pixels are not supported, such as 64 bits or more than "
            "four channels; save it with 8 or 16 bits per channel.",
            "TIFF images of unusual pixels",
        )
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")):
        return UploadError.damaged()
    # Text has no zero bytes; the slice may end in the middle of a character, hence "ignore".
    if b"\0" not in head and len(head.decode("utf-8", "ignore").encode()) >= len(head) - 3:
        return UploadError(f"The file is text, not an image; {_ACCEPTED}.", "text")
    if not head.strip(b"\0"):
        return UploadError("The file has only zeros; copy or download it again.", "damaged")
    return UploadError(f"The file is not a supported image; {_ACCEPTED}.")
