"""Train the flow; takes half a minute on one core and depends on one seed only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import torch
import torch.nn.functional as F

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.digits.data import load
from pyfrontiers.digits.flow.network import ANY_CLASS, WIDTH, DigitFlow
from pyfrontiers.kernels import fold_in, normal, randint, uniform
from pyfrontiers.training import Average, train

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["train_flow"]

_BATCH = 128
_PEAK_RATE = 2e-3
_WARM_UP = 200
#: Share of examples trained without their class, so that the network learns v_any too.
_HIDDEN = 0.1
#: Weight of the current weights in the exponential moving average.
_NEWEST = 0.002
# Streams derived from the seed.
_WEIGHTS, _STEPS = range(2)


@checked
def train_flow(
    *,
    seed: Seed = 0,
    steps: Count = 10_000,
    width: Annotated[int, Range(1, 1 << 16)] = WIDTH,
    report: Callable[[float, str], None] | None = None,
) -> DigitFlow:
    """Train a flow on the 1,442 training digits by flow matching on straight paths.

    For noise n, digit d and time t, the network learns to predict d - n at (1 - t) n + t d. The
    conditional mean of d - n is a velocity field that transports noise to digits. Digits are
    dequantised with uniform noise of one of their sixteen grey levels.

    Args:
        seed: 64-bit seed of weights, batches, noise and times.
        steps: updates by AdamW, at least 1; the shipped weights took 10,000.
        width: hidden units of each layer.
        report: called after every hundredth of the steps with the fraction done and a message.

    Returns:
        The network with the moving average of its weights, frozen and in eval mode.

    Raises:
        ValueError: `steps` is less than 1.

    Source:
        Liu, Gong and Liu, Flow straight and fast, ICLR 2023, sec. 2.
    """
    digits = load()
    pixels, labels = 2 * digits.train_images.flatten(1) - 1, digits.train_labels
    model = DigitFlow(width, seed=fold_in(seed, _WEIGHTS))
    average = Average(model, newest=_NEWEST)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_PEAK_RATE, weight_decay=0.01, fused=True)

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / _WARM_UP) * (1 - step / steps)

    train(
        model,
        lambda step: _loss(model, pixels, labels, fold_in(fold_in(seed, _STEPS), step)),
        optimiser,
        steps=steps,
        seed=seed,
        schedule=torch.optim.lr_scheduler.LambdaLR(optimiser, rate),
        average=average,
        report=report,
    )
    return average.model


def _loss(model: DigitFlow, pixels: Tensor, labels: Tensor, seed: int) -> Tensor:
    """Return the mean squared error of the predicted velocities on one random batch."""
    chosen = randint((_BATCH,), 0, len(pixels), seed=fold_in(seed, 0))
    digit = (
        pixels[chosen]
        + (uniform((_BATCH, 64), dtype=torch.float32, seed=fold_in(seed, 1)) - 0.5) / 8
    )
    noise = normal((_BATCH, 64), dtype=torch.float32, seed=fold_in(seed, 2))
    # Times near 1/2 are the hardest, so they are sampled more often.
    time = torch.sigmoid(normal((_BATCH,), dtype=torch.float32, seed=fold_in(seed, 3)))
    hidden = uniform((_BATCH,), dtype=torch.float32, seed=fold_in(seed, 4)) < _HIDDEN
    classes = torch.where(hidden, ANY_CLASS, labels[chosen])
    between = torch.lerp(noise, digit, time[:, None])
    return F.mse_loss(model(between, time, classes), digit - noise)
