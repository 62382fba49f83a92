"""The classifier's answer for photographs of a printed object, in the table of Athalye et al."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import torch

from pyfrontiers.arguments import Range, checked
from pyfrontiers.physical.verdicts import (
    VERDICTS,
    Share,
    Verdict,
    share_rows,
    shares_of,
    verdict_of,
)
from pyfrontiers.vision import (
    CLASS_NAMES,
    IMAGE_SIZE,
    UploadError,
    check_file_size,
    classifier,
    decode_upload,
    prepare,
    top_classes,
)

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

    from pyfrontiers.vision import Ranked

__all__ = ["VERDICTS", "PhotoResult", "PhotoTable", "check_photos"]

_LARGEST_FILE: Final = 64_000_000
_ENOUGH: Final = 1024
"""Side in pixels to which large JPEG files are reduced; a phone's have up to 200 megapixels."""
Class = Annotated[int, Range(0, len(CLASS_NAMES) - 1)]


@dataclass(frozen=True)
class PhotoResult:
    """What the classifier says of one photograph.

    Attributes:
        name: the file's name.
        verdict: the column of the table.
        ranking: the five most probable classes, over all crops.
        crops: the most probable class in each crop, by the crop's name.
    """

    name: str
    verdict: Verdict
    ranking: tuple[Ranked, ...]
    crops: dict[str, str]


@dataclass(frozen=True)
class PhotoTable:
    """Photographs of an object, each counted once.

    Attributes:
        target: index of the target class.
        right: indices of the classes that are right.
        photos: the readable photographs.
        unreadable: files that are not counted, each with the reason.
        repeated: files with the same content as an earlier one, which are not counted.
    """

    target: int
    right: tuple[int, ...]
    photos: tuple[PhotoResult, ...]
    unreadable: dict[str, str]
    repeated: tuple[str, ...] = ()

    @property
    def shares(self) -> dict[str, Share]:
        """Count, share and 95 % interval (Wilson's) of each verdict."""
        best = (photo.ranking[0][1] for photo in self.photos)
        return shares_of(best, self.target, self.right)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; a share of no photographs is None."""

        def ranked(rows: Sequence[Ranked]) -> list[dict[str, Any]]:
            return [
                {"label": label, "index": index, "probability": probability}
                for label, index, probability in rows
            ]

        return {
            "target": {"label": CLASS_NAMES[self.target], "index": self.target},
            "right": [{"label": CLASS_NAMES[index], "index": index} for index in self.right],
            "photos": len(self.photos),
            "shares": share_rows(self.shares),
            "each": [
                {
                    "name": photo.name,
                    "verdict": photo.verdict,
                    "ranking": ranked(photo.ranking),
                    "crops": photo.crops,
                }
                for photo in self.photos
            ],
            "unreadable": self.unreadable,
            "repeated": list(self.repeated),
        }


@checked
def check_photos(
    photos: Sequence[Path | tuple[str, bytes]],
    *,
    target: Class,
    right: tuple[int, ...],
    report: Callable[[float, str], object] | None = None,
) -> PhotoTable:
    """Classify photographs of a printed object and count the answers.

    Each photograph is classified in two crops: the central square of 224/256 of its shorter side,
    as in ImageNet's evaluation, and the whole central square. The probabilities of the crops are
    averaged, so a photograph counts once. The object should be in the middle. A classifier knows
    only its 1000 classes: of a photograph without the object it names something else, which counts
    as other wrong.

    Args:
        photos: files, or pairs of a name and the content of a file.
        target: index of the class that the texture was made for.
        right: indices of the classes that are right for the object, without the target.
        report: called with (share done, message) before each photograph.

    Returns:
        The table. A file that cannot be read, or has the content of an earlier one, is listed and
        not counted.

    Raises:
        ValueError: a class is out of range, or the target is one of the right classes.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018,
    section 4.3, table of the photographs of two printed objects.
    """
    for index in right:
        if not 0 <= index < len(CLASS_NAMES):
            raise ValueError(f"right must hold indices from 0 to 999, got {index}")
    if target in right:
        raise ValueError(
            f"target must be a class that is wrong for the object, got {CLASS_NAMES[target]!r}, "
            "one of the right classes"
        )
    results: list[PhotoResult] = []
    unreadable: dict[str, str] = {}
    repeated: list[str] = []
    known: set[bytes] = set()
    for number, photo in enumerate(photos):
        name = photo[0] if isinstance(photo, tuple) else os.fsdecode(photo.name)
        if report is not None:
            report(number / len(photos), f"{number + 1} of {len(photos)}: {name}")
        try:
            data = photo[1] if isinstance(photo, tuple) else _content(photo)
            image = decode_upload(data, largest_file=_LARGEST_FILE, reduce_to=_ENOUGH)
        except UploadError as error:
            unreadable[_unused(name, unreadable)] = str(error)
            continue
        digest = hashlib.sha256(image.tobytes()).digest()
        if digest in known:
            repeated.append(name)
            continue
        known.add(digest)
        results.append(_judged(name, image, target, right))
    return PhotoTable(target, tuple(right), tuple(results), unreadable, tuple(repeated))


def _unused(name: str, taken: dict[str, str]) -> str:
    """Return a name that is not taken: files in two folders may share one."""
    return name if name not in taken else _unused(f"{name} (another)", taken)


def _content(path: Path) -> bytes:
    try:
        check_file_size(path.stat().st_size, _LARGEST_FILE)
        return path.read_bytes()
    except OSError as error:
        raise UploadError(
            f"The file cannot be opened: {error.strerror or error}.", "cannot be opened"
        ) from error


def _judged(name: str, image: Image.Image, target: int, right: tuple[int, ...]) -> PhotoResult:
    crops = _crops(image)
    probabilities = classifier().probabilities(torch.stack(list(crops.values())))
    mean = probabilities.mean(dim=0)
    verdict = verdict_of(int(mean.argmax()), target, right)
    labels = [CLASS_NAMES[int(row.argmax())] for row in probabilities]
    return PhotoResult(
        name, verdict, tuple(top_classes(mean)), dict(zip(crops, labels, strict=True))
    )


def _crops(image: Image.Image) -> dict[str, Tensor]:
    """Return the central crop and the largest central square, each (3, 224, 224) in [0, 1]."""
    from PIL import Image as Pictures

    edge = min(image.size)
    left, top = (image.width - edge) / 2, (image.height - edge) / 2
    whole = image.resize(
        (IMAGE_SIZE, IMAGE_SIZE),
        Pictures.Resampling.BICUBIC,
        box=(left, top, left + edge, top + edge),
    )
    return {"centre": prepare(image), "square": prepare(whole)}
