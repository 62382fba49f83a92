"""Divide a data set into parts for training, validation and the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.automl.data import Data
from pyfrontiers.automl.service.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Split", "split_dataset"]

#: One of so many examples of a class is for validation, and one for the test; at least one each.
_PART = 5


@dataclass(frozen=True, eq=False)
class Split:
    """The examples of each part and the normalisation, which only the training part determines.

    Attributes:
        train, validation, test: ascending indices of the examples.
        mean, scale: (F,) of a table's columns or (C, 1, 1) of an image's channels; networks see
            (input - mean) / scale.

    """

    train: Tensor
    validation: Tensor
    test: Tensor
    mean: Tensor
    scale: Tensor

    def searched(self, data: Dataset) -> Data:
        """Return what a search may see: the normalised training and validation examples."""
        return self._data(data, self.train)

    def known(self, data: Dataset) -> Data:
        """Return training and validation examples together for training, validation again."""
        return self._data(data, torch.cat((self.train, self.validation)))

    def _data(self, data: Dataset, train: Tensor) -> Data:
        normalised: Callable[[Tensor], Tensor] = lambda x: (x - self.mean) / self.scale  # noqa: E731
        return Data(
            normalised(data.inputs[train]),
            data.labels[train],
            normalised(data.inputs[self.validation]),
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
    dims = (0,) if data.kind == "table" else (0, 2, 3)
    scale, mean = torch.std_mean(seen, dims, correction=0, keepdim=True)
    scale = torch.where(scale > 1e-8 * (1 + mean.abs()), scale, torch.ones_like(scale))
    return Split(train, validation, test, mean[0].float(), scale[0].float())
