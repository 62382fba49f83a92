"""Run a model frozen and in eval mode, and restore its state afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["frozen"]


@contextmanager
def frozen(model: Callable[..., object]) -> Iterator[None]:
    """Freeze a model's parameters and put it into eval mode for the duration of a block.

    On exit, including after an exception, every parameter's `requires_grad` flag and `.grad` and
    every submodule's train or eval mode are restored. Only values that differ are written, so
    threads may share a model that is already frozen.

    Args:
        model: an `nn.Module`; any other callable is left alone, because its state is unknown.
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
            # Set the flag directly: a class may override .eval() to do more than that.
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
