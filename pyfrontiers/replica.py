"""Run a model without writing to it: a replica with modules of its own and shared tensors.

A replica has the structure, hooks and attributes of a model, but other module objects, so flags,
counters and caches that are written while it runs are its own. Parameters and buffers are frozen
aliases of the model's tensors and take no memory. `torch.nn.DataParallel` replicates modules in the
same way. Several threads can therefore use replicas of one model at the same time.
"""

from __future__ import annotations

import functools
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from copy import deepcopy as copy_module
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Copies", "Replica", "replicate"]

Copies = Literal["nothing", "buffers", "everything"]
"""Which tensors of a model a replica copies."""

_WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)
_LARGE = 4096  # entries; a larger container is taken for a table, such as a vocabulary, and shared


@dataclass(eq=False)
class Replica:
    """A replica of a model.

    Attributes:
        model: the replica of the model, in eval mode.
        names: name of each of its modules by `id`.
        shared: addresses of the memory that it shares with the model.
    """

    model: nn.Module
    names: dict[int, str]
    shared: set[int]
    _state: list[tuple[nn.Module, dict[str, Any]]] = field(default_factory=list)

    def named_modules(self) -> Iterator[tuple[str, nn.Module]]:
        """Yield (name, module) of the replica, each module once."""
        yield from self.model.named_modules()

    def remember(self) -> None:
        """Remember the attributes of all modules, for `changed`."""
        self._state = [(m, {k: _frozen(v) for k, v in vars(m).items()}) for m in self._all()]

    def changed(self) -> bool:
        """Return whether any attribute has been written since `remember`."""
        return any(
            vars(module).keys() != state.keys()
            or any(not _same(_frozen(value), state[key]) for key, value in vars(module).items())
            for module, state in self._state
        )

    def _all(self) -> Iterator[nn.Module]:
        yield from self.model.modules()


def replicate(model: Any, *, copies: Copies = "nothing") -> Replica:
    """Replicate a model in eval mode, frozen.

    Compiled modules (`torch.compile`) and data-parallel wrappers are replaced by the module that
    they wrap. A TorchScript module is shared, or copied with its tensors if it is in training mode.

    Args:
        model: the model, a `torch.nn.Module`. It is only read.
        copies: which tensors are copied instead of shared: `"nothing"`, `"buffers"` (all that are
            no parameters) or `"everything"`.

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
    copier = _Copier(copies)
    # Tensors made in inference mode cannot take part in autograd; outside it, copies of them can.
    with torch.inference_mode(False), torch.no_grad():
        top = copier.module(model)
    names = {}
    for name, module in top.named_modules():
        names[id(module)] = name
        if not isinstance(module, torch.jit.ScriptModule):
            vars(module)["training"] = False
    return Replica(top, names, copier.shared)


def storage_of(tensor: Tensor) -> int | None:
    """Return the address of a tensor's memory, or None if it has none."""
    try:
        return tensor.untyped_storage().data_ptr() or None
    except (RuntimeError, NotImplementedError):  # functional transforms, subclasses
        return None


class _Copier:
    """Copies the graph of modules, containers and functions that leads to modules or tensors."""

    def __init__(self, copies: Copies) -> None:
        self.copies = copies
        self.done: dict[int, Any] = {}
        self.alive: list[Any] = []  # keeps originals alive, so that no `id` is reused
        self.shared: set[int] = set()

    def module(self, module: nn.Module) -> nn.Module:
        copy: nn.Module
        if id(module) in self.done:
            copy = self.done[id(module)]
            return copy
        if isinstance(module, torch.jit.ScriptModule):
            # It cannot be replicated, but its flags can only be changed in a copy.
            training = any(inner.training for inner in module.modules())
            copy = copy_module(module).eval() if training else module
            return self._remember(module, copy)  # type: ignore[no-any-return]
        wrapped = module._modules.get("_orig_mod") if "dynamo_ctx" in vars(module) else None
        if isinstance(module, _WRAPPERS):
            wrapped = module.module
        if wrapped is not None:
            copy = self._remember(module, self.module(wrapped))
            return copy
        copy = self._remember(module, object.__new__(type(module)))
        for key, value in vars(module).items():
            vars(copy)[key] = self.value(value, whole=key in ("_modules", "_parameters"))
        for slot in _slots(type(module)):
            if hasattr(module, slot):
                object.__setattr__(copy, slot, self.value(getattr(module, slot)))
        vars(copy)["_compiled_call_impl"] = None  # of `module.compile()`
        return copy

    def _remember(self, original: Any, copy: Any) -> Any:
        self.done[id(original)] = copy
        self.alive.append(original)
        return copy

    def value(self, value: Any, *, whole: bool = False) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if id(value) in self.done:
            return self.done[id(value)]
        copy = _COPIERS.get(type(value))
        if copy is not None:
            if not whole and isinstance(value, dict | list | set | deque) and len(value) > _LARGE:
                return value
            return copy(self, value)
        if isinstance(value, nn.Module):
            return self.module(value)
        if isinstance(value, Tensor):
            return self.tensor(value)
        if isinstance(value, tuple):  # a named tuple
            return type(value)(*map(self.value, value)) if hasattr(value, "_fields") else value
        return value

    def tensor(self, tensor: Tensor) -> Tensor:
        if is_lazy(tensor):
            raise ValueError(
                "model must be initialised, got a lazy module without parameters; call the model "
                "on an input first"
            )
        if type(tensor) not in (Tensor, nn.Parameter, nn.Buffer):
            return tensor  # a subclass may carry more than its data
        alias = tensor.detach()
        copied = self.copies == "everything" or (
            self.copies == "buffers" and not isinstance(tensor, nn.Parameter)
        )
        if copied or tensor.is_inference():
            alias = alias.clone()
        elif (address := storage_of(tensor)) is not None:
            self.shared.add(address)
        if isinstance(tensor, nn.Parameter):
            alias = nn.Parameter(alias, requires_grad=False)
        vars(alias).update(vars(tensor))
        copy: Tensor = self._remember(tensor, alias)
        return copy

    def mapping(self, value: dict[Any, Any]) -> dict[Any, Any]:
        copy: dict[Any, Any] = self._remember(value, type(value)())
        for key, entry in value.items():
            copy[self.value(key) if isinstance(key, nn.Module) else key] = self.value(entry)
        return copy

    def defaults(self, value: defaultdict[Any, Any]) -> defaultdict[Any, Any]:
        copy = self._remember(value, defaultdict(value.default_factory))
        copy.update((key, self.value(entry)) for key, entry in value.items())
        return copy  # type: ignore[no-any-return]

    def sequence(self, value: Any) -> Any:
        copy = self._remember(value, type(value)())
        for entry in value:
            (copy.add if isinstance(value, set) else copy.append)(self.value(entry))
        return copy

    def tuple(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        copy = tuple(map(self.value, value))
        return copy if any(a is not b for a, b in zip(copy, value, strict=True)) else value

    def method(self, value: types.MethodType) -> types.MethodType:
        owner = self.value(value.__self__) if isinstance(value.__self__, nn.Module) else None
        return value if owner is None else types.MethodType(value.__func__, owner)

    def partial(self, value: functools.partial[Any]) -> functools.partial[Any]:
        keywords = {key: self.value(entry) for key, entry in value.keywords.items()}
        return functools.partial(self.value(value.func), *map(self.value, value.args), **keywords)

    def function(self, value: types.FunctionType) -> types.FunctionType:
        """Return the function; one that closes over modules, over their copies."""
        cells, held = value.__closure__ or (), (nn.Module, types.MethodType, types.FunctionType)
        contents = [_content(cell) for cell in cells]
        self.done[id(value)] = value  # a function may close over itself
        copies = [self.value(each) if isinstance(each, held) else each for each in contents]
        if all(a is b for a, b in zip(copies, contents, strict=True)):
            return value
        closure = tuple(
            cell if a is b else types.CellType(a)
            for cell, a, b in zip(cells, copies, contents, strict=True)
        )
        made = types.FunctionType(
            value.__code__, value.__globals__, value.__name__, value.__defaults__, closure
        )
        made.__kwdefaults__ = value.__kwdefaults__
        return self._remember(value, functools.update_wrapper(made, value))  # type: ignore[no-any-return]

    def reference(self, value: weakref.ref[Any]) -> weakref.ref[Any]:
        target = value()
        copy = self.value(target) if isinstance(target, nn.Module | Tensor) else target
        return value if copy is target else weakref.ref(copy)


_COPIERS: dict[type, Callable[[_Copier, Any], Any]] = {
    dict: _Copier.mapping,
    OrderedDict: _Copier.mapping,
    defaultdict: _Copier.defaults,
    list: _Copier.sequence,
    set: _Copier.sequence,
    deque: _Copier.sequence,
    tuple: _Copier.tuple,
    types.MethodType: _Copier.method,
    types.FunctionType: _Copier.function,
    functools.partial: _Copier.partial,
    weakref.ref: _Copier.reference,
}


def _slots(kind: type) -> Iterator[str]:
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in ("__dict__", "__weakref__"):
                yield slot


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not yet assigned
        return None


def _frozen(value: Any) -> Any:
    """Return an image of a value that later writes to its container do not change."""
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, list | set | deque) else value


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
    return one is other or (isinstance(one, int | float | str) and one == other)
