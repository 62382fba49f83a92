"""Borrow a model: run it frozen and in eval mode, and hand it back as it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["frozen"]


@contextmanager
def frozen(model: Callable[..., object]) -> Iterator[None]:
    """Freeze a model's parameters and put it into eval mode while the block runs.

    Afterwards, also after an exception, every parameter has its `requires_grad` flag and its
    `.grad`, and every submodule its train or eval mode, exactly as before. Only what differs is
    written, so a model that is already frozen may be shared between threads.

    Args:
        model: a module; any other callable has no state that is known here and is left alone.
    """
    if not isinstance(model, nn.Module):
        yield
        return
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
    training = [module for module in model.modules() if module.training]
    try:
        for parameter in trainable:
            parameter.requires_grad_(False)
        for module in training:
            # Not .eval(), which a class may override to do more than set the flag.
            module.training = False
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
        for parameter, gradient in gradients:
            if parameter.grad is not gradient:
                parameter.grad = gradient
        for module in training:
            module.training = True
