"""The data of a fit and its loss, the mean negative log-likelihood of an example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import described
from pyfrontiers.first_run import check_finite_inputs, first_run
from pyfrontiers.outputs import scores
from pyfrontiers.training import Drawn, Shuffled

#: Maps raw outputs and targets of a batch to the mean of -log p(y | x, w), a scalar.
Loss = Callable[[Tensor, Tensor], Tensor]

BATCH_NORMS = (nn.modules.batchnorm._BatchNorm,)


@dataclass(frozen=True, slots=True)
class Examples:
    """Inputs, targets and loss of a fit.

    Attributes:
        x: (N, ...) inputs.
        y: (N, ...) targets.
        loss: mean negative log-likelihood.
        batch_size: examples of a step; with N or more, each step sees all in their order.
    """

    x: Tensor
    y: Tensor
    loss: Loss
    batch_size: int

    def batches(self, seed: int, *, bootstrap: bool = False) -> Callable[[int], Tensor | None]:
        """Return a function from a step's number to its examples; None stands for all of them."""
        count, device = len(self.x), self.x.device
        if bootstrap:
            return Drawn(count, min(self.batch_size, count), seed=seed, device=device).at
        if self.batch_size >= count:
            return lambda _: None
        return Shuffled(count, self.batch_size, seed=seed, device=device).at

    def at(self, chosen: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return some of the examples."""
        return (self.x, self.y) if chosen is None else (self.x[chosen], self.y[chosen])

    def loss_of(self, model: Callable[[Tensor], object], chosen: Tensor | None) -> Tensor:
        """Return a model's loss on some of the examples."""
        x, y = self.at(chosen)
        return self.loss(scores(model(x)), y)

    def check(self, model: nn.Module) -> None:
        """Check that inputs are finite, and a model's loss on a first batch is a finite scalar.

        Raises:
            TypeError: the loss is not a tensor.
            ValueError: it has dimensions, is NaN or infinite, or is the cross-entropy of one class;
                or an input is NaN or infinite.
        """
        check_finite_inputs(self.x)
        x, y = self.x[: self.batch_size], self.y[: self.batch_size]
        with torch.inference_mode(False), torch.no_grad():
            with first_run(x):
                outputs = scores(model(x.clone()))
            if self.loss is F.cross_entropy and outputs.shape[1:2] in ((), (1,)):
                raise ValueError(
                    "loss must be binary_cross_entropy_with_logits for a model with one logit per "
                    "input, got cross_entropy, which is 0 for one class"
                )
            value = self._first_loss(outputs, y)
        if not isinstance(value, Tensor):
            raise TypeError(f"loss must return a tensor, got {described(value)}")
        if value.ndim or not torch.isfinite(value):
            raise ValueError(
                f"loss must be a finite scalar, got {described(value)}; outputs range from "
                f"{float(outputs.min()):.4g} to {float(outputs.max()):.4g}"
            )

    def _first_loss(self, outputs: Tensor, y: Tensor) -> object:
        try:
            return self.loss(outputs, y)
        except (RuntimeError, IndexError, NotImplementedError) as error:
            raise ValueError(
                f"y must be targets that the loss accepts for outputs of shape "
                f"{tuple(outputs.shape)}, got {described(y)}; it raised "
                f"{type(error).__name__}: {str(error).splitlines()[0]}"
            ) from error


def check_no_batch_norm(model: nn.Module, method: str) -> None:
    """Check that no layer makes the output of an example depend on the rest of its batch.

    Raises:
        ValueError: a batch normalisation is in training mode.
    """
    for name, module in model.named_modules():
        if isinstance(module, BATCH_NORMS) and (module.training or module.running_mean is None):
            raise ValueError(
                f"model must have no batch normalisation in training mode for {method}, got "
                f"{name or type(module).__name__!r}: the likelihood of an example would depend on "
                "the rest of its batch; call model.eval() to keep its statistics"
            )
