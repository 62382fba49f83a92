"""A short attack on an object's texture, with pictures of how the texture develops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.physical.attack import robust_texture
from pyfrontiers.physical.objects import TexturedObject
from pyfrontiers.physical.recorded_textures import recorded_texture
from pyfrontiers.physical.seen import see_pose
from pyfrontiers.physical.views import pose_at
from pyfrontiers.vision import CLASS_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from pyfrontiers.physical.progress import TextureProgress

__all__ = ["JUDGING", "VIEWS_PER_STEP", "LiveTexture", "TextureSoFar", "attack_live"]

VIEWS_PER_STEP: Final = 12
JUDGING: Final = 12
"""The final evaluation under held-out poses takes about as long as this many steps."""
_HELD_OUT = 100
_SMALL_STEP = 2 / 255
_TURN, _TILT = 6.02, 0.70
"""Radians of the pose in which the object is shown during the attack."""

_BACKGROUND = (0.62, 0.64, 0.66)

Report = Callable[..., object]


@dataclass(frozen=True, eq=False)
class TextureSoFar:
    """What the attack reports after each step.

    Attributes:
        texture: (height, width, 3) uint8.
        picture: (224, 224, 3) uint8, the object in one pose.
        seen: the class seen in this picture.
        probabilities: mean probability of the target in the views of each step so far.
        adversariality: share of held-out views seen as the target, from the last look at them;
            None before the first.
    """

    texture: NDArray[np.uint8]
    picture: NDArray[np.uint8]
    seen: str
    probabilities: tuple[float, ...]
    adversariality: float | None


@dataclass(frozen=True, eq=False)
class LiveTexture:
    """The result of a short attack.

    Attributes:
        texture: (height, width, 3) uint8.
        target: index of the target class.
        epsilon: bound on the change, in [0, 1].
        probabilities: mean probability of the target in the views of each step.
        held_out: number of held-out poses.
        adversariality: share of them seen as the target.
        accuracy: share of them still seen as a right class.
        accuracy_before: the same for the object's own texture.
        seconds: duration.
    """

    texture: NDArray[np.uint8]
    target: int
    epsilon: float
    probabilities: tuple[float, ...]
    held_out: int
    adversariality: float
    accuracy: float
    accuracy_before: float
    seconds: float


@checked
def attack_live(
    *,
    obj: TexturedObject,
    target: Annotated[int, Range(0, len(CLASS_NAMES) - 1)],
    levels: Annotated[int, Range(0, 255)] = 32,
    steps: Count = 60,
    start: str | None = None,
    seed: Seed = 0,
    report: Report | None = None,
) -> LiveTexture:
    """Attack the texture of an object for a few steps.

    Args:
        obj: the object.
        target: index of the target class.
        levels: bound on the change of each channel of a texel, in 1/255.
        steps: steps, of 12 views each.
        start: name of a recorded texture of this object to start from; None: the object's own.
        seed: 64-bit seed.
        report: called after each step with the share done, a message and a `TextureSoFar`.
    """
    probabilities: list[float] = []
    if report is not None:
        report(0.0, f"Step 0 of {steps}, the first views")

    def follow(now: TextureProgress) -> None:
        probabilities.append(now.probability)
        if report is None:
            return
        seen = see_pose(obj, now.texture.clamp(0, 1), pose_at(_TURN, _TILT), background=_BACKGROUND)
        so_far = TextureSoFar(
            texture=_bytes(now.texture),
            picture=seen.picture,
            seen=CLASS_NAMES[int(seen.probabilities.argmax())],
            probabilities=tuple(probabilities),
            adversariality=now.adversariality,
        )
        text = f"Step {now.step} of {now.steps}"
        if now.step == now.steps:
            text = f"{_HELD_OUT} held-out poses"
        report(now.step / (now.steps + JUDGING), text, so_far)

    found = robust_texture(
        obj,
        target,
        epsilon=levels / 255,
        steps=steps,
        views_per_step=VIEWS_PER_STEP,
        smoothing=0.0,
        held_out=_HELD_OUT,
        start=None if start is None else recorded_texture(start).texture,
        # Near a solution, the large first steps of a short run would only lead away from it.
        step=None if start is None else _SMALL_STEP,
        seed=seed,
        progress=follow,
    )
    return LiveTexture(
        texture=_bytes(found.texture),
        target=found.target,
        epsilon=found.epsilon,
        probabilities=tuple(probabilities),
        held_out=_HELD_OUT,
        adversariality=found.adversariality,
        accuracy=found.accuracy,
        accuracy_before=found.accuracy_before,
        seconds=found.seconds,
    )


def _bytes(texture: Tensor) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = (texture.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return np.ascontiguousarray(pixels)
