"""Softmax heads trained side by side from different starting points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from pyfrontiers.arguments import Count, Floats, Integers, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.training import train
from pyfrontiers.uncertainty.head.inputs import HeadInputs, Scale, examples_of
from pyfrontiers.uncertainty.passes import streamed

__all__ = ["EnsembleHead", "fit_ensemble_head"]

_STEPS = 200
_RATE = 0.003


@dataclass(frozen=True, slots=True)
class EnsembleHead:
    """Heads that were trained on the same examples from different random weights.

    The loss of a linear head is convex. Members can therefore differ only where the examples leave
    the weights free, and there only as much as their starting points differ.

    Attributes:
        inputs: from features to phi.
        weights: (M, D + 1, K) weights of the members, float32.
        losses: mean loss of each hundredth of the training, added up over the members.

    Source:
        Lakshminarayanan, Pritzel, Blundell, Simple and scalable predictive uncertainty estimation
        using deep ensembles, NeurIPS 2017.
    """

    inputs: HeadInputs
    weights: Tensor
    losses: tuple[float, ...] = ()

    @checked
    def sample(
        self,
        x: Annotated[Tensor, Floats("N>0", "D")],
        samples: Count,
        *,
        seed: Seed = 0,
        first_sample: Sample = 0,
    ) -> Iterator[Tensor]:
        """Yield logits (t, N, K) of the members in turn, as `Posterior` wants it.

        Pass s is member s mod M. Nothing is random, so the seed has no effect.
        """
        logits = torch.einsum("nd,mdk->mnk", self.inputs(x).float(), self.weights).to(x.dtype)

        def passes(first: int, count: int) -> Tensor:
            return logits[torch.arange(first, first + count) % len(logits)]

        yield from streamed(passes, samples, first_sample)


@checked
def fit_ensemble_head(
    features: Annotated[Tensor, Floats("N>0", "D>0")],
    labels: Annotated[Tensor, Integers("N>0")],
    *,
    members: Count = 20,
    scale: Scale = 6.0,
    classes: Count | None = None,
    seed: Seed = 0,
) -> EnsembleHead:
    """Train M softmax heads at the same time.

    Each starts at the random weights that torch gives a linear layer. Adam treats every weight
    separately, so minimising the sum of the losses trains each member as if it were alone.

    Args:
        features: (n, D) features of the examples.
        labels: (n,) their classes, 0 to K - 1.
        members: number of heads M.
        scale: root mean square length of the examples' inputs, above 0.
        classes: number of classes K. Default: one more than the largest label.
        seed: 64-bit seed of the starting points.

    Returns:
        The heads.

    Raises:
        ValueError: as for `fit_head`.
    """
    inputs, phi, targets = examples_of(features, labels, scale, classes)
    x, y = phi.float(), targets.argmax(1)
    size, count = x.shape[1], targets.shape[1]
    bound = size**-0.5
    starts = [
        uniform((size, count), dtype=torch.float32, seed=fold_in(seed, member))
        for member in range(members)
    ]
    model = _Members((torch.stack(starts) * 2 - 1) * bound)
    repeated = y.repeat(members)

    def loss(_: int) -> Tensor:
        logits: Tensor = model(x)
        return cross_entropy(logits.flatten(0, 1), repeated) * members

    optimiser = torch.optim.Adam(model.parameters(), lr=_RATE)
    losses = train(model, loss, optimiser, steps=_STEPS, seed=seed)
    return EnsembleHead(inputs, model.weights.detach(), losses)


class _Members(nn.Module):
    """M linear heads on the same inputs."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.weights = nn.Parameter(weights)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (M, n, K) of inputs (n, D + 1)."""
        return torch.einsum("nd,mdk->mnk", x, self.weights)
