"""A texture with which a classifier sees another class from every side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.adversarial import HeldOut, ThreatModel, attack, evaluate_views
from pyfrontiers.adversarial.views import Views
from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.physical.objects import LEVELS, TexturedObject, quantised
from pyfrontiers.physical.progress import Reports, TextureProgress
from pyfrontiers.physical.views import object_views
from pyfrontiers.training.checkpoint import Checkpoint
from pyfrontiers.vision import FastClassifier, classifier, find_class

__all__ = ["RobustTexture", "judge", "robust_texture", "share_of", "within"]

_FINAL, _MOMENTUM = 0.075, 0.9
_MANY = 300  # from so many steps on, smaller ones reach further
_SAVED = 20.0  # seconds between two checkpoints


@dataclass(frozen=True, eq=False)
class RobustTexture:
    """A texture that an attack found for an object.

    Attributes:
        texture: (3, height, width), in 8-bit steps and within epsilon of the original.
        original: (3, height, width), the object's own texture.
        target: index of the target class.
        epsilon: bound on the change of each channel of a texel.
        steps: steps of the attack.
        views_per_step: views in each step.
        seed: seed of the views.
        evaluation: both textures under held-out views.
        classes: the classes that are right for the object.
        seconds: duration of the run, without the time before it was resumed.
        share_outside: share of the attack's time outside the classifier; None if not measured.
    """

    texture: Tensor
    original: Tensor
    target: int
    epsilon: float
    steps: int
    views_per_step: int
    seed: int
    evaluation: HeldOut
    classes: tuple[int, ...]
    seconds: float
    share_outside: float | None = None

    @property
    def adversariality(self) -> float:
        """Share of the held-out views of the texture that are seen as the target."""
        return float(self.evaluation.adversariality[0])

    @property
    def accuracy(self) -> float:
        """Share of the held-out views of the texture that are still seen as a right class."""
        return share_of(self.evaluation.predictions[0], self.classes)

    @property
    def accuracy_before(self) -> float:
        """Share of the held-out views of the original that are seen as a right class."""
        return share_of(self.evaluation.predictions_before[0], self.classes)


@checked
def robust_texture(
    obj: TexturedObject,
    target: str | int,
    *,
    epsilon: Annotated[float, Range(0, 1)] = 32 / 255,
    steps: Count = 960,
    step: Annotated[float, Range(0, 1)] | None = None,
    views: Views | None = None,
    views_per_step: Count = 24,
    reuse: float = 0.0,
    smoothing: Annotated[float, Range(0, 100)] = 1.0,
    distance_weight: Annotated[float, Range(0)] = 0.0,
    held_out: Count = 1000,
    start: Tensor | None = None,
    seed: Seed = 0,
    progress: Callable[[TextureProgress], object] | None = None,
    checkpoint: Path | None = None,
) -> RobustTexture:
    """Change an object's texture so that the classifier sees the target class from every side.

    Minimises E[L(t(x'), target)] over textures x' with |x' - x| <= epsilon, where t renders the
    object in a random pose with random light, background and noise (expectation over
    transformation). Steps follow the sign of a momentum of gradients, and shrink linearly. The
    texture is then rounded to 8 bits within the bound and judged under views that were never
    trained on.

    The result is a function of the arguments alone: the same for any number of threads, and after
    any number of interruptions if `checkpoint` is given.

    Args:
        obj: the object.
        target: the target class, by name or index.
        epsilon: bound on the change, in [0, 1]; rounded down to whole 8-bit steps.
        steps: steps of the attack. With the default, a turtle is seen as a rifle in 92 % of 1,000
            held-out poses, after 18 minutes of processor time.
        step: size of the first step, in [0, 1]; it falls linearly to 7.5 % of that. Default: 2/255,
            and 4/255 below 300 steps.
        views: distribution of the views. Default: `object_views(obj)`.
        views_per_step: views in each step; each takes the classifier about 30 ms on one core.
        reuse: share in [0, 0.8] of a step's views that are those of the steps before.
        smoothing: standard deviation, in texels, of a Gaussian that smooths the gradients.
        distance_weight: λ >= 0; the attack minimises E[L] + λ E||LAB(t(x')) - LAB(t(x))||_2, still
            within epsilon.
        held_out: number of views for the evaluation.
        start: texture to start from, such as one made for a larger epsilon; None: the object's own.
        seed: 64-bit seed of the views.
        progress: called after each step. An exception raised in it ends the run.
        checkpoint: file in which the run is saved, and from which the same call resumes it.

    Raises:
        ValueError: an argument is out of range, or the target class is unknown.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018.
    """
    begin = perf_counter()
    try:
        wanted = find_class(target)
    except ValueError as error:
        raise ValueError(str(error).replace("name", "target", 1)) from None
    levels = int(epsilon * LEVELS + 1e-6)
    views = object_views(obj) if views is None else views
    original = quantised(obj.texture)
    model = FastClassifier(classifier())
    reports = Reports(progress, model, views, wanted, seed)
    classes = torch.tensor([wanted])
    found = attack(
        *(model, original[None], classes),
        threat=ThreatModel(epsilon=levels / LEVELS),
        steps=steps,
        targeted=True,
        seed=seed,
        step=(2 if steps >= _MANY else 4) / LEVELS if step is None else step,
        random_start=False,
        start=None if start is None else start[None],
        views=views,
        views_per_step=views_per_step,
        reuse=reuse,
        held_out=1,
        momentum=_MOMENTUM,
        final_step=_FINAL,
        smoothing=smoothing,
        distance_weight=distance_weight,
        callback=reports,
        checkpoint=None if checkpoint is None else Checkpoint(checkpoint, seconds=_SAVED),
    )
    texture = within(found.adversarial[0], original, levels)
    evaluation = judge(original, texture, wanted, views, count=held_out, seed=seed)
    return RobustTexture(
        texture=texture,
        original=original,
        target=wanted,
        epsilon=levels / LEVELS,
        steps=steps,
        views_per_step=views_per_step,
        seed=seed,
        evaluation=evaluation,
        classes=obj.classes,
        seconds=perf_counter() - begin,
        share_outside=reports.share_outside,
    )


def judge(
    original: Tensor, texture: Tensor, target: int, views: Views, *, count: int, seed: int
) -> HeldOut:
    """Evaluate an object's own texture and another one under held-out views.

    Args:
        original: (3, height, width).
        texture: the same shape.
        target: index of the target class.
        views: distribution of the views.
        count: number of views.
        seed: seed of the attack, or any other; held-out views never occur in training.
    """
    return evaluate_views(
        *(FastClassifier(classifier()), original[None], texture[None], torch.tensor([target])),
        views,
        targeted=True,
        seed=seed,
        count=count,
    )


def within(texture: Tensor, original: Tensor, levels: int) -> Tensor:
    """Round a texture to 8 bits, at most `levels` steps from the original.

    Args:
        texture: (3, height, width) in [0, 1].
        original: the same shape, in 8-bit steps.
        levels: bound in 8-bit steps.
    """
    first = (original * LEVELS).round()
    rounded = (texture.clamp(0.0, 1.0) * LEVELS).round()
    return rounded.clamp(first - levels, first + levels).clamp(0, LEVELS) / LEVELS


def share_of(predictions: Tensor, classes: tuple[int, ...]) -> float:
    """Return the share of predictions (V,) that are one of some classes."""
    return float(torch.isin(predictions, torch.tensor(classes)).float().mean())
