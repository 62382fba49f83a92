"""Copy a model's modules and the objects that refer to them, but not its tensors."""

from __future__ import annotations

import functools
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Copier", "Copies", "storage_of"]

Copies = Literal["nothing", "buffers", "everything"]
"""Which tensors of a model a replica copies."""

_WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)
_LARGE = 4096  # entries; a larger container is taken for a table, such as a vocabulary, and shared


def storage_of(tensor: Tensor) -> int | None:
    """Return the address of a tensor's memory, or None if it has none."""
    try:
        return tensor.untyped_storage().data_ptr() or None
    except (RuntimeError, NotImplementedError):  # functional transforms, subclasses
        return None


class Copier:
    """Copies the graph of modules, containers and functions that leads to modules or tensors."""

    def __init__(self, copies: Copies) -> None:
        self.copies = copies
        self.done: dict[int, Any] = {}
        self.alive: list[Any] = []  # keeps originals alive, so that no `id` is reused
        self.shared: set[int] = set()
        self.copied: list[tuple[Tensor, Tensor]] = []  # tensors and their copies

    def module(self, module: nn.Module) -> nn.Module:
        """Return the copy of a module, always the same one."""
        copy: nn.Module
        if id(module) in self.done:
            copy = self.done[id(module)]
            return copy
        if isinstance(module, torch.jit.ScriptModule):
            # It cannot be replicated, but its flags can only be changed in a copy.
            training = any(getattr(inner, "training", False) for inner in module.modules())
            copy = deepcopy(module).eval() if training else module
            return self._remember(module, copy)  # type: ignore[no-any-return]
        wrapped = module._modules.get("_orig_mod") if "dynamo_ctx" in vars(module) else None
        if isinstance(module, _WRAPPERS):
            wrapped = module.module
        if wrapped is not None:
            copy = self._remember(module, self.module(wrapped))
            return copy
        copy = self._remember(module, object.__new__(type(module)))
        for key, value in vars(module).items():
            vars(copy)[key] = self._value(value, whole=key in ("_modules", "_parameters"))
        for slot in _slots(type(module)):
            if hasattr(module, slot):
                object.__setattr__(copy, slot, self._value(getattr(module, slot)))
        vars(copy)["_compiled_call_impl"] = None  # of `module.compile()`
        return copy

    def _remember(self, original: Any, copy: Any) -> Any:
        self.done[id(original)] = copy
        self.alive.append(original)
        return copy

    def _value(self, value: Any, *, whole: bool = False) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if type(value) in (dict, OrderedDict) and not value:  # most hooks of most modules
            return type(value)()
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
            return self._tensor(value)
        if isinstance(value, tuple):  # a named tuple
            return type(value)(*map(self._value, value)) if hasattr(value, "_fields") else value
        return self._object(value) if _holds_modules(value) else value

    def _tensor(self, tensor: Tensor) -> Tensor:
        if is_lazy(tensor):
            raise ValueError(
                "model must be initialised, got a lazy module without parameters; call the model "
                "on an input first"
            )
        if type(tensor) not in (Tensor, nn.Parameter, nn.Buffer):
            return tensor  # a subclass may carry more than its data
        # Unlike detach(), this has its own version counter: a training step in another thread
        # must not invalidate a gradient here.
        alias = tensor.data
        copied = self.copies == "everything" or (
            self.copies == "buffers" and not isinstance(tensor, nn.Parameter)
        )
        if copied or tensor.is_inference():
            alias = alias.clone()
            self.copied.append((tensor, alias))
        elif (address := storage_of(tensor)) is not None:
            self.shared.add(address)
        if isinstance(tensor, nn.Parameter):
            alias = nn.Parameter(alias, requires_grad=False)
        vars(alias).update(vars(tensor))
        copy: Tensor = self._remember(tensor, alias)
        return copy

    def _object(self, value: Any) -> Any:
        kind: Any = type(value)
        copy = self._remember(value, kind.__new__(kind))
        vars(copy).update({key: self._value(entry) for key, entry in vars(value).items()})
        return copy

    def _mapping(self, value: dict[Any, Any]) -> dict[Any, Any]:
        copy: dict[Any, Any] = self._remember(value, type(value)())
        for key, entry in value.items():
            copy[self._value(key) if isinstance(key, nn.Module) else key] = self._value(entry)
        return copy

    def _defaults(self, value: defaultdict[Any, Any]) -> defaultdict[Any, Any]:
        copy = self._remember(value, defaultdict(value.default_factory))
        copy.update((key, self._value(entry)) for key, entry in value.items())
        return copy  # type: ignore[no-any-return]

    def _sequence(self, value: Any) -> Any:
        copy = self._remember(value, type(value)())
        for entry in value:
            (copy.add if isinstance(value, set) else copy.append)(self._value(entry))
        return copy

    def _tuple(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        copy = tuple(map(self._value, value))
        return copy if any(a is not b for a, b in zip(copy, value, strict=True)) else value

    def _method(self, value: types.MethodType) -> types.MethodType:
        owner = self._value(value.__self__) if isinstance(value.__self__, nn.Module) else None
        return value if owner is None else types.MethodType(value.__func__, owner)

    def _partial(self, value: functools.partial[Any]) -> functools.partial[Any]:
        keywords = {key: self._value(entry) for key, entry in value.keywords.items()}
        return functools.partial(self._value(value.func), *map(self._value, value.args), **keywords)

    def _function(self, value: types.FunctionType) -> types.FunctionType:
        """Return the function; one that closes over modules, over their copies."""
        original = getattr(value, "_torchdynamo_orig_callable", None)
        if original is not None and not hasattr(value, "_torchdynamo_disable"):
            return self._remember(value, self._value(original))  # type: ignore[no-any-return]
        cells, held = value.__closure__ or (), (nn.Module, types.MethodType, types.FunctionType)
        contents = [_content(cell) for cell in cells]
        self.done[id(value)] = value  # a function may close over itself
        copies = [self._value(each) if isinstance(each, held) else each for each in contents]
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

    def _reference(self, value: weakref.ref[Any]) -> weakref.ref[Any]:
        target = value()
        copy = self._value(target) if isinstance(target, nn.Module | Tensor) else target
        return value if copy is target else weakref.ref(copy)

    def _proxy(self, value: Any) -> Any:
        target = value.__init__.__self__
        copy = self._value(target) if isinstance(target, nn.Module) else target
        return value if copy is target else weakref.proxy(copy)


_COPIERS: dict[type, Callable[[Copier, Any], Any]] = {
    dict: Copier._mapping,
    OrderedDict: Copier._mapping,
    defaultdict: Copier._defaults,
    list: Copier._sequence,
    set: Copier._sequence,
    deque: Copier._sequence,
    tuple: Copier._tuple,
    types.SimpleNamespace: Copier._object,
    types.MethodType: Copier._method,
    types.FunctionType: Copier._function,
    functools.partial: Copier._partial,
    weakref.ref: Copier._reference,
    **dict.fromkeys(weakref.ProxyTypes, Copier._proxy),
}


def _holds_modules(value: Any) -> bool:
    """Return whether an object has a module or tensor in an attribute, or in a container there.

    Such modules are not registered as submodules, but run as part of the model.
    """
    kind: Any = type(value)
    ordinary = kind.__new__ is object.__new__ and not kind.__module__.startswith("torch.")
    if not ordinary or not isinstance(getattr(value, "__dict__", None), dict):
        return False
    entries = [
        inner
        for entry in vars(value).values()
        for inner in (entry if type(entry) in (list, tuple) else (entry,))
    ]
    return any(isinstance(entry, nn.Module | Tensor) for entry in entries)


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
