"""Exchange the dropout layers of a model for layers with reproducible masks."""

from __future__ import annotations

import dis
import types
import warnings
from copy import copy as shallow
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from torch import nn

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.uncertainty.dropout import functions
from pyfrontiers.uncertainty.dropout.alpha import MCAlphaDropout
from pyfrontiers.uncertainty.dropout.layers import MCDropout

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELEMENTS = (nn.Dropout, nn.AlphaDropout)
_CHANNELS = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.FeatureAlphaDropout)
_ALPHA = (nn.AlphaDropout, nn.FeatureAlphaDropout)
_CALLS = {*functions.DROPOUTS, *functions.GENERATED, "dropout1d", "dropout2d", "dropout3d"}
_CALLS |= {"scaled_dot_product_attention"}


@checked
def convert(model: nn.Module, *, seed: Seed = 0) -> nn.Module:
    """Return a copy of a model in which `MCDropout` replaces every dropout layer.

    `mc_dropout` draws the same passes from the copy as from the model, bit for bit. In training
    mode the copy draws its masks from the layers' own streams, so that training repeats by seed;
    for a single input, call number t is then pass t of `mc_dropout` with this seed, if the layers
    run in the order in which they are registered, each once.

    Args:
        model: any module; it is copied, weights included, and not changed.
        seed: 64-bit seed; layer number l draws from `fold_in(seed, l)`.

    Returns:
        The copy, in the same mode as the model, with its hooks. `Dropout`, `Dropout1d`,
        `Dropout2d` and `Dropout3d` become `MCDropout`, and `AlphaDropout` and `FeatureAlphaDropout`
        `MCAlphaDropout`.

    Raises:
        TypeError: `model` is not a module.
        ValueError: nothing can be exchanged.

    Warns:
        RuntimeWarning: some randomness is not that of a layer and was left as it is: functions,
            dropout inside recurrent layers and attention, subclasses with their own `forward`.
            `mc_dropout` samples that too.
    """
    copy = _copied(model)
    left = sorted(set(_not_converted(model)))
    made: dict[int, MCDropout] = {}
    top = _exchanged(copy, made, seed)
    if top is None:
        for parent in list(copy.modules()):
            for name, child in parent._modules.items():
                layer = None if child is None else _exchanged(child, made, seed)
                if layer is not None:
                    parent._modules[name] = layer
    if not made:
        more = f"; {', '.join(left)} cannot be exchanged" if left else ""
        raise ValueError(
            f"model must have a dropout layer of torch.nn, got {type(model).__name__} without one"
            f"{more}"
        )
    if left:
        warnings.warn(
            f"{', '.join(left)} cannot be exchanged for MCDropout and were left as they are; "
            "mc_dropout samples them all the same",
            RuntimeWarning,
            stacklevel=3,
        )
    return copy if top is None else top


def _copied(model: nn.Module) -> nn.Module:
    """Copy a model; its `MCDropout` layers keep their seeds, so that no generator is used."""
    memo: dict[int, Any] = {}
    twins = []  # kept alive, so that no `id` in the memo is reused
    for layer in model.modules():
        if isinstance(layer, MCDropout):
            twin = shallow(layer)
            own, twin._own_seed = twin._own_seed, False
            twins.append(twin)
            memo[id(layer)] = made = deepcopy(twin, memo)
            made._own_seed = own
    return deepcopy(model, memo)


def _exchanged(layer: nn.Module, made: dict[int, MCDropout], seed: int) -> MCDropout | None:
    """Return the layer that replaces a dropout layer, the same one at each place; None for others.

    Args:
        layer: a module of the copy.
        made: replacements so far, by the `id` of what they replace.
        seed: the seed of all layers.
    """
    if id(layer) in made:
        return made[id(layer)]
    if not _is_convertible(layer):
        return None
    kind = MCAlphaDropout if isinstance(layer, _ALPHA) else MCDropout
    p: Any = layer.p
    new = kind(
        float(p),
        granularity="channel" if isinstance(layer, _CHANNELS) else "element",
        seed=fold_in(seed, len(made)),
    )
    vars(new).update({key: value for key, value in vars(layer).items() if "hook" in key})
    new.training = layer.training
    made[id(layer)] = new
    return new


def _is_convertible(module: nn.Module) -> bool:
    for kind in (*_ELEMENTS, *_CHANNELS):
        if isinstance(module, kind):
            return type(module).forward is kind.forward and "forward" not in vars(module)
    return False


def _not_converted(model: nn.Module) -> Iterator[str]:
    """Describe what is random in a model other than its dropout layers."""
    for name, module in model.named_modules():
        of = f"{name!r}" if name else "the model itself"
        p: Any = getattr(module, "dropout", 0.0)
        if isinstance(module, nn.RNNBase) and p and module.num_layers > 1:
            yield f"dropout between the levels of {of}"
        elif isinstance(module, nn.MultiheadAttention) and p:
            yield f"dropout of the attention weights of {of}"
        elif isinstance(module, (*_ELEMENTS, *_CHANNELS)):
            if not _is_convertible(module):
                yield f"{type(module).__name__} {of}, which overrides forward"
        elif not isinstance(module, MCDropout):
            for called in sorted(set(_calls(type(module)))):
                yield f"{called} in {of}"


def _calls(kind: type) -> Iterator[str]:
    """Yield the names of random functions in the code of a module that is not torch's own."""
    for base in kind.__mro__:
        if base.__module__.startswith("torch."):
            return
        for function in vars(base).values():
            if isinstance(function, types.FunctionType):
                yield from _random_calls(function.__code__)


def _random_calls(code: types.CodeType) -> Iterator[str]:
    """Yield names of random functions that code refers to, except attributes of `self`."""
    previous = None
    for step in dis.get_instructions(code):
        own = previous is not None and previous.argval == "self"
        loads = step.opname.startswith(("LOAD_ATTR", "LOAD_METHOD", "LOAD_GLOBAL"))
        if loads and not own and step.argval in _CALLS:
            yield step.argval
        previous = step
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _random_calls(constant)
