"""Which modules let a dropped channel be left out of the computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn
from torch.nn.modules.module import _has_any_global_hook

if TYPE_CHECKING:
    from collections.abc import Iterator

Consumer = nn.Conv1d | nn.Conv2d | nn.Linear
Normaliser = nn.BatchNorm1d | nn.BatchNorm2d

_CONSUMERS = (nn.Conv1d, nn.Conv2d, nn.Linear)
_NORMALISERS = (nn.BatchNorm1d, nn.BatchNorm2d)
# f(a x) = a f(x) for a > 0, so the factor 1/q may be moved past them into the next weights.
_HOMOGENEOUS = (
    nn.Identity,
    nn.ReLU,
    nn.LeakyReLU,
    nn.MaxPool1d,
    nn.MaxPool2d,
    nn.AvgPool1d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool1d,
    nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool1d,
    nn.AdaptiveMaxPool2d,
)
# f(0) = 0, so a dropped channel stays zero behind them.
_ZERO_PRESERVING = (*_HOMOGENEOUS, nn.ReLU6, nn.ELU, nn.GELU, nn.SiLU, nn.Mish, nn.Tanh)
# Each channel on its own, so they may run on the kept channels alone.
_CHANNELWISE = (*_ZERO_PRESERVING, nn.Sigmoid, nn.Softplus, nn.Hardtanh, nn.LogSigmoid)


def flattened(model: nn.Module) -> Iterator[nn.Module]:
    """List the modules of nested `Sequential`s in the order they run; any other module as it is."""
    if type(model).forward is nn.Sequential.forward:
        # Not `children()`, which leaves out a module that is used a second time.
        for child in model._modules.values():
            if child is not None:
                yield from flattened(child)
    else:
        yield model


def consumes(module: nn.Module) -> bool:
    """Whether kept channels can be picked from the rows and columns of this layer's weights."""
    if type(module) not in _CONSUMERS:  # a subclass may compute something else
        return False
    if isinstance(module, nn.Conv1d | nn.Conv2d):
        return module.groups == 1 and module.padding_mode == "zeros"
    return True


def normalises(module: nn.Module) -> bool:
    """Whether this is a batch normalisation by fixed statistics, one pair a channel."""
    return type(module) in _NORMALISERS and module.running_mean is not None


def homogeneous(module: nn.Module) -> bool:
    """Whether f(a x) = a f(x) for every a > 0."""
    return type(module) in _HOMOGENEOUS or flattens(module)


def preserves_zero(module: nn.Module) -> bool:
    """Whether a channel of zeros stays one and does not touch the others."""
    return type(module) in _ZERO_PRESERVING or flattens(module)


def channelwise(module: nn.Module) -> bool:
    """Whether each channel is computed from itself alone and stays in its place."""
    return type(module) in _CHANNELWISE


def flattens(module: nn.Module) -> bool:
    """Whether this is the usual step from (N, C, ...) to (N, C * ...)."""
    return type(module) is nn.Flatten and module.start_dim == 1 and module.end_dim == -1


def standard(module: nn.Module) -> bool:
    """Whether this is one of torch's own modules, which take images in any memory layout."""
    return type(module).__module__.startswith("torch.nn.")


def rectifies(module: nn.Module) -> bool:
    """Whether calling the module is nothing but max(x, 0)."""
    return type(module) is nn.ReLU and only_forwards(module)


def only_forwards(module: nn.Module) -> bool:
    """Whether calling the module is calling its forward: torch's own, and nobody listens."""
    to_all = _has_any_global_hook()  # type: ignore[no-untyped-call]  # torch gives it no types
    return standard(module) and not hooked(module) and not to_all


def hooked(module: nn.Module) -> bool:
    """Whether a caller listens to this module or replaced its forward: then it has to be called."""
    listened = module._forward_hooks or module._forward_pre_hooks
    return bool(listened) or "forward" in module.__dict__
