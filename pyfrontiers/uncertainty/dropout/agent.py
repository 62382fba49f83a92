"""The interface that decides how the random functions of a model behave."""

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
        turn: index of the call among this module's calls in this pass.
    """

    module: str
    turn: int


class Agent(Protocol):
    """Decides how random functions behave; called by a mode that intercepts them."""

    def mask(
        self, call: Call, x: Tensor, p: float, train: bool, channels: bool, frozen: bool
    ) -> tuple[Tensor, float] | None:
        """Return the mask of a dropout, or None to leave the input as it is.

        Args:
            call: where it was called.
            x: input.
            p: drop probability requested by the model.
            train: whether the model wants it to be active.
            channels: whether it drops whole channels.
            frozen: whether the call belongs to a graph that was recorded in eval mode.

        Returns:
            Bool mask that broadcasts to `x`, and the drop probability it was drawn with.
        """
        ...

    def applied(self, call: Call, masked: Tensor) -> None:
        """Receive the masked output of a dropout."""
        ...

    def wrote(self, target: Any) -> None:
        """Receive a tensor, or several, that the model has written to and does not own."""
        ...

    def generator(self, call: Call, name: str, device: torch.device) -> torch.Generator:
        """Return the generator for a random function other than dropout."""
        ...

    def run(self, name: str, module: nn.Module, forward: partial[Any]) -> Any:
        """Run the forward of a module, or return its recorded output."""
        ...
