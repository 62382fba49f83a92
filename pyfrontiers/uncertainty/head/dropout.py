"""A softmax head that is trained and sampled with dropout of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Integers, Sample, Seed, Share, checked
from pyfrontiers.kernels import dropout, dropout_mask, fold_in
from pyfrontiers.uncertainty.head.inputs import HeadInputs, Scale, examples_of
from pyfrontiers.uncertainty.head.span import PRIOR_VARIANCE
from pyfrontiers.uncertainty.head.training import train_heads
from pyfrontiers.uncertainty.passes import streamed

__all__ = ["DropoutHead", "fit_dropout_head"]

_STEPS = 300
# Streams of a seed: masks in training, masks of the passes.
_TRAINING, _PASSES = range(2)


@dataclass(frozen=True, slots=True)
class DropoutHead:
    """A head whose passes drop inputs at random.

    Pass s keeps an input with probability 1 - p by mask(seed, s) and divides by 1 - p. The bias is
    always kept.

    Attributes:
        inputs: from features to phi.
        weights: (D, K) float32.
        bias: (K,) float32.
        p: drop probability.
        losses: mean loss of each hundredth of the training.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016.
    """

    inputs: HeadInputs
    weights: Tensor
    bias: Tensor
    p: float
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
        """Yield logits (t, N, K) of passes, as `Posterior` wants it; arguments as there."""
        phi = self.inputs(x)[:, :-1].float()
        size, classes = self.weights.shape
        # (D, N K): the contribution of each input to each logit, so that a pass is a masked sum.
        parts = (phi.T[:, :, None] * self.weights[:, None, :]).flatten(1) / (1 - self.p)
        masks = fold_in(seed, _PASSES)

        def passes(first: int, count: int) -> Tensor:
            kept = dropout_mask((count, size), self.p, seed=masks, first_element=first * size)
            logits = (kept.float() @ parts).reshape(count, len(phi), classes)
            return (logits + self.bias).to(x.dtype)

        yield from streamed(passes, samples, first_sample, held=size)


@checked
def fit_dropout_head(
    features: Annotated[Tensor, Floats("N>0", "D>0")],
    labels: Annotated[Tensor, Integers("N>0")],
    *,
    p: Share = 0.5,
    scale: Scale = 6.0,
    classes: Count | None = None,
    seed: Seed = 0,
) -> DropoutHead:
    """Train a softmax head with dropout of its inputs.

    Adam minimises the loss of `fit_head`, the prior included, with a new mask for every example and
    step.

    Args:
        features: (n, D) features of the examples.
        labels: (n,) their classes, 0 to K - 1.
        p: drop probability, at least 0 and below 1.
        scale: as for `fit_head`.
        classes: number of classes K. Default: one more than the largest label.
        seed: 64-bit seed of the masks.

    Returns:
        The head.

    Raises:
        ValueError: `p` is 1, or as for `fit_head`.
    """
    if p >= 1:
        raise ValueError(f"p must be below 1, because nothing is kept at 1, got {p:g}")
    inputs, phi, targets = examples_of(features, labels, scale, classes)
    x, masks = phi.float(), fold_in(seed, _TRAINING)
    given, dropped = x[:, :-1].contiguous(), x.clone()

    def shown(step: int) -> Tensor:
        # The last input is the bias's, which is always kept.
        dropped[:, :-1] = dropout(given, p, seed=masks, sample=step)
        return dropped

    start = x.new_zeros(1, x.shape[1], targets.shape[1])
    weights, losses = train_heads(
        start,
        shown,
        targets.argmax(1),
        steps=_STEPS,
        precision=1 / PRIOR_VARIANCE,
        seed=masks,
    )
    return DropoutHead(inputs, weights[0, :-1], weights[0, -1], p, losses)
