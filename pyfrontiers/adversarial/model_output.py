"""The logits that an attack works with, from whatever the model returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn

from pyfrontiers.first_run import first_run
from pyfrontiers.outputs import (
    check_probabilities,
    is_binary,
    scores,
    two_class_logits,
    two_class_probabilities,
)
from pyfrontiers.replica import replicate
from pyfrontiers.writes import WriteGuard, WriteRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NO_CLASS", "Model", "Outputs", "predicted", "read_model"]

Outputs = Literal["logits", "probabilities"]
"""Kind of a model's scores."""

NO_CLASS = -1
"""The predicted class where the logits are NaN or infinite."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as a function from a batch (N, ...) to logits (N, K), with K >= 2.

    A single score per sample is a binary classifier's: z is the logit of class 1 against class 0.

    Attributes:
        function: the model as the caller gave it.
        outputs: kind of its outputs.
        writes: whether it writes to its input, which autograd forbids for a leaf.
    """

    function: Callable[[Tensor], Any]
    outputs: Outputs
    writes: bool = True

    def __call__(self, x: Tensor, classes: Tensor) -> Tensor:
        """Return the logits in float32 or float64, checked against the classes (N,).

        Raises:
            TypeError: the output contains no tensor of floating-point scores.
            ValueError: it does not have shape (N, K), or a class lies outside [0, K).
        """
        copied = self.writes or not x.requires_grad
        found = scores(self.function(x.clone() if copied else x))
        if not found.is_floating_point():
            raise TypeError(f"model must return floating-point scores, got {found.dtype}")
        if found.ndim not in (1, 2) or len(found) != len(x) or 0 in found.shape[1:]:
            raise ValueError(
                f"model must return {self.outputs} of shape ({len(x)}, classes), "
                f"got shape {tuple(found.shape)}"
            )
        # In half precision the softmax would round away small differences of the loss.
        found = found if found.dtype == torch.float64 else found.float()
        logits = self._logits(found)
        if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) < logits.shape[1]:
            raise ValueError(
                f"y must hold classes from 0 to {logits.shape[1] - 1} for this model, "
                f"got {int(classes.min())} to {int(classes.max())}"
            )
        return logits

    def _logits(self, found: Tensor) -> Tensor:
        if self.outputs == "logits":
            return two_class_logits(found) if is_binary(found) else found
        rows = two_class_probabilities(found) if is_binary(found) else found
        check_probabilities(rows)
        # The softmax of log p is p. Zero is replaced by the smallest normal number.
        return rows.clamp_min(torch.finfo(rows.dtype).tiny).log()


def predicted(logits: Tensor, valid: Tensor) -> Tensor:
    """Return the predicted class of each row, `NO_CLASS` where the logits are not valid."""
    return logits.detach().argmax(dim=1).masked_fill(~valid, NO_CLASS)


def read_model(
    model: Callable[[Tensor], Any], outputs: Outputs, x: Tensor, classes: Tensor
) -> tuple[Model, Tensor]:
    """Return the model to attack, and its logits of x.

    Other threads may use a module, so a replica runs, and not even a flag of the module changes. A
    replica shares the module's parameters, unless the model writes to them in its forward.
    """
    if not isinstance(model, nn.Module):
        return _first_answer(model, outputs, x, classes)
    replica = replicate(model, copies="buffers")
    try:
        with WriteGuard(replica.shared):
            return _first_answer(replica.model, outputs, x, classes)
    except WriteRefusedError:
        own = replicate(model, copies="everything").model
        return _first_answer(own, outputs, x, classes)


def _first_answer(
    function: Callable[[Tensor], Any], outputs: Outputs, x: Tensor, classes: Tensor
) -> tuple[Model, Tensor]:
    """Return the model and its logits of x; determine whether it writes to its input."""
    shown = x.clone()
    with first_run(x):
        logits = Model(lambda _: function(shown), outputs)(shown, classes)
    return Model(function, outputs, writes=shown._version > 0), logits
