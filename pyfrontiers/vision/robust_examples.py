"""An ordinary and a robust adversarial example of one photograph, within the same bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import torch

from pyfrontiers.adversarial import (
    StepReport,
    Survival,
    ThreatModel,
    Transforms2D,
    attack,
    survival,
)
from pyfrontiers.arguments import Count, Range, Seed, Share, checked
from pyfrontiers.vision.classifier import IMAGE_SIZE, classifier
from pyfrontiers.vision.input_gradient import FastClassifier
from pyfrontiers.vision.labels import CLASS_NAMES
from pyfrontiers.vision.pixels import LEVELS, quantise

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["EPSILON", "RobustExample", "as_batch", "predicted_class", "robust_example"]

EPSILON: Final = 16 / 255
"""Bound of the perturbation. Its root mean square is then about that of Athalye et al. 2018."""

_ORDINARY_STEPS = 20
_STEP_SHARE = 1 / 8  # step size as a share of epsilon
_MOMENTUM = 0.9
_FINAL_STEP = 0.1


@dataclass(frozen=True, eq=False)
class RobustExample:
    """A photograph and two adversarial examples of it, as 8-bit images (224, 224, 3).

    Attributes:
        truth: class predicted for the photograph.
        target: target class of both attacks.
        epsilon: bound of both in L-infinity, in pixel values from 0 to 1; the 8-bit images keep it.
        original: the photograph as prepared for the classifier.
        ordinary: from an attack on the photograph itself.
        robust: from an attack in expectation over random transforms.
        losses: mean cross-entropy towards the target over the views of each step of the second.
        seconds: duration of both attacks.
    """

    truth: int
    target: int
    epsilon: float
    original: NDArray[np.uint8]
    ordinary: NDArray[np.uint8]
    robust: NDArray[np.uint8]
    losses: tuple[float, ...]
    seconds: float

    def survival(self, axis: str, *, points: int = 31, seed: int = 0) -> Survival:
        """Return the probabilities of `truth` and `target`, in this order, along one transform.

        Its rows are the original, the ordinary and the robust example; see
        `pyfrontiers.adversarial.survival`.
        """
        images = as_batch(self.original, self.ordinary, self.robust)
        classes = torch.tensor([self.truth, self.target], device="cpu")
        return survival(classifier(), images, classes, axis=axis, points=points, seed=seed)


@checked
def robust_example(
    *,
    pixels: bytes,
    target: Annotated[int, Range(0, len(CLASS_NAMES) - 1)],
    epsilon: Share = EPSILON,
    steps: Count = 100,
    views_per_step: Count = 8,
    seed: Seed = 0,
    report: Callable[..., object] | None = None,
) -> RobustExample:
    """Attack a photograph twice within one bound: as it is, and in expectation over transforms.

    Both attacks are targeted projected gradient descent in L-infinity from the photograph, with the
    same step size. In each step, the second takes the mean gradient over views drawn by
    `Transforms2D`; momentum averages it over about ten steps, and the steps become shorter.

    Args:
        pixels: the photograph as 224 x 224 8-bit RGB values in row order; see `prepared_pixels`.
        target: index of the target class, 0 to 999.
        epsilon: largest change of a pixel value, in [0, 1].
        steps: steps of the second attack; the first takes 20.
        views_per_step: views of each of them.
        seed: 64-bit seed of the views.
        report: called at each step with the fraction done and a message.

    Raises:
        ValueError: an argument is out of range, or `pixels` has another length.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018.
    """
    original, truth = _read_pixels(pixels), predicted_class(pixels)
    x, y = as_batch(original), torch.tensor([target], device="cpu")
    model = FastClassifier(classifier())
    losses: list[float] = []

    def follow(state: StepReport) -> None:
        losses.append(float(state.losses[0]))
        if report is not None:
            share = min(float(state.probabilities[0]), 0.999)
            name = CLASS_NAMES[target]
            message = f"Step {state.step} of {state.steps}: {name} at {100 * share:.1f} %"
            report(state.step / state.steps, message, tuple(losses))

    common: dict[str, Any] = {
        "threat": ThreatModel(norm="linf", epsilon=epsilon),
        "step": _STEP_SHARE * epsilon,
        "targeted": True,
        "random_start": False,
        "keep_going": True,
        "seed": seed,
    }
    began = time.perf_counter()
    first = attack(model, x, y, steps=_ORDINARY_STEPS, **common).adversarial
    expected: dict[str, Any] = {
        "views": Transforms2D(),
        "views_per_step": views_per_step,
        "momentum": _MOMENTUM,
        "final_step": _FINAL_STEP,
        "held_out": 1,
        "callback": follow,
    }
    second = attack(model, x, y, steps=steps, **expected, **common).adversarial
    ordinary, robust = (_pixels(quantise(each, x, epsilon)) for each in (first, second))
    return RobustExample(
        *(truth, target, epsilon, original, ordinary, robust),
        losses=tuple(losses),
        seconds=time.perf_counter() - began,
    )


def predicted_class(pixels: bytes) -> int:
    """Return the most probable class of a photograph; see `prepared_pixels`."""
    return int(classifier().probabilities(as_batch(_read_pixels(pixels)))[0].argmax())


def as_batch(*images: NDArray[np.uint8]) -> Tensor:
    """Return 8-bit images (H, W, 3) as a float32 batch (N, 3, H, W) in [0, 1]."""
    stacked = torch.from_numpy(np.stack(images))
    return stacked.permute(0, 3, 1, 2).to(torch.float32) / LEVELS


def _read_pixels(pixels: bytes) -> NDArray[np.uint8]:
    size = IMAGE_SIZE * IMAGE_SIZE * 3
    if len(pixels) != size:
        raise ValueError(f"pixels must hold {size} bytes, got {len(pixels)}")
    return np.frombuffer(pixels, np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)


def _pixels(image: Tensor) -> NDArray[np.uint8]:
    levels = (image[0] * LEVELS).round().to(torch.uint8)
    return levels.permute(1, 2, 0).contiguous().numpy()
