"""What fits of one network's weights share: a copy, examples, and the order of the seeds."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels import fold_in
from pyfrontiers.training import train
from pyfrontiers.uncertainty.likelihood import Examples
from pyfrontiers.uncertainty.networks import Network, own_generators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn
    from torch.optim import Optimizer

    from pyfrontiers.uncertainty.likelihood import Loss

__all__ = ["FURTHER", "Fit", "fitting"]

_ORDER, _STEPS, FURTHER = range(3)  # uses of the seed; a method's own begin at the last


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit that is being made.

    Attributes:
        network: copy of the model in eval mode.
        examples: the data and their loss.
        seed: 64-bit seed of the fit.
    """

    network: Network
    examples: Examples
    seed: int

    @property
    def count(self) -> int:
        """Number of examples N."""
        return len(self.examples.x)

    def minimise(
        self,
        moved: nn.Module,
        loss: Callable[[Tensor | None], Tensor],
        optimiser: Optimizer,
        **options: Any,
    ) -> tuple[float, ...]:
        """Minimise a loss batch by batch and return its mean over each stretch.

        Args:
            moved: holds the parameters that the optimiser moves.
            loss: maps the chosen examples of a step to the loss; None stands for all of them.
            optimiser: updates the parameters.
            options: as for `train`.
        """
        batches = self.examples.batches(fold_in(self.seed, _ORDER))
        seed = fold_in(self.seed, _STEPS)
        return train(moved, lambda step: loss(batches(step)), optimiser, seed=seed, **options)


@contextmanager
def fitting(
    model: nn.Module, x: Tensor, y: Tensor, *, loss: Loss, batch_size: int, seed: int
) -> Iterator[Fit]:
    """Prepare a fit, and run its body with gradients and with seeded generators of torch.

    The caller's gradient mode and generators are as before afterwards, also after an error.
    """
    fit = Fit(Network(model), Examples(x.detach(), y.detach(), loss, batch_size), seed)
    with torch.inference_mode(False), torch.enable_grad(), own_generators(seed, x.device):
        yield fit
