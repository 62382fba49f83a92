"""A labelled data set as the service takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, Range, checked

__all__ = ["LEAST", "Dataset"]

#: Examples that each class needs: one for training, one for validation, one for the test.
LEAST = 3
_SHOWN = 3


@checked
@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their classes.

    Attributes:
        inputs: (N, F) rows of a table or (N, C, H, W) images; kept as float32 on the CPU.
        labels: (N,) indices of `classes`; kept as int64 on the CPU.
        classes: the names of the classes.
        columns: the names of a table's F columns; empty for images.
        name: of the data set.
        white: value of a white pixel, by which the exported network reads image files; None if it
            is unknown.
        texts: for each column of texts, its different texts; the column holds their places in this
            tuple. A network gets each text that the training part has as a column of zeros and
            ones.

    Raises:
        ValueError: there are fewer than two classes or three examples of one, two classes or
            columns have one name, a value is not finite or not the place of a text, or the inputs
            have another shape.

    """

    inputs: Annotated[Tensor, Floats("N", "...")]
    labels: Annotated[Tensor, Integers("N")]
    classes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    name: str = "data"
    white: Annotated[float, Range(0)] | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", self.inputs.detach().cpu().float())
        object.__setattr__(self, "labels", self.labels.cpu().long())
        if self.inputs.ndim not in (2, 4) or not self.inputs[:1].numel():
            raise ValueError(
                "inputs must be rows (N, F) or images (N, C, H, W), got shape "
                f"{tuple(self.inputs.shape)}"
            )
        if self.inputs.ndim == 2 and len(self.columns) != self.inputs.shape[1]:
            raise ValueError(
                f"columns must name the {self.inputs.shape[1]} columns of inputs, got "
                f"{len(self.columns)} names"
            )
        if len(self.classes) < 2:
            raise ValueError(
                f"the data must have at least two classes, got {len(self.classes)}: "
                f"{', '.join(self.classes) or 'none'}"
            )
        for name in ("classes", "columns"):
            names = getattr(self, name)
            if twice := [each for each in dict.fromkeys(names) if names.count(each) > 1]:
                raise ValueError(f"{name} must be different names, got {_some(twice)} twice")
        self._check_labels()
        self._check_values()
        self._check_texts()

    def _check_labels(self) -> None:
        if len(self.labels) and not 0 <= int(self.labels.min()) <= int(self.labels.max()) < len(
            self.classes
        ):
            raise ValueError(
                f"labels must be from 0 to {len(self.classes) - 1}, the places of classes, got "
                f"{int(self.labels.min())} to {int(self.labels.max())}"
            )
        counts = torch.bincount(self.labels.long(), minlength=len(self.classes)).tolist()
        rare = [f"{n!r} ({k})" for n, k in zip(self.classes, counts, strict=True) if k < LEAST]
        if rare:
            raise ValueError(
                f"each class must have at least {LEAST} examples, one for each part of the data, "
                f"got {_some(rare)}; add examples or leave out the class"
            )

    def _check_values(self) -> None:
        bad = ~self.inputs.isfinite()
        if not bad.any():
            return
        first = [int(i) for i in bad.nonzero()[0]]
        where = f"example {first[0] + 1}"
        if self.columns:
            where = f"column {self.columns[first[1]]!r} of row {first[0] + 1}"
        raise ValueError(
            f"the data must be finite numbers, got {int(bad.sum()):,} that are NaN or infinite, "
            f"the first in {where} (counted from 1); fill them in or leave those examples out"
        )

    def _check_texts(self) -> None:
        for name, texts in self.texts.items():
            if name not in self.columns:
                raise ValueError(
                    f"texts must be of columns of a table, got {name!r}; the columns are "
                    f"{', '.join(self.columns) or 'none'}"
                )
            codes = self.inputs[:, self.columns.index(name)]
            if not ((codes >= 0) & (codes < len(texts)) & (codes == codes.floor())).all():
                raise ValueError(
                    f"column {name!r} must hold whole numbers from 0 to {len(texts) - 1}, the "
                    f"places of its texts, got {float(codes.min()):g} to {float(codes.max()):g}"
                )

    @property
    def kind(self) -> str:
        """``"image"`` or ``"table"``."""
        return "image" if self.inputs.ndim == 4 else "table"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one input."""
        return tuple(self.inputs.shape[1:])

    @property
    def digest(self) -> str:
        """A SHA-256 of inputs, labels and names, which identifies the data."""
        named = self.shape, self.classes, self.columns, *sorted(self.texts.items())
        found = hashlib.sha256(repr(named).encode())
        for part in (self.inputs, self.labels):
            found.update(part.contiguous().numpy().tobytes())
        return found.hexdigest()


def _some(names: list[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
