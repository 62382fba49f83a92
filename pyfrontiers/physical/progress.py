"""How far the attack on a texture is, and how well the texture works so far."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from pyfrontiers.adversarial import StepReport, evaluate_views

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.adversarial.views import Views
    from pyfrontiers.vision import FastClassifier

__all__ = ["Reports", "TextureProgress"]

_EVERY: Final = 50
"""Steps between two looks at held-out views."""

_FEW: Final = 100
"""Held-out views in each look."""


@dataclass(frozen=True, eq=False)
class TextureProgress:
    """The state of a run of `robust_texture`.

    Attributes:
        fraction: share of the steps that are done, 0 to 1.
        step: steps taken.
        steps: steps in all.
        seconds_left: estimated from the steps of this run; None before the first.
        probability: mean probability of the target in the last step's views.
        adversariality: share of 100 held-out views seen as the target, from the last look at them;
            None before the first.
        texture: the current texture (3, height, width), not yet rounded to 8 bits.
    """

    fraction: float
    step: int
    steps: int
    seconds_left: float | None
    probability: float
    adversariality: float | None
    texture: Tensor


class Reports:
    """Turns the attack's reports into `TextureProgress`."""

    def __init__(
        self,
        progress: Callable[[TextureProgress], object] | None,
        model: FastClassifier,
        views: Views,
        target: int,
        seed: int,
    ) -> None:
        self._progress = progress
        self._model = model
        self._scene = (views, target, seed)
        self._begin: tuple[int, float, float] | None = None
        self._looking = 0.0
        self._adversariality: float | None = None
        self.share_outside = 0.0

    def __call__(self, report: StepReport) -> None:
        """Measure the time and report the step."""
        now = perf_counter() - self._looking
        if self._begin is None:
            self._begin = (report.step, now, self._model.seconds)
        first, start, inside = self._begin
        if report.step > first:
            spent = now - start
            self.share_outside = 1 - (self._model.seconds - inside) / spent
        if self._progress is None:
            return
        if report.step and report.step % _EVERY == 0:
            self._look(report)
        left = None
        if report.step > first:
            left = (report.steps - report.step) * (now - start) / (report.step - first)
        self._progress(
            TextureProgress(
                fraction=report.step / report.steps,
                step=report.step,
                steps=report.steps,
                seconds_left=left,
                probability=float(report.probabilities[0]),
                adversariality=self._adversariality,
                texture=report.iterate[0],
            )
        )

    def _look(self, report: StepReport) -> None:
        """Evaluate the current texture under a few held-out views, outside the measured time."""
        begin, inside = perf_counter(), self._model.seconds
        views, target, seed = self._scene
        seen = evaluate_views(
            *(self._model, report.iterate, report.iterate, torch.tensor([target]), views),
            targeted=True,
            seed=seed,
            count=_FEW,
        )
        self._adversariality = float(seen.adversariality[0])
        self._model.seconds = inside
        self._looking += perf_counter() - begin
