"""The classifier's answer for photographs of a printed object, in the table of Athalye et al."""

from __future__ import annotations

import hashlib
import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import torch

from pyfrontiers.arguments import Range, checked
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

__all__ = ["VERDICTS", "PhotoResult", "PhotoTable", "Share", "check_photos", "wilson"]

VERDICTS: Final = ("adversarial", "other wrong", "correct")
"""The columns of the table: the target class, another wrong class, a right class."""

_LARGEST_FILE: Final = 64_000_000
_Z95: Final = 1.959963984540054

Verdict = Literal["adversarial", "other wrong", "correct"]
Class = Annotated[int, Range(0, len(CLASS_NAMES) - 1)]


@dataclass(frozen=True)
class Share:
    """A share of the photographs.

    Attributes:
        count: number of photographs.
        share: count / number of all; NaN if there are none.
        low, high: ends of the 95 % interval.
    """

    count: int
    share: float
    low: float
    high: float


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
        counts = Counter(photo.verdict for photo in self.photos)
        total = len(self.photos)
        return {
            verdict: Share(
                counts[verdict],
                counts[verdict] / total if total else math.nan,
                *wilson(counts[verdict], total),
            )
            for verdict in VERDICTS
        }

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; a share of no photographs is None."""

        def ranked(rows: Sequence[Ranked]) -> list[dict[str, Any]]:
            return [
                {"label": label, "index": index, "probability": probability}
                for label, index, probability in rows
            ]

        shares = {
            verdict: {
                name: None if isinstance(value, float) and math.isnan(value) else value
                for name, value in asdict(found).items()
            }
            for verdict, found in self.shares.items()
        }
        return {
            "target": {"label": CLASS_NAMES[self.target], "index": self.target},
            "right": [{"label": CLASS_NAMES[index], "index": index} for index in self.right],
            "photos": len(self.photos),
            "shares": shares,
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
    report: Any = None,
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
            image = decode_upload(data, largest_file=_LARGEST_FILE)
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
    best = int(mean.argmax())
    verdict: Verdict = "other wrong"
    if best == target:
        verdict = "adversarial"
    elif best in right:
        verdict = "correct"
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


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval for a share; NaN if there is nothing to count.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, Journal of
    the American Statistical Association 22 (1927).
    """
    if total == 0:
        return math.nan, math.nan
    share, spread = count / total, _Z95**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(centre - half, 0.0), min(centre + half, 1.0)
