"""Train a network until it has memorised its labels, and record metrics after every epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch
import torch.nn.functional as F
from torch.optim.lr_scheduler import LambdaLR

from pyfrontiers.arguments import Count, Range, Seed, Share, checked
from pyfrontiers.generalization.conditions import make_task
from pyfrontiers.generalization.data import ImageData, digit_data
from pyfrontiers.generalization.metrics import Curves, Evaluator, to_curves
from pyfrontiers.generalization.network import WIDTH, FittingNet, parameter_count
from pyfrontiers.kernels import fold_in
from pyfrontiers.training import Shuffled, train

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.generalization.metrics import EpochMetrics
    from pyfrontiers.training import Stretch

Report = Callable[[float, str, Curves], None]
"""Called with the fraction done, a message and the curves so far."""

__all__ = ["EPOCHS", "FITTED", "Fit", "best_device", "fit", "fit_digits"]

#: Default number of epochs; the digits' labels are memorised after thirty.
EPOCHS = 40
#: Training accuracy from which the labels count as memorised.
FITTED = 0.999
_BATCH = 64
_PEAK_RATE = 2e-3
# Streams derived from the seed, distinct from those of the conditions; each epoch has a shuffle.
_WEIGHTS, _SHUFFLES = 16, 1 << 16


@dataclass(frozen=True, slots=True)
class Fit:
    """One training run.

    Attributes:
        data: name of the data set.
        condition, share, width, epochs, seed: arguments of the run; see `fit`.
        classes: number of classes.
        parameters: number of trainable parameters.
        train_count, test_count, redrawn_count: numbers of training images, test images and
            randomised labels.
        curves: metrics after 0, 1, ... epochs.
        fitted: first epoch with a training accuracy of at least 99.9 %, or None.
        seconds: duration of the run.
        seconds_to_fit: duration up to `fitted`, or None.
        device: torch device of the run.
    """

    data: str
    condition: str
    share: float
    width: int
    epochs: int
    seed: int
    classes: int
    parameters: int
    train_count: int
    test_count: int
    redrawn_count: int
    curves: Curves
    fitted: int | None
    seconds: float
    seconds_to_fit: float | None
    device: str

    @property
    def train_accuracy(self) -> float:
        """Final accuracy on the training labels, true or randomised."""
        return self.curves.train[-1]

    @property
    def test_accuracy(self) -> float:
        """Final accuracy on the true test labels."""
        return self.curves.test[-1]


def best_device() -> str:
    """Return the default device: ``"cuda"`` if available, otherwise ``"cpu"``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@checked
def fit(
    data: ImageData,
    *,
    condition: str = "labels",
    share: Share = 0.0,
    width: Annotated[int, Range(1, 4096)] = WIDTH,
    epochs: Count = EPOCHS,
    seed: Seed = 0,
    patience: Count | None = None,
    device: torch.device | str | None = None,
    report: Report | None = None,
) -> Fit:
    """Train a network on corrupted data without any regularisation.

    Minimises the mean cross-entropy with Adam in batches of 64. The learning rate follows a quarter
    cosine from 0.002 to zero. There is no weight decay, dropout or augmentation.

    Args:
        data: images and labels.
        condition: slug of one of `CONDITIONS`: "labels", "shuffled", "random" or "gaussian".
        share: probability that a training label is replaced by a random one, in [0, 1].
        width: filters of the first convolution, at least 1; sensible values are 1 to 128.
        epochs: maximum number of passes over the training images, at least 1.
        seed: 64-bit seed of labels, permutations, weights and shuffles. Equal seeds give equal runs
            on one machine, and equal accuracy up to rounding on others.
        patience: stop once all labels have been memorised for this many consecutive epochs, at
            least 1. Default: run all epochs.
        device: torch device. Default: a GPU if available.
        report: called after each epoch with the fraction done, a message and the curves so far.

    Returns:
        The metrics of each epoch and the settings of the run.

    Raises:
        ValueError: an argument is out of range.
        DataError: all training images are one uniform grey.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2.
    """
    task = make_task(data, condition, share, seed=seed)
    where = str(device or best_device())
    channels, side = data.train_images.shape[1:3]
    classes = len(data.classes)
    model = FittingNet(channels, side, classes, width=width, seed=fold_in(seed, _WEIGHTS))
    # In channels-last memory format, pooling is four times as fast.
    model.to(where).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # untyped
    images, labels = task.train_images.to(where), task.labels.to(where)
    batches = Shuffled(len(images), _BATCH, seed=fold_in(seed, _SHUFFLES), device=where)
    steps = epochs * batches.per_epoch
    optimiser = torch.optim.Adam(model.parameters(), lr=_PEAK_RATE, fused=True)
    history = _History(Evaluator(task, where), model, epochs, patience, report)

    def loss(step: int) -> Tensor:
        chosen = batches.at(step)
        return F.cross_entropy(model(images[chosen]), labels[chosen])

    train(
        model,
        loss,
        optimiser,
        steps=steps,
        every=batches.per_epoch,
        seed=seed,
        schedule=LambdaLR(optimiser, lambda step: math.cos(math.pi / 2 * step / steps)),
        after=history.add,
    )
    fitted = history.fitted
    return Fit(
        data=data.name,
        condition=condition,
        share=float(share),
        width=width,
        epochs=epochs,
        seed=seed,
        classes=classes,
        parameters=parameter_count(model),
        train_count=len(images),
        test_count=len(task.test_labels),
        redrawn_count=int(task.redrawn.sum()),
        curves=to_curves(history.metrics),
        fitted=fitted,
        seconds=history.seconds[-1],
        seconds_to_fit=None if fitted is None else history.seconds[fitted],
        device=where,
    )


class _History:
    """Metrics and elapsed time before the training and after every epoch."""

    def __init__(
        self,
        evaluate: Evaluator,
        model: FittingNet,
        epochs: int,
        patience: int | None,
        report: Report | None,
    ) -> None:
        self._evaluate, self._model = evaluate, model
        self._epochs, self._patience, self._report = epochs, patience, report
        self._begin = time.perf_counter()
        self.metrics = [evaluate(model)]
        self.seconds = [0.0]

    @property
    def fitted(self) -> int | None:
        """First epoch after which the labels count as memorised, or None."""
        reached = (epoch for epoch, one in enumerate(self.metrics) if epoch and _fitted(one))
        return next(reached, None)

    def add(self, stretch: Stretch) -> bool:
        """Evaluate the network after an epoch; return whether the patience is exhausted."""
        self.metrics.append(self._evaluate(self._model))
        self.seconds.append(time.perf_counter() - self._begin)
        if self._report is not None:
            accuracy = f"{100 * self.metrics[-1].train:.1f} % of the labels fitted"
            message = f"epoch {len(self.metrics) - 1} of {self._epochs}: {accuracy}"
            self._report(stretch.fraction, message, to_curves(self.metrics))
        last = self.metrics[-self._patience :] if self._patience else []
        return bool(last) and all(map(_fitted, last))


def _fitted(metrics: EpochMetrics) -> bool:
    return metrics.train >= FITTED


@checked
def fit_digits(
    *,
    condition: str,
    share: Share,
    width: Annotated[int, Range(1, 4096)],
    epochs: Count,
    seed: Seed,
    report: Report | None = None,
) -> Fit:
    """Run `fit` on the digits; all arguments are plain settings, so that it can be a job.

    The arguments are those of `fit`.
    """
    return fit(
        digit_data(),
        condition=condition,
        share=share,
        width=width,
        epochs=epochs,
        seed=seed,
        report=report,
    )
