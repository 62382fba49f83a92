"""A running average of a model's weights, which often performs better than the final weights."""

from __future__ import annotations

import copy
from typing import Any, Generic, TypeVar

import torch
from torch import nn

from pyfrontiers.arguments import checked

__all__ = ["Average"]

Model = TypeVar("Model", bound=nn.Module)


class Average(Generic[Model]):
    """Averages the parameters over the steps: w_avg += share (w - w_avg).

    The share is 1 / (1 + step), which gives a plain mean, until it has fallen to ``newest``; from
    then on the average is exponential, over about 1 / newest steps.

    Args:
        model: The model to be trained; its current buffers are copied.
        newest: Smallest share of the newest weights, in (0, 1].

    Attributes:
        model: A copy with the averaged parameters, in evaluation mode, without gradients.

    Raises:
        ValueError: ``newest`` is out of range.

    Source:
        Polyak and Juditsky, Acceleration of stochastic approximation by averaging, SIAM Journal on
        Control and Optimization 30(4), 1992.

    """

    @checked
    def __init__(self, model: Model, *, newest: float) -> None:
        if not 0 < newest <= 1:
            raise ValueError(f"newest must be above 0 and at most 1, got {newest!r}")
        self._trained = model
        self._newest = newest
        self.model: Model = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Add the weights after step number ``step``, counted from 0."""
        share = max(self._newest, 1 / (1 + step))
        pairs = zip(self.model.parameters(), self._trained.parameters(), strict=True)
        for kept, new in pairs:
            kept.lerp_(new, share)

    def state_dict(self) -> dict[str, Any]:
        """Return the averaged parameters."""
        return self.model.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what :meth:`state_dict` returned."""
        self.model.load_state_dict(state)
