"""Early stopping: the one place where noise in the labels shows before it is memorised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfrontiers.generalization.looking import Curves

__all__ = ["Stop", "early_stop"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where one would have stopped, and what that gives.

    Attributes:
        epoch: the epoch that the held-out half with thrown labels chose.
        stopped: accuracy on the true labels of the other half at that epoch.
        trained: the same after the last epoch.
    """

    epoch: int
    stopped: float
    trained: float


def early_stop(curves: Curves) -> Stop:
    """Choose the epoch by held-out images whose labels are as corrupt as the training labels.

    Nobody who has corrupt labels has clean ones to choose by, and a figure must not be measured on
    the images that chose the epoch; so every other test image, labels thrown, chooses (the first
    epoch with the best accuracy), and the rest, labels true, gives the figures.

    Args:
        curves: of one run.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 3 (early stopping as implicit regularisation); Arpit et al.,
        A closer look at memorization in deep networks, ICML 2017, sec. 4.
    """
    epoch = max(range(len(curves.noisy)), key=curves.noisy.__getitem__)
    return Stop(epoch, curves.other[epoch], curves.other[-1])
