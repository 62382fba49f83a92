"""Expectation over transformation: the mean loss of a sample's views, and its gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.adversarial.evaluation import Evaluation, check_finite, gradient_of, largest
from pyfrontiers.adversarial.lab import lab_distance
from pyfrontiers.adversarial.losses import unsaturated_mean
from pyfrontiers.adversarial.model_output import NO_CLASS, predicted
from pyfrontiers.adversarial.views import HELD_OUT
from pyfrontiers.outputs import are_valid

if TYPE_CHECKING:
    from pyfrontiers.adversarial.loop import Search
    from pyfrontiers.adversarial.views import Draws

__all__ = ["Expectation", "most_frequent"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """The loss E_t[L(t(x'), y)] of an attack, estimated from the views of each step.

    With weights λ > 0 the attack minimises E[L] + λ E||LAB(t(x')) - LAB(t(x))||_2 or, untargeted,
    maximises E[L] - λ E||...||. The reported losses are without this distance.

    Samples are evaluated one after another, so memory holds the views of one, and the result for a
    sample does not depend on the rest of the batch.

    Attributes:
        draws: the training views.
        count: views per step V.
        fresh: number of views that each step draws anew; the others are reused from earlier steps.
        weights: (N,) weight λ of each sample's distance, or None if the distance is not used.
    """

    draws: Draws
    count: int
    fresh: int
    weights: Tensor | None = None

    @classmethod
    def of(
        cls, draws: Draws, count: int, reuse: float, weights: Tensor | None = None
    ) -> Expectation:
        """Return the expectation over `count` views, part of which each step reuses."""
        return cls(draws, count, count - int(reuse * count + 1e-9), weights)

    @property
    def judge(self) -> Draws:
        """The held-out views of the same samples."""
        return replace(self.draws, purpose=HELD_OUT)

    def evaluate(
        self, search: Search, iterate: Tensor, rows: Tensor, step: int, *, differentiate: bool
    ) -> Evaluation:
        """Evaluate the model at views of M >= 1 samples.

        Args:
            search: the attack problem.
            iterate: current points (M, ...).
            rows: positions (M,) in the batch.
            step: steps taken so far.
            differentiate: whether to compute the gradient of the mean loss.
        """
        answers = [
            self._one(search, x, row, step, differentiate)
            for x, row in zip(iterate, rows.tolist(), strict=True)
        ]
        losses, probabilities, predictions, valid, hits = (
            torch.stack([answer[part] for answer in answers]) for part in range(5)
        )
        gradient = steepest = None
        if differentiate:
            gradient = torch.stack([answer[5] for answer in answers])
            steepest = largest(gradient)
            check_finite(steepest[valid])
        return Evaluation(
            *(losses, probabilities, predictions, valid, bool(valid.all())),
            *(gradient, steepest, hits),
        )

    def _one(
        self, search: Search, x: Tensor, row: int, step: int, differentiate: bool
    ) -> tuple[Any, ...]:
        classes = search.classes[row].expand(self.count)
        with torch.set_grad_enabled(differentiate):
            leaf = x.detach().clone().requires_grad_(differentiate)
            seen = self.see(leaf, row, step)
            logits = search.model(seen, classes)
            losses = search.objective(logits, classes)
            valid = are_valid(logits)
            gradient = None
            if differentiate:
                if self.weights is None:
                    total = unsaturated_mean(search.objective, losses, logits, classes)
                else:
                    # The balance needs the loss itself, not only its direction.
                    distance = self._distance(seen, search.origin[row], row, step)
                    total = losses.mean() + (1 if search.targeted else -1) * distance
                gradient = gradient_of(total, leaf, through="model and views")
        found = logits.detach()
        chosen = found.softmax(dim=1).gather(1, classes[:, None])
        guesses = predicted(found, valid)
        hits = (guesses == classes).float().mean()
        return (
            *(losses.detach().mean(), chosen.mean(), most_frequent(guesses[None])[0]),
            *(valid.all(), hits, gradient),
        )

    def _distance(self, seen: Tensor, origin: Tensor, row: int, step: int) -> Tensor:
        """Return λ times the mean distance in CIELAB from the same views of the original."""
        if seen.ndim != 4 or seen.shape[1] != 3:
            raise ValueError(
                "views must show RGB images (V, 3, H, W) for distance_weight, got shape "
                f"{tuple(seen.shape)}"
            )
        with torch.no_grad():
            clean = self.see(origin, row, step)
        assert self.weights is not None
        return self.weights[row].to(seen.dtype) * lab_distance(seen, clean).mean()

    def see(self, x: Tensor, row: int, step: int) -> Tensor:
        """Return the views (V, ...) of a sample in a step.

        Step s uses the last V views of the blocks s to s + ceil(V / fresh) - 1. A view is therefore
        used in at most ceil(V / fresh) successive steps, and no state is kept.
        """
        blocks = -(-self.count // self.fresh)
        parts = [
            self.draws.see(x, self.draws.block(row, step + block, self.fresh), self.fresh)
            for block in range(blocks)
        ]
        return torch.cat(parts)[-self.count :] if blocks > 1 else parts[0]


def most_frequent(predictions: Tensor) -> Tensor:
    """Return the most frequent class (N,) of predictions (N, V), `NO_CLASS` if any is invalid."""
    classes = [
        NO_CLASS if bool((row == NO_CLASS).any()) else int(torch.bincount(row.cpu()).argmax())
        for row in predictions
    ]
    return torch.tensor(classes, dtype=torch.long, device=predictions.device)
