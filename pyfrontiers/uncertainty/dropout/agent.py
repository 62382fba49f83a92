"""What decides about the random functions that a mode sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from functools import partial

    import torch
    from torch import Tensor, nn


class Call(NamedTuple):
    """Where a random function was called.

    Attributes:
        module: name of the module whose forward called it.
        turn: number of the call among those of this module in this pass.
    """

    module: str
    turn: int


class Agent(Protocol):
    """Decides what random functions do."""

    def mask(
        self, call: Call, x: Tensor, p: float, train: bool, channels: bool, frozen: bool
    ) -> tuple[Tensor, float] | None:
        """Return the mask of a dropout, or None to leave the input as it is.

        Args:
            call: where it was called.
            x: input.
            p: drop probability that the model asks for.
            train: whether the model wants it to be active.
            channels: whether it drops whole channels.
            frozen: whether the call belongs to a graph that was recorded in eval mode.

        Returns:
            Bool mask that broadcasts to `x`, and the drop probability it was drawn with.
        """
        ...

    def applied(self, call: Call, masked: Tensor) -> None:
        """Take the masked output of a dropout."""
        ...

    def wrote(self, target: Any) -> None:
        """Take notice of a write to a tensor, or to several, that the model does not own."""
        ...

    def generator(self, call: Call, name: str, device: torch.device) -> torch.Generator:
        """Return the generator that another random function uses."""
        ...

    def run(self, name: str, module: nn.Module, forward: partial[Any]) -> Any:
        """Run the forward of a module, or return what it returned before."""
        ...
