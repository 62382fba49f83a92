"""Divide a data set into parts for training, validation and the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.automl.data import Data
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.exported.model import OneHot

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Split", "split_dataset"]

#: One of so many examples of a class is for validation, and one for the test; at least one each.
_PART = 5


@dataclass(frozen=True, eq=False)
class Split:
    """The examples of each part, and what networks get to see, which the training part determines.

    Attributes:
        train, validation, test: ascending indices of the examples.
        mean, scale: (F,) of a table's columns or (C, 1, 1) of an image's channels; networks see
            (input - mean) / scale. Of a known text, 0 and 1.
        texts: for each column of texts, those that the training part has, with their codes.
        one_hot: replaces such columns by zeros and ones; `None` if there are none.

    """

    train: Tensor
    validation: Tensor
    test: Tensor
    mean: Tensor
    scale: Tensor
    texts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    one_hot: OneHot | None = None

    def searched(self, data: Dataset) -> Data:
        """Return what a search may see: the prepared training and validation examples."""
        return self._data(data, self.train)

    def known(self, data: Dataset) -> Data:
        """Return training and validation examples together for training, validation again."""
        return self._data(data, torch.cat((self.train, self.validation)))

    def prepared(self, inputs: Tensor) -> Tensor:
        """Return inputs as networks see them: texts as zeros and ones, numbers normalised."""
        numbers = inputs if self.one_hot is None else self.one_hot(inputs)
        return (numbers - self.mean) / self.scale

    def _data(self, data: Dataset, train: Tensor) -> Data:
        return Data(
            self.prepared(data.inputs[train]),
            data.labels[train],
            self.prepared(data.inputs[self.validation]),
            data.labels[self.validation],
        )


@checked
def split_dataset(data: Dataset, *, seed: Seed = 0) -> Split:
    """Divide the examples of each class: a fifth for validation, a fifth for the test.

    Args:
        data: at least three examples of each class, so each class is in each part.
        seed: 64-bit seed of the division.

    """
    generator = torch.Generator("cpu").manual_seed(seed % 2**63)
    parts: tuple[list[Tensor], ...] = ([], [], [])
    for label in range(len(data.classes)):
        members = (data.labels == label).nonzero()[:, 0]
        members = members[torch.randperm(len(members), generator=generator, device="cpu")]
        held = max(len(members) // _PART, 1)
        sizes = [len(members) - 2 * held, held, held]
        for part, chosen in zip(parts, torch.split(members, sizes), strict=True):
            part.append(chosen)
    train, validation, test = (torch.cat(part).sort().values for part in parts)
    seen = data.inputs[train].double()
    texts = _known_texts(data, seen)
    one_hot = OneHot(data.columns, texts) if texts else None
    seen = seen if one_hot is None else one_hot(seen)
    dims = (0,) if data.kind == "table" else (0, 2, 3)
    scale, mean = torch.std_mean(seen, dims, correction=0, keepdim=True)
    # Neighbouring float32 numbers differ by more than 1e-8 of their size, so less is rounding of
    # the mean. Below its smallest normal number, float32 has too few digits to divide by.
    constant = scale <= torch.clamp(1e-8 * mean.abs(), min=torch.finfo(torch.float32).tiny)
    if one_hot is not None:  # an unknown text must remain zeros
        mean = torch.where(one_hot.coded, torch.zeros_like(mean), mean)
        constant |= one_hot.coded
    scale = torch.where(constant, torch.ones_like(scale), scale)
    return Split(train, validation, test, mean[0].float(), scale[0].float(), texts, one_hot)


def _known_texts(data: Dataset, seen: Tensor) -> dict[str, dict[str, int]]:
    """Return the texts of each column of texts that occur in the rows, with their codes."""
    found = {}
    for name, texts in data.texts.items():
        codes = sorted(set(seen[:, data.columns.index(name)].tolist()))
        found[name] = {texts[int(code)]: int(code) for code in codes}
    return found
