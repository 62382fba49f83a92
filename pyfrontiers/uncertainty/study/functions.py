"""Functions drawn from a posterior, on a grid of inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.uncertainty.study.data_sets import REACH

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.uncertainty.study.data_sets import Task

__all__ = ["LEVELS", "Functions", "grid", "predictions", "summarise"]

#: Ends of the bands of 95 % and 50 %, and the median.
LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
#: Points of the grid along an axis, and functions kept to draw.
_POINTS = {"regression": 81, "classification": 31}
_CURVES = {"regression": 24, "classification": 6}


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """What a page draws of a posterior; arrays of float32.

    Attributes:
        task: what was learned.
        curves: (24, P) functions of a regression, or (6, P) of a classification: values, or
            probabilities of class 1.
        bands: (5, P) quantiles at `LEVELS` over all functions; (0, P) for a classification.
        mean: (P,) mean over all functions.
        spread: (P,) standard deviation over all functions.
    """

    task: Task
    curves: np.ndarray[Any, Any]
    bands: np.ndarray[Any, Any]
    mean: np.ndarray[Any, Any]
    spread: np.ndarray[Any, Any]

    @property
    def axis(self) -> np.ndarray[Any, Any]:
        """Coordinates of the grid along an axis."""
        return np.linspace(-REACH, REACH, _POINTS[self.task])


def grid(task: Task) -> Tensor:
    """Return the inputs (P, d) on which functions are compared; the first coordinate is slow."""
    axis = torch.linspace(-REACH, REACH, _POINTS[task], dtype=torch.float64, device="cpu")
    return axis[:, None] if task == "regression" else torch.cartesian_prod(axis, axis)


def predictions(task: Task, outputs: Tensor) -> Tensor:
    """Return what is compared of raw outputs: values, or probabilities of class 1."""
    return outputs.double() if task == "regression" else outputs.double().sigmoid()


def summarise(task: Task, values: Tensor) -> Functions:
    """Summarise predictions (S, P)."""
    levels = torch.tensor(LEVELS, dtype=torch.float64, device="cpu")
    if task == "classification":
        levels = levels[:0]
    count = min(_CURVES[task], len(values))
    chosen = torch.linspace(0, len(values) - 1, count, device="cpu").long()

    def stored(tensor: Tensor) -> np.ndarray[Any, Any]:
        return tensor.float().numpy()

    return Functions(
        task,
        stored(values[chosen]),
        stored(values.quantile(levels, 0)),
        stored(values.mean(0)),
        stored(values.std(0, correction=0)),
    )
