"""Run a model without writing to it: a replica has separate modules but shares the tensors.

A replica has the structure, hooks and attributes of a model, but separate module objects, so flags,
counters and caches written during a run stay in the replica. Parameters and buffers are frozen
aliases of the model's tensors and take no memory. `torch.nn.DataParallel` replicates modules in the
same way. Several threads can use replicas of one model at the same time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.module_copies import Copier, Copies

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Replica", "replicate"]


@dataclass(eq=False)
class Replica:
    """A replica of a model.

    Attributes:
        model: the replica of the model, in eval mode.
        names: name of each module by its `id`.
        shared: addresses of the memory shared with the model.
        copied: pairs of a tensor of the model and the replica's copy.
    """

    model: nn.Module
    names: dict[int, str]
    shared: set[int]
    copied: list[tuple[Tensor, Tensor]] = field(default_factory=list)
    _state: list[tuple[nn.Module, dict[str, Any]]] = field(default_factory=list)

    def named_modules(self) -> Iterator[tuple[str, nn.Module]]:
        """Yield (name, module) of the replica, each module once."""
        yield from self.model.named_modules()

    def remember(self) -> None:
        """Save the attributes of all modules for `changed`."""
        self._state = [(m, {k: _frozen(v) for k, v in vars(m).items()}) for m in self._all()]

    def changed(self) -> bool:
        """Return whether an attribute or a copied tensor was written to since `remember`."""
        return not all(_equal(*pair) for pair in self.copied) or any(
            vars(module).keys() != state.keys()
            or any(not _same(_frozen(value), state[key]) for key, value in vars(module).items())
            for module, state in self._state
        )

    def _all(self) -> Iterator[nn.Module]:
        yield from self.model.modules()


def replicate(model: Any, *, copies: Copies = "nothing") -> Replica:
    """Replicate a model in eval mode, frozen.

    Modules and functions compiled by `torch.compile`, and data-parallel wrappers, are replaced by
    what they wrap. A TorchScript module is shared, or copied with its tensors if it is in training
    mode.

    Args:
        model: the model, a `torch.nn.Module`. It is only read.
        copies: which tensors are copied instead of shared: `"nothing"`, `"buffers"` (all except
            parameters) or `"everything"`.

    Raises:
        TypeError: `model` is not a module.
        ValueError: a parameter of the model has not been initialised (`torch.nn.LazyLinear`).
    """
    if not isinstance(model, nn.Module):
        given = getattr(model, "__name__", None) or type(model).__name__
        raise TypeError(
            f"model must be a torch.nn.Module, got {given}; wrap a function in the `forward` of a "
            "module that has the layers as its attributes"
        )
    copier = Copier(copies)
    # Tensors made in inference mode cannot take part in autograd; outside it, copies of them can.
    with torch.inference_mode(False), torch.no_grad():
        top = copier.module(model)
    names = {}
    for name, module in top.named_modules():
        names[id(module)] = name
        if not isinstance(module, torch.jit.ScriptModule):
            vars(module)["training"] = False
    return Replica(top, names, copier.shared, copier.copied)


def _frozen(value: Any) -> Any:
    """Return a snapshot of a value that later writes to the container do not change."""
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    if isinstance(value, SimpleNamespace):
        return _frozen(vars(value))
    return list(value) if isinstance(value, list | set | deque) else value


def _equal(one: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same values; False if they cannot be compared."""
    try:
        same = torch.equal(one, other)
        if not same and one.is_floating_point():
            same = torch.equal(one.nan_to_num(), other.nan_to_num())
    except RuntimeError:  # sparse tensors, some element types
        return False
    return same


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
    return one is other or (isinstance(one, int | float | str) and one == other)
