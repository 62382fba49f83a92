"""Properties of modules that decide whether dropped channels can be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn
from torch.nn.modules.module import _has_any_global_hook

from pyfrontiers.uncertainty.dropout.masks import is_dropout

if TYPE_CHECKING:
    from collections.abc import Iterator

Consumer = nn.Conv1d | nn.Conv2d | nn.Linear
Normaliser = nn.BatchNorm1d | nn.BatchNorm2d

_CONSUMERS = (nn.Conv1d, nn.Conv2d, nn.Linear)
_NORMALISERS = (nn.BatchNorm1d, nn.BatchNorm2d)
# f(a x) = a f(x) for a > 0, so the factor 1/q can be moved past them into the next weights.
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
# f(0) = 0, so a dropped channel stays zero.
_ZERO_PRESERVING = (*_HOMOGENEOUS, nn.ReLU6, nn.ELU, nn.GELU, nn.SiLU, nn.Mish, nn.Tanh)
# Channels are independent, so these modules can run on the kept channels alone.
_CHANNELWISE = (*_ZERO_PRESERVING, nn.Sigmoid, nn.Softplus, nn.Hardtanh, nn.LogSigmoid)

_ALPHA = (nn.AlphaDropout, nn.FeatureAlphaDropout)  # dropout that does not multiply by 0 and 1

# These have dropout inside, or are random even in eval mode.
_WITH_MORE = (
    nn.RNNBase,
    nn.MultiheadAttention,
    nn.FractionalMaxPool2d,
    nn.FractionalMaxPool3d,
)


def flattened(model: nn.Module) -> Iterator[nn.Module]:
    """Yield the modules of nested `Sequential`s in the order they run; any other module as is."""
    chain = isinstance(model, nn.Sequential) and type(model).forward is nn.Sequential.forward
    if chain and "forward" not in vars(model):
        # Not `children()`, which skips a module that occurs a second time.
        for child in model._modules.values():
            if child is not None:
                yield from flattened(child)
    else:
        yield model


def consumes(module: nn.Module) -> bool:
    """Return whether rows and columns of this layer's weights can be selected."""
    if type(module) not in _CONSUMERS:  # a subclass may compute something different
        return False
    if isinstance(module, nn.Conv1d | nn.Conv2d):
        return module.groups == 1 and module.padding_mode == "zeros"
    return True


def normalises(module: nn.Module) -> bool:
    """Return whether this is batch normalisation with running statistics."""
    return type(module) in _NORMALISERS and module.running_mean is not None


def homogeneous(module: nn.Module) -> bool:
    """Return whether f(a x) = a f(x) for every a > 0."""
    return type(module) in _HOMOGENEOUS or flattens(module)


def preserves_zero(module: nn.Module) -> bool:
    """Return whether a channel of zeros stays zero and does not affect other channels."""
    return type(module) in _ZERO_PRESERVING or flattens(module)


def channelwise(module: nn.Module) -> bool:
    """Return whether each output channel depends on the same input channel only."""
    return type(module) in _CHANNELWISE


def flattens(module: nn.Module) -> bool:
    """Return whether this flattens (N, C, ...) to (N, C * ...)."""
    return type(module) is nn.Flatten and module.start_dim == 1 and module.end_dim == -1


def standard(module: nn.Module) -> bool:
    """Return whether this is one of torch's own modules, which accept any memory format."""
    return type(module).__module__.startswith("torch.nn.")


def plain(module: nn.Module) -> bool:
    """Return whether calling a module runs a single deterministic torch function.

    Dropout layers are plain too, as their masks are applied from outside.
    """
    if is_dropout(module):
        return not hooked(module)
    if isinstance(module, _ALPHA):
        return False
    if not standard(module) or hooked(module) or module._modules:
        return False
    own = isinstance(module, _WITH_MORE)
    renormalises = getattr(module, "max_norm", None) is not None
    return not (own or renormalises)


def rectifies(module: nn.Module) -> bool:
    """Return whether calling the module computes max(x, 0) and nothing else."""
    return type(module) is nn.ReLU and only_forwards(module)


def only_forwards(module: nn.Module) -> bool:
    """Return whether calling the module only calls its forward: no hooks, one of torch's own."""
    global_hook = _has_any_global_hook()  # type: ignore[no-untyped-call]  # untyped in torch
    return standard(module) and not hooked(module) and not global_hook


def hooked(module: nn.Module) -> bool:
    """Return whether the module has hooks or a replaced forward, so that it must be called."""
    hooks = module._forward_hooks or module._forward_pre_hooks
    return bool(hooks) or "forward" in module.__dict__
