"""Training from scratch: the inner loop from random weights, without any other task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import fold_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from pyfrontiers.transfer.learners import Learner

__all__ = ["random_rows"]

_START = 0  # stream of the seed


def random_rows(learner: Learner, seeds: Sequence[int]) -> Tensor:
    """Return random weights (R, D), a row for each seed; every method's training begins there."""
    return torch.stack([learner.start(fold_in(seed, _START)) for seed in seeds])
