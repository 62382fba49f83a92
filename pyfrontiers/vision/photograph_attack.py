"""Run a targeted attack on one photograph and measure its effect."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypedDict

import numpy as np
import torch

from pyfrontiers.adversarial import StepReport, ThreatModel, attack
from pyfrontiers.arguments import Count, Range, Seed, Share, checked
from pyfrontiers.vision.classifier import IMAGE_SIZE, classifier
from pyfrontiers.vision.labels import CLASS_NAMES
from pyfrontiers.vision.pixels import LEVELS, quantise, ssim

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

Report = Callable[..., object]

__all__ = ["PhotographAttack", "attack_photograph"]


@dataclass(frozen=True, eq=False)
class PhotographAttack:
    """The result of a targeted attack on one photograph, in NumPy arrays that can be pickled.

    `after`, `linf`, `l2` and `ssim` describe the adversarial image in float32. `saved`,
    `saved_after`, `saved_linf` and `saved_ssim` describe its 8-bit version, as stored in a PNG.

    Attributes:
        target: index of the target class.
        epsilon: largest allowed change of a pixel value, in [0, 1].
        original: the classifier's view of the photograph, (224, 224, 3) uint8.
        saved: the adversarial image in 8 bits, (224, 224, 3) uint8, within epsilon of `original`.
        before: class probabilities (1000,) of the original.
        after: class probabilities (1000,) of the adversarial image.
        saved_after: class probabilities (1000,) of `saved`.
        losses: cross-entropy towards the target after 0, 1, ... steps, in nats.
        probabilities: probability of the target after 0, 1, ... steps.
        linf, saved_linf: L-infinity norm of the perturbation, in pixel values from 0 to 1.
        l2: L2 norm of the perturbation, in the same units.
        ssim, saved_ssim: structural similarity to the original, at most 1.
        seconds: duration of the attack, without loading the classifier.
    """

    target: int
    epsilon: float
    original: NDArray[np.uint8]
    saved: NDArray[np.uint8]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    saved_after: NDArray[np.float32]
    losses: tuple[float, ...]
    probabilities: tuple[float, ...]
    linf: float
    saved_linf: float
    l2: float
    ssim: float
    saved_ssim: float
    seconds: float

    @property
    def perturbation(self) -> NDArray[np.int16]:
        """The change of each value of the 8-bit image in grey levels, (224, 224, 3)."""
        return self.saved.astype(np.int16) - self.original.astype(np.int16)


@checked
def attack_photograph(
    *,
    pixels: bytes,
    target: Annotated[int, Range(0, len(CLASS_NAMES) - 1)],
    epsilon: Share,
    steps: Count,
    seed: Seed = 0,
    random_start: bool = False,
    report: Report | None = None,
) -> PhotographAttack:
    """Perturb a photograph so that the classifier predicts a target class.

    Runs all steps of projected gradient descent on the cross-entropy towards the target, within an
    L-infinity ball around the photograph.

    Args:
        pixels: the photograph as 224 x 224 8-bit RGB values in row order; see `prepared_pixels`.
        target: index of the target class, 0 to 999.
        epsilon: largest change of a pixel value, in [0, 1]; 4/255 is four grey levels.
        steps: number of gradient steps, at least 1.
        seed: 64-bit seed of the random start.
        random_start: whether to start at a random point of the ball instead of the photograph.
        report: called at each step with the fraction done, a message, and the losses and
            probabilities so far.

    Returns:
        The adversarial image, its probabilities and its distance from the photograph.

    Raises:
        ValueError: an argument is out of range.
    """
    original = _read_pixels(pixels)
    x = torch.from_numpy(original.copy()).permute(2, 0, 1)[None].to(torch.float32) / LEVELS
    losses: list[float] = []
    probabilities: list[float] = []

    def follow(state: StepReport) -> None:
        losses.append(float(state.losses[0]))
        probabilities.append(float(state.probabilities[0]))
        if report is not None:
            message = f"Step {state.step} of {state.steps}: {CLASS_NAMES[target]} at "
            # Never round a probability up to 100 %.
            share = min(probabilities[-1], 0.999)
            message += f"{100 * share:.1f} %"
            report(state.step / state.steps, message, (tuple(losses), tuple(probabilities)))

    model = classifier()  # load it before timing starts
    began = time.perf_counter()
    found = attack(
        model,
        x,
        torch.tensor([target], device="cpu"),
        threat=ThreatModel(norm="linf", epsilon=epsilon, bounds=(0.0, 1.0)),
        steps=steps,
        targeted=True,
        seed=seed,
        random_start=random_start,
        keep_going=True,
        callback=follow,
    )
    seconds = time.perf_counter() - began
    pictures = _measure(x, found.adversarial, original, epsilon)
    return PhotographAttack(
        target=target,
        epsilon=epsilon,
        original=original,
        losses=tuple(losses),
        probabilities=tuple(probabilities),
        linf=float(found.linf[0]),
        l2=float(found.l2[0]),
        seconds=seconds,
        **pictures,
    )


class _Pictures(TypedDict):
    saved: NDArray[np.uint8]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    saved_after: NDArray[np.float32]
    saved_linf: float
    ssim: float
    saved_ssim: float


def _measure(
    x: Tensor, adversarial: Tensor, original: NDArray[np.uint8], epsilon: float
) -> _Pictures:
    """Classify and compare the original, the adversarial image and its 8-bit version."""
    rounded = quantise(adversarial, x, epsilon)
    saved = (rounded[0] * LEVELS).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    before, after, saved_after = classifier().probabilities(torch.cat([x, adversarial, rounded]))
    return {
        "saved": saved,
        "before": before.numpy(),
        "after": after.numpy(),
        "saved_after": saved_after.numpy(),
        "saved_linf": float(np.abs(saved.astype(int) - original).max()) / LEVELS,
        "ssim": ssim(x[0], adversarial[0]),
        "saved_ssim": ssim(x[0], rounded[0]),
    }


def _read_pixels(pixels: bytes) -> NDArray[np.uint8]:
    if len(pixels) != IMAGE_SIZE * IMAGE_SIZE * 3:
        raise ValueError(
            f"pixels must hold {IMAGE_SIZE} x {IMAGE_SIZE} x 3 bytes, got {len(pixels)}"
        )
    return np.frombuffer(pixels, np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
