"""Statistics of batch normalisation for weights that no training step has seen."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.likelihood import BATCH_NORMS
from pyfrontiers.uncertainty.networks import Weights, own_generators


@dataclass(frozen=True, slots=True)
class Statistics:
    """Recomputes the running statistics of a model's batch normalisation.

    Attributes:
        model: the model; it is only read.
        x: (N, ...) training inputs.
        batch_size: inputs of a batch.
    """

    model: nn.Module
    x: Tensor
    batch_size: int

    def recomputed(self, weights: Weights) -> Weights:
        """Return the statistics with given weights: means over the batches of the training data.

        Args:
            weights: parameters by name.

        Returns:
            Running means and variances by name.
        """
        model = replicate(self.model, copies="everything").model
        own = dict(model.named_parameters())
        norms = {n: m for n, m in model.named_modules() if isinstance(m, BATCH_NORMS)}
        with torch.no_grad(), own_generators(0, self.x.device):
            for name, weight in weights.items():
                own[name].copy_(weight)
            for norm in norms.values():
                norm.reset_running_stats()
                norm.momentum = None  # a plain mean over the batches
                norm.train()
            for batch in torch.split(self.x, self.batch_size):
                model(batch.clone())
        return {
            f"{name}.{key}".lstrip("."): getattr(norm, key)
            for name, norm in norms.items()
            for key in ("running_mean", "running_var")
        }
