"""Training until the network knows its labels by heart, and what is seen on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from pyfrontiers.generalization.conditions import prepared
from pyfrontiers.generalization.data import digit_data
from pyfrontiers.generalization.looking import Curves, Looking, stacked
from pyfrontiers.generalization.network import WIDTH, FittingNet, parameter_count
from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from pyfrontiers.generalization.data import ImageData

    #: Told the share done, a sentence, and the curves so far.
    Report = Callable[[float, str, Curves], None]

__all__ = ["EPOCHS", "FITTED", "Fit", "best_device", "fit", "fit_digits"]

#: Passes over the training images; on the digits all labels are known by heart after thirty.
EPOCHS = 40
#: Training accuracy from which on the labels count as known by heart.
FITTED = 0.999
_BATCH = 64
_PEAK_RATE = 2e-3
# Streams of the seed beside those of the conditions; shuffles take one each from here on.
_WEIGHTS, _SHUFFLES = 16, 1 << 16


@dataclass(frozen=True, slots=True)
class Fit:
    """One training run.

    Attributes:
        data: name of the data set.
        condition, share, width, epochs, seed: what was asked for.
        classes: number of classes, the faces of the die.
        parameters: numbers that training may change.
        train_count, test_count, redrawn_count: images to train and to test, and labels thrown.
        curves: accuracies and losses after 0, 1, ... epochs.
        fitted: first epoch after which the training accuracy was at least 99.9 %, or None.
        seconds: duration of the run.
        seconds_to_fit: duration until then, or None.
        device: torch device that computed it.
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
        """Share of training images whose label, true or thrown, the trained network gives."""
        return self.curves.train[-1]

    @property
    def test_accuracy(self) -> float:
        """Share of test images whose true label the trained network gives."""
        return self.curves.test[-1]


def best_device() -> str:
    """Name the device that the runs of this package take: a GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def fit(
    data: ImageData,
    *,
    condition: str = "labels",
    share: float = 0.0,
    width: int = WIDTH,
    epochs: int = EPOCHS,
    seed: int = 0,
    patience: int | None = None,
    device: str | None = None,
    report: Report | None = None,
) -> Fit:
    """Train a network on corrupted data, with nothing that would keep it from memorising.

    Adam on the mean cross-entropy in batches of 64, its rate falling from 0.002 along a quarter of
    a cosine to zero; no weight decay, no dropout, no augmentation.

    Args:
        data: images and labels.
        condition: one of `CONDITIONS`: "labels", "shuffled", "random", "gaussian".
        share: probability that a training label is thrown anew, in [0, 1].
        width: filters of the first convolution, at least 1; 1 to 128 is sensible.
        epochs: passes over the training images, at least 1.
        seed: 64-bit seed of dice, orders, weights and shuffles. Equal seeds give equal runs on one
            machine and the same accuracy within rounding elsewhere.
        patience: end once every label has been known for so many epochs in a row; all epochs when
            left out.
        device: torch device; a GPU where there is one when left out.
        report: told the fraction, a message, and the curves so far.

    Returns:
        Curves by epoch, the epoch at which every label was known, and the circumstances.

    Raises:
        ValueError: a number or the condition is out of range; it is named.

    Source:
        Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking
        generalization, ICLR 2017, sec. 2.
    """
    for name, number in (("width", width), ("epochs", epochs), ("patience", patience or 1)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError(f"{name} is {number!r}; wanted an integer of at least 1")
    task = prepared(data, condition, share, seed=seed)
    where = device or best_device()
    channels, side = data.train_images.shape[1:3]
    classes = len(data.classes)
    model = FittingNet(channels, side, classes, width=width, seed=fold_in(seed, _WEIGHTS))
    # Channels innermost: pooling takes a quarter of the time.
    model.to(where).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # untyped
    images, labels = task.train_images.to(where), task.labels.to(where)
    optimiser = torch.optim.Adam(model.parameters(), fused=True)
    looking = Looking(task, where)
    begin = time.perf_counter()
    seen = [looking(model)]
    fitted, seconds_to_fit = None, None
    for epoch in range(epochs):
        keys = uniform((len(images),), seed=fold_in(seed, _SHUFFLES + epoch))
        _pass(model, optimiser, images, labels, keys.argsort(), epoch, epochs)
        seen.append(looking(model))
        if fitted is None and seen[-1].train >= FITTED:
            fitted, seconds_to_fit = epoch + 1, time.perf_counter() - begin
        known = f"{100 * seen[-1].train:.1f} % of the labels known"
        if report is not None:
            report((epoch + 1) / epochs, f"epoch {epoch + 1} of {epochs}: {known}", stacked(seen))
        if patience and all(look.train >= FITTED for look in seen[-patience:]):
            break
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
        curves=stacked(seen),
        fitted=fitted,
        seconds=time.perf_counter() - begin,
        seconds_to_fit=seconds_to_fit,
        device=where,
    )


def _pass(
    model: FittingNet,
    optimiser: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
    order: Tensor,
    epoch: int,
    epochs: int,
) -> None:
    """Train on every image once, in the order given."""
    batches = torch.split(order.to(images.device), _BATCH)
    for step, chosen in enumerate(batches):
        done = torch.tensor((epoch + step / len(batches)) / epochs)
        for group in optimiser.param_groups:
            group["lr"] = _PEAK_RATE * float((done * torch.pi / 2).cos())
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(images[chosen]), labels[chosen])
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        optimiser.step()


def fit_digits(
    *,
    condition: str,
    share: float,
    width: int,
    epochs: int,
    seed: int,
    report: Report | None = None,
) -> Fit:
    """Run `fit` on the digits: a job whose parameters are settings and nothing else."""
    return fit(
        digit_data(),
        condition=condition,
        share=share,
        width=width,
        epochs=epochs,
        seed=seed,
        report=report,
    )
