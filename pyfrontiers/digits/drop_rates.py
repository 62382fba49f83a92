"""How the drop rate and the kind of mask change likelihood and calibration, by cross-validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import torch
import torch.nn.functional as F

from pyfrontiers.digits.data import load
from pyfrontiers.digits.network import DigitNet
from pyfrontiers.digits.training import fit
from pyfrontiers.digits.variants import rotate
from pyfrontiers.kernels import fold_in
from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.calibration import fit_temperature

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

__all__ = [
    "ANGLE",
    "FOLDS",
    "KINDS",
    "PASSES",
    "RATES",
    "VARIANTS",
    "VIEWS",
    "FoldPredictions",
    "Granularity",
    "predict_fold",
]

Granularity = Literal["channel", "element"]

KINDS: Final[tuple[Granularity, ...]] = ("channel", "element")
RATES: Final = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
FOLDS: Final = 5
PASSES: Final = 100
#: Rotation of the shifted test digits in degrees; no network was trained on rotated digits.
ANGLE: Final = 30
VARIANTS: Final = ("plain", "plain, scaled", "passes", "passes, scaled")
"""One pass without dropout and the mean of `PASSES`, as they are and with a temperature."""
VIEWS: Final = ("upright", "rotated")
_EPOCHS: Final = 40
# Streams of a fold's seed: masks in training must not be those of the passes.
_TRAINING, _PASSES = range(2)


@dataclass(frozen=True, slots=True, eq=False)
class FoldPredictions:
    """Predictions of one network for digits that it was not trained on.

    Attributes:
        granularity, rate: of the network's dropout.
        held_labels: (H,) labels of the held-out digits.
        held_out: probabilities (H, 10) for them, ``plain`` and ``passes``.
        temperatures: fitted to them, ``plain`` and ``passes``.
        test_labels: (N,) labels of the test digits.
        test: probabilities (N, 10) for them by view and variant.
    """

    granularity: Granularity
    rate: float
    held_labels: Tensor
    held_out: dict[str, Tensor]
    temperatures: dict[str, float]
    test_labels: Tensor
    test: dict[str, dict[str, Tensor]]


def predict_fold(
    *,
    fold: int,
    seed: int = 0,
    epochs: int = _EPOCHS,
    rates: tuple[float, ...] = RATES,
    report: Callable[[float, str], None] | None = None,
) -> list[FoldPredictions]:
    """Train a network for each kind of mask and rate, without two fifths of the digits.

    Digit number n of each class is in fold n mod 5. Fold `fold` is for testing, the next one is
    held out: it chooses the rate and the temperatures. At rate 0 the kind makes no difference.

    Args:
        fold: from 0 to 4.
        seed: 64-bit seed; networks of a fold start from the same weights.
        epochs: of each training.
        rates: drop probabilities.
        report: called with the fraction done and a message.
    """
    digits = load()
    images = torch.cat((digits.train_images, digits.test_images))
    labels = torch.cat((digits.train_labels, digits.test_labels))
    number = (F.one_hot(labels).cumsum(0) - 1).gather(1, labels[:, None])[:, 0] % FOLDS
    test, held = number == fold, number == (fold + 1) % FOLDS
    own = fold_in(seed, fold)
    settings = [(kind, rate) for kind in KINDS for rate in rates if rate or kind == KINDS[0]]
    found = []
    for done, (kind, rate) in enumerate(settings):
        if report is not None:
            report(done / len(settings), f"fold {fold + 1}, {kind} dropout at {rate:g}")
        start = fold_in(own, _TRAINING)
        model = DigitNet(p=rate, seed=start, granularity=kind)
        fit(model, images[~(test | held)], labels[~(test | held)], seed=start, epochs=epochs)
        turned = rotate(images[test], ANGLE)
        upright = {"held": images[held], VIEWS[0]: images[test], VIEWS[1]: turned}
        answers = {view: _answers(model, x, rate, own) for view, x in upright.items()}
        held_out = answers.pop("held")
        scale = {
            how: fit_temperature(p, labels[held], outputs="probabilities")
            for how, p in held_out.items()
        }
        scaled = {
            view: {**each, **{f"{how}, scaled": scale[how](p) for how, p in each.items()}}
            for view, each in answers.items()
        }
        found.append(
            FoldPredictions(
                kind,
                rate,
                labels[held],
                held_out,
                {how: each.value for how, each in scale.items()},
                labels[test],
                scaled,
            )
        )
    return found


def _answers(model: DigitNet, x: Tensor, rate: float, seed: int) -> dict[str, Tensor]:
    """Return the probabilities of one pass without dropout, and the mean of the passes."""
    with torch.no_grad():
        plain = model(x).double().softmax(1)
    if rate == 0:
        return {"plain": plain, "passes": plain}
    passes = mc_dropout(model, x, samples=PASSES, seed=fold_in(seed, _PASSES), p=rate)
    return {"plain": plain, "passes": passes.mean.double()}
