"""Softmax heads trained side by side from different starting points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Integers, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.uncertainty.head.inputs import HeadInputs, Scale, examples_of
from pyfrontiers.uncertainty.head.training import train_heads
from pyfrontiers.uncertainty.passes import streamed

__all__ = ["EnsembleHead", "fit_ensemble_head"]

_STEPS = 200


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

    Each starts at the random weights that torch gives a linear layer, and is trained as if it were
    alone.

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
    x = phi.float()
    size, count = x.shape[1], targets.shape[1]
    drawn = [
        uniform((size, count), dtype=torch.float32, seed=fold_in(seed, member))
        for member in range(members)
    ]
    start = (torch.stack(drawn) * 2 - 1) * size**-0.5
    weights, losses = train_heads(start, lambda _: x, targets.argmax(1), steps=_STEPS, seed=seed)
    return EnsembleHead(inputs, weights, losses)
