"""Heads on the classifier's features that were taught the sample photographs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.kernels import predictive
from pyfrontiers.uncertainty import Posterior
from pyfrontiers.uncertainty.head import (
    Doubt,
    doubt,
    fit_dropout_head,
    fit_ensemble_head,
    fit_head,
    fit_hmc_head,
)
from pyfrontiers.vision.features import DOGS
from pyfrontiers.vision.recorded_features import CROPS, NAMES, recorded_views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["METHODS", "TASKS", "TAUGHT_CROPS", "Task", "restricted", "taught_head"]

TAUGHT_CROPS: Final = 5
"""Crops of a taught photograph that a head sees; it is tested on the other three."""


@dataclass(frozen=True, slots=True)
class Task:
    """Two classes and the photographs of each.

    Attributes:
        classes: their names.
        photographs: name of a photograph -> number of its class.
        strangers: photographs of neither class.
    """

    classes: tuple[str, str]
    photographs: Mapping[str, int]
    strangers: tuple[str, ...]

    @property
    def title(self) -> str:
        """The question that a head answers."""
        return f"{self.classes[0].capitalize()} or {self.classes[1]}"


_PETS: Final = {"dog": 0, "kitten": 1, "cat": 1}
_BIRDS: Final = ("chicken", "duck", "owl", "kingfisher", "macaw")
_HOOFED: Final = ("horse", "cow", "sheep", "pig", "bison", "moose", "giraffe", "giraffe-head")
_FARM: Final = dict.fromkeys(_BIRDS, 0) | dict.fromkeys(_HOOFED, 1)


def _task(first: str, second: str, photographs: Mapping[str, int]) -> Task:
    strangers = tuple(name for name in NAMES if name not in photographs)
    return Task((first, second), MappingProxyType(dict(photographs)), strangers)


TASKS: Final[Mapping[str, Task]] = MappingProxyType(
    {
        "pets": _task("dog", "cat", _PETS),
        "animals": _task("bird", "hoofed animal", _FARM),
    }
)
"""What the shipped heads were taught. The second has photographs enough to leave one out."""

METHODS: Final[Mapping[str, Callable[..., Posterior]]] = MappingProxyType(
    {
        "laplace": fit_head,
        "hmc": fit_hmc_head,
        "dropout": fit_dropout_head,
        "ensemble": fit_ensemble_head,
    }
)
"""How a head may be fitted."""


@checked
def taught_head(task: str, method: str, *, without: str | None = None) -> Posterior:
    """Return a head that was taught the photographs of a task.

    Args:
        task: a key of `TASKS`.
        method: a key of `METHODS`.
        without: a photograph to leave out.

    Raises:
        ValueError: there is no such task or method.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {task!r}")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    return _fitted(task, method, without)


@lru_cache(maxsize=64)
def _fitted(task: str, method: str, without: str | None) -> Posterior:
    photographs = {k: v for k, v in TASKS[task].photographs.items() if k != without}
    features, labels = examples(list(photographs), list(photographs.values()))
    return METHODS[method](features, labels)


def examples(names: Sequence[str], labels: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return the taught crops of some photographs and their labels."""
    views = recorded_views()
    features = torch.cat([views[name].crops[:TAUGHT_CROPS] for name in names])
    return features, torch.tensor(labels).repeat_interleave(TAUGHT_CROPS)


def held_out(name: str, *, taught: bool) -> slice:
    """Return which crops of a photograph may be shown: those that were not taught."""
    return slice(TAUGHT_CROPS if taught else 0, CROPS)


def restricted(logits: Tensor) -> Doubt:
    """Return dog or cat by the ImageNet classifier, restricted to its dogs and cats.

    Args:
        logits: (N, 123), as `pet_logits` returns them.

    Returns:
        One draw: the sum over 118 dogs against the sum over 5 cats. The mutual information is 0,
        because there is nothing that could disagree.
    """
    p = logits.float().softmax(1)
    dog = p[:, : len(DOGS)].sum(1)
    pair = torch.stack([dog, 1 - dog], 1)
    found = predictive(pair.log()[None])
    return Doubt(
        pair,
        pair[None],
        found.mutual_information,
        found.entropy,
        1 - pair.max(1).values,
        -logits.float().logsumexp(1),
    )


def head_doubt(task: str, method: str, features: Tensor, *, without: str | None = None) -> Doubt:
    """Show features (N, 1280) to a taught head."""
    return doubt(taught_head(task, method, without=without), features)
