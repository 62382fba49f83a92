"""Train a child network up to a budget and measure it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers import training
from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.cost import Limit, measure_latency
from pyfrontiers.automl.data import Data
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.metrics import METRICS, check_metrics, score
from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.automl.space import SearchSpace
from pyfrontiers.automl.tables import TableSpace
from pyfrontiers.kernels import fold_in
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.training import Checkpoint, Shuffled

if TYPE_CHECKING:
    from torch import nn

    from pyfrontiers.automl.protocols import Architecture

__all__ = ["ChildTrainer"]

_BATCHES = 1 << 32  # stream of the shuffles; layers use the streams from 0
#: Examples for which a child's logits are computed at once.
_AT_ONCE = 1024


@checked
@dataclass(frozen=True)
class ChildTrainer:
    """Trains children with Adam and a one-cycle learning rate; called by searches.

    The budget of a call is a number of epochs. The learning rate follows the schedule of the
    longest budget, so shorter budgets are points along one training, and a call with the checkpoint
    of a shorter budget continues it with the bits of an uninterrupted run.

    A child that is over the limit, whose loss is not finite or that does not fit into memory has
    failed: its `Outcome` has no value, and says why.

    Attributes:
        space: the architectures' space.
        epochs: the longest budget.
        batch: examples in a batch.
        rate: peak learning rate.
        limit: children beyond it are refused before they are trained.
        metrics: names in `METRICS`, measured on the validation examples; the first is the reward,
            with a minus sign if smaller is better.

    Raises:
        ValueError: a metric is unknown, or a number is out of range.

    """

    space: SearchSpace
    epochs: Count = 27
    batch: Count = 64
    rate: float = 0.01
    limit: Limit = field(default_factory=Limit)
    metrics: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        check_metrics(self.metrics)
        if self.rate <= 0:
            raise ValueError(f"rate must be above 0, got {self.rate}")

    @checked
    def __call__(
        self,
        architecture: tuple[int, ...],
        *,
        budget: Count,
        seed: Seed,
        data: Data,
        checkpoint: Path | None = None,
        report: Callable[[float, str], None] | None = None,
    ) -> Outcome:
        """Train a child and measure it.

        Args:
            architecture: a network of the space.
            budget: epochs to have trained at the end, from 1 to `epochs`.
            seed: 64-bit seed of the weights and of the order of the examples.
            data: the examples.
            checkpoint: file from which the training continues if it exists, and where it is saved.
            report: called with the fraction of the longest budget and a message.

        Returns:
            The reward and the metrics, or the failure.

        Raises:
            ValueError: the budget is too long, the architecture is not of the space, the examples
                do not fit the space, or the checkpoint is of another child.

        """
        if budget > self.epochs:
            raise ValueError(f"budget must be at most {self.epochs} epochs, got {budget}")
        _check_examples(self.space, data)
        if refusal := self.limit.refusal(self.space.cost(architecture)):
            return Outcome(None, failure=refusal)
        try:
            with one_thread():
                return self._train(architecture, budget, seed, data, checkpoint, report)
        except (MemoryError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "memory" not in str(error):
                raise
            return Outcome(None, failure="the child does not fit into memory")

    def _train(
        self,
        architecture: Architecture,
        budget: int,
        seed: int,
        data: Data,
        checkpoint: Path | None,
        report: Callable[[float, str], None] | None,
    ) -> Outcome:
        model = self.space.build(architecture, seed=seed)
        if slowness := self.limit.slowness(model, tuple(data.inputs.shape[1:])):
            return Outcome(None, failure=slowness)
        batches = shuffles(len(data.inputs), self.batch, seed)
        steps = self.epochs * batches.per_epoch
        optimiser = torch.optim.Adam(model.parameters())

        def loss(step: int) -> Tensor:
            chosen = batches.at(step)
            return F.cross_entropy(model(data.inputs[chosen]), data.labels[chosen])

        losses = training.train(
            model,
            loss,
            optimiser,
            steps=steps,
            every=batches.per_epoch,
            until=budget * batches.per_epoch,
            seed=seed,
            schedule=torch.optim.lr_scheduler.OneCycleLR(optimiser, self.rate, steps),
            after=lambda stretch: not math.isfinite(stretch.loss),
            report=report,
            checkpoint=None if checkpoint is None else Checkpoint(checkpoint),
        )
        if not math.isfinite(losses[-1]):
            return Outcome(None, failure=f"the loss is not finite in epoch {len(losses)}")
        return self._measured(architecture, model, data)

    def _measured(self, architecture: Architecture, model: nn.Module, data: Data) -> Outcome:
        with torch.no_grad():
            logits = torch.cat(
                [model(part) for part in torch.split(data.validation_inputs, _AT_ONCE)]
            )
        if not logits.isfinite().all():
            return Outcome(None, failure="the child's logits are not finite")
        metrics = score(logits, data.validation_labels, self.metrics)
        cost = self.space.cost(architecture)
        own = {"parameters": float(cost.parameters), "flops": float(cost.flops)}
        if "latency" in self.metrics:
            own["latency"] = measure_latency(model, tuple(data.inputs.shape[1:]))
        metrics |= {name: own[name] for name in self.metrics if name in own}
        first = metrics[self.metrics[0]]
        return Outcome(first if METRICS[self.metrics[0]].larger else -first, metrics)


def _check_examples(space: SearchSpace, data: Data) -> None:
    """Check that the networks of a space can read the inputs and have a logit for each label."""
    if not isinstance(space, ImageSpace | TableSpace):
        return
    if data.inputs.shape[1:] != space.shape:
        raise ValueError(
            f"data must have inputs of shape (N, {', '.join(map(str, space.shape))}), as the space "
            f"has, got {tuple(data.inputs.shape)}"
        )
    labels = torch.cat((data.labels, data.validation_labels))
    if int(labels.min()) < 0 or int(labels.max()) >= space.classes:
        raise ValueError(
            f"data must have labels from 0 to {space.classes - 1}, the classes of the space, got "
            f"{int(labels.min())} to {int(labels.max())}"
        )


def shuffles(count: int, batch: int, seed: int) -> Shuffled:
    """Return the batches on which a child with a seed is trained."""
    return Shuffled(count, batch, seed=fold_in(seed, _BATCHES))
