"""A model as a function of one row of weights, and the likelihood of its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from pyfrontiers.first_run import first_run
from pyfrontiers.outputs import scores
from pyfrontiers.replica import replicate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Likelihood", "WeightRows", "check_targets", "log_likelihood", "weight_rows"]

Likelihood = Literal["classification", "regression"]
"""Categorical over the classes (one logit for two classes), or normal with a known noise."""

#: Weights held at a time while passes are computed, and the most passes of a block.
_BLOCK_WEIGHTS, _BLOCK_PASSES = 1 << 22, 32


@dataclass(frozen=True, slots=True, eq=False)
class WeightRows:
    """A frozen model whose D weights are given as rows, computed in float64.

    Attributes:
        model: replica in eval mode; its own weights are not used.
        start: (D,) weights of the model.
        shapes: name and shape of each parameter in the order of a row.
        buffers: buffers of the model in float64.
    """

    model: nn.Module
    start: Tensor
    shapes: tuple[tuple[str, torch.Size], ...]
    buffers: dict[str, Tensor]

    def one(self, row: Tensor, x: Tensor) -> Tensor:
        """Return the outputs (N, K, ...) for one row (D,) and float64 inputs."""
        sizes = [shape.numel() for _, shape in self.shapes]
        weights = {
            name: part.reshape(shape)
            for (name, shape), part in zip(self.shapes, torch.split(row, sizes), strict=True)
        }
        return scores(functional_call(self.model, {**weights, **self.buffers}, (x,)))

    def of_model(self, x: Tensor) -> Tensor:
        """Return the outputs (N, K, ...) of the model with its own weights."""
        with first_run(x):
            return self.one(self.start, x.double() if x.is_floating_point() else x)

    def __call__(self, rows: Tensor, x: Tensor) -> Tensor:
        """Return the outputs (S, N, K, ...) for rows (S, D)."""
        wide = x.double() if x.is_floating_point() else x
        with first_run(x):
            return vmap(self.one, in_dims=(0, None))(rows, wide)

    def passes(
        self, row_of: Callable[[int], Tensor], x: Tensor, samples: int, first_sample: int
    ) -> Iterator[Tensor]:
        """Yield the outputs of passes in the dtype of the inputs.

        Passes are computed in blocks that begin at multiples of the block's size, so a pass has the
        same bits wherever a stream begins and ends.
        """
        size = max(1, min(_BLOCK_PASSES, _BLOCK_WEIGHTS // len(self.start)))
        end = first_sample + samples
        for begin in range(first_sample - first_sample % size, end, size):
            with torch.inference_mode(False), torch.no_grad():
                rows = torch.stack([row_of(number) for number in range(begin, begin + size)])
                outputs = self(rows, x)
            kept = outputs[max(first_sample - begin, 0) : end - begin]
            yield kept.to(x.dtype) if x.is_floating_point() else kept.float()


def weight_rows(model: nn.Module) -> WeightRows:
    """Return a model as a function of its weights; the model is only read.

    Raises:
        TypeError: `model` is not a module.
        ValueError: it has no parameters.
    """
    copy = replicate(model).model
    named = dict(copy.named_parameters())
    if not named:
        raise ValueError("model must have parameters, got none")
    start = torch.cat([each.detach().double().flatten() for each in named.values()])
    shapes = tuple((name, each.shape) for name, each in named.items())
    buffers = {
        name: each.double() if each.is_floating_point() else each
        for name, each in copy.named_buffers()
    }
    return WeightRows(copy, start, shapes, buffers)


def log_likelihood(outputs: Tensor, y: Tensor, kind: Likelihood, noise: float) -> Tensor:
    """Return log p(y | outputs), summed over the examples, up to a constant.

    Args:
        outputs: (N, K) logits or values; (N,) or (N, 1) logits are those of class 1 of two.
        y: (N,) classes, or values of the outputs' size.
        kind: the likelihood.
        noise: standard deviation of the observations in a regression.
    """
    if kind == "regression":
        return -0.5 * (outputs.flatten() - y.flatten()).square().sum() / noise**2
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        signs = 2.0 * y.to(outputs.dtype) - 1.0
        return nn.functional.logsigmoid(signs * outputs.flatten()).sum()
    return -nn.functional.cross_entropy(outputs, y, reduction="sum")


def check_targets(outputs: Tensor, y: Tensor, kind: Likelihood) -> Tensor:
    """Return targets in the form that `log_likelihood` takes.

    Raises:
        TypeError: classes are not integers.
        ValueError: shapes do not fit, a class is out of range, or something is not finite.
    """
    if outputs.ndim > 2:
        raise ValueError(f"model must return outputs (N, K), got shape {tuple(outputs.shape)}")
    if not torch.isfinite(outputs).all():
        raise ValueError("model must return finite outputs, got NaN or infinity")
    if kind == "regression":
        if y.numel() != outputs.numel() or not y.is_floating_point():
            raise ValueError(
                f"y must hold floating-point values of shape {tuple(outputs.shape)} like the "
                f"model's outputs, got {tuple(y.shape)} of {y.dtype}"
            )
        if not torch.isfinite(y).all():
            raise ValueError("y must hold finite values, got NaN or infinity")
        return y.double()
    if y.is_floating_point() or y.is_complex() or y.dtype == torch.bool:
        raise TypeError(f"y must hold classes as integers, got {y.dtype}")
    classes = 2 if outputs.ndim == 1 or outputs.shape[1] == 1 else outputs.shape[1]
    if y.shape != outputs.shape[:1]:
        raise ValueError(f"y must have shape ({len(outputs)},), got {tuple(y.shape)}")
    if not ((y >= 0) & (y < classes)).all():
        raise ValueError(f"y must hold classes from 0 to {classes - 1}, got {y.min()} to {y.max()}")
    return y.long()
