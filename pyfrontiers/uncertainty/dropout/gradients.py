"""Sums of gradients over passes that share a prefix, in memory that does not grow with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.uncertainty.dropout.functions import seen_grad

if TYPE_CHECKING:
    from collections.abc import Hashable

    from torch import Tensor


class Gradients:
    """Sums the gradients of many outputs; each graph is freed before the next is recorded.

    Tensors that all graphs share are cut off: a leaf takes the place of such a tensor and collects
    its gradient, and `finish` follows the tensor's own graph only once.
    """

    def __init__(self) -> None:
        self._watched: dict[Hashable, Tensor] = {}
        self._sums: dict[Hashable, Tensor] = {}
        self._cuts: list[Tensor] = []

    def watch(self, key: Hashable, tensor: Tensor) -> None:
        """Collect the gradient of a tensor that requires it, replacing the one of this key."""
        self._watched[key] = tensor

    def cut(self, tensor: Tensor) -> Tensor:
        """Return a leaf that stands for a tensor in all graphs to come."""
        if not tensor.requires_grad:
            return tensor
        leaf = tensor.detach().requires_grad_()
        self.watch(("cut", len(self._cuts)), leaf)
        self._cuts.append(tensor)
        return leaf

    def add(self, output: Tensor, gradient: Tensor | None = None) -> None:
        """Backpropagate a gradient of an output, add the results, and free the graph."""
        if not output.requires_grad:
            return
        tensors = list(self._watched.values())
        found = seen_grad(output, tensors, gradient, allow_unused=True)
        for key, new in zip(list(self._watched), found, strict=True):
            if new is not None:
                self._sums[key] = self._sums[key] + new if key in self._sums else new

    def finish(self) -> None:
        """Follow the graphs of the tensors that were cut off, from the last to the first."""
        while self._cuts:
            tensor = self._cuts.pop()
            key = ("cut", len(self._cuts))
            gradient = self._sums.pop(key, None)
            del self._watched[key]
            if gradient is not None:
                self.add(tensor, gradient)

    def of(self, key: Hashable) -> Tensor | None:
        """Return the sum for a key; None if no output depends on its tensor."""
        return self._sums.get(key)
