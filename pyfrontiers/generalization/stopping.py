"""Early stopping with noisy validation labels."""

from __future__ import annotations

from dataclasses import dataclass

from pyfrontiers.arguments import checked
from pyfrontiers.generalization.metrics import Curves

__all__ = ["EarlyStop", "early_stop"]


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """The epoch at which training would have stopped, and the resulting accuracy.

    Attributes:
        epoch: the epoch chosen by the validation half of the test images, whose labels are noisy.
        stopped: accuracy on the true labels of the other half at that epoch, in [0, 1].
        trained: the same accuracy after the last epoch.
    """

    epoch: int
    stopped: float
    trained: float


@checked
def early_stop(curves: Curves) -> EarlyStop:
    """Choose the epoch by the accuracy on held-out images with labels as noisy as in training.

    In practice, validation labels are as noisy as the training labels, and accuracy must not be
    measured on the images that chose the epoch. So every other test image, with randomised labels,
    chooses the first epoch of highest accuracy, and the rest, with true labels, measure accuracy.

    Args:
        curves: the curves of one run.

    Returns:
        The epoch and the accuracies.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 3 (early stopping as implicit regularisation); Arpit et al.,
        A closer look at memorization in deep networks, ICML 2017, sec. 4.
    """
    epoch = max(range(len(curves.noisy)), key=curves.noisy.__getitem__)
    return EarlyStop(epoch, curves.other[epoch], curves.other[-1])
