"""Data by their name or as an upload, and their figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.automl.service.readers import read_upload
from pyfrontiers.automl.service.shipped import shipped_dataset
from pyfrontiers.refusal import Refusal

if TYPE_CHECKING:
    from pyfrontiers.automl.service.dataset import Dataset

__all__ = ["Source", "Summary", "inspect_source", "summary_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where data come from.

    Attributes:
        name: in `SHIPPED`, or of an uploaded file.
        content: of the uploaded file; `None` for shipped data.
        target: column of a CSV file with the class.

    """

    name: str
    content: bytes | None = None
    target: str | None = None

    def read(self) -> Dataset:
        """Return the data set.

        Raises:
            ValueError: the upload cannot be used.

        """
        if self.content is None:
            return shipped_dataset(self.name)
        return read_upload(self.name, self.content, target=self.target)


@dataclass(frozen=True, slots=True)
class Summary:
    """A data set in figures.

    Attributes:
        name: of the data set.
        kind: ``"image"`` or ``"table"``.
        shape: of one input.
        classes: examples of each class.
        texts: for each column of texts, how many different ones it has.

    """

    name: str
    kind: str
    shape: tuple[int, ...]
    classes: dict[str, int]
    texts: dict[str, int]


def inspect_source(*, source: Source) -> Summary | Refusal:
    """Read data as a job; return their figures, or why they cannot be used."""
    try:
        return summary_of(source.read())
    except ValueError as error:
        return Refusal(str(error))


def summary_of(data: Dataset) -> Summary:
    """Return the figures of a data set."""
    counts = torch.bincount(data.labels, minlength=len(data.classes)).tolist()
    return Summary(
        data.name,
        data.kind,
        data.shape,
        dict(zip(data.classes, counts, strict=True)),
        {name: len(texts) for name, texts in data.texts.items()},
    )
