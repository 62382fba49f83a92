"""Determine which tensors a torch function writes to, and refuse writes to the model's tensors."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from pyfrontiers.module_copies import storage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["STATISTICS", "WriteGuard", "WriteRefusedError", "name_of", "refuse", "written"]

_NOT_WRITES = frozenset({"requires_grad_", "detach_", "share_memory_", "rename_", "pin_memory_"})
#: Functions whose result shares the tensor's memory; writes through it cannot be seen.
_ESCAPES = frozenset({"numpy", "__array__", "__dlpack__"})
#: Functions that update running statistics in training mode.
STATISTICS = frozenset({"batch_norm", "instance_norm"})


class WriteRefusedError(BaseException):
    """A model tried to write to a tensor that it shares with the caller's model.

    Not an `Exception`, because models and functions such as `load_state_dict` catch those.
    """


def name_of(func: Callable[..., Any]) -> str:
    """Return the name of a torch function; for an operator, without the overload."""
    name: str = getattr(func, "__name__", "")
    return name.partition(".")[0]


@functools.cache
def writes(name: str) -> bool:
    """Return whether a function writes to its first argument, or returns a way to write to it."""
    in_place = name.endswith("_") and not name.endswith("__") and name not in _NOT_WRITES
    return in_place or name == "__setitem__" or name in _ESCAPES


def written(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Return the arguments that a function call writes to."""
    found = [kwargs["out"]] if kwargs.get("out") is not None else []
    if (writes(name) or kwargs.get("inplace")) and args:
        found.append(args[0])
    if name in STATISTICS and len(args) > 5 and args[5]:
        found += args[3:5]
    return found


def refuse(target: Any, shared: Collection[int]) -> None:
    """Raise if a tensor, or one in a list of tensors, uses memory that is shared.

    Args:
        target: a tensor, or a list of tensors, that a function writes to.
        shared: addresses of memory.

    Raises:
        WriteRefusedError: it does.
    """
    if isinstance(target, Tensor):
        if storage_of(target) in shared:
            raise WriteRefusedError
    elif isinstance(target, list | tuple):
        for each in target:
            refuse(each, shared)


class WriteGuard(TorchFunctionMode):
    """Refuses writes to shared memory before they happen.

    Args:
        shared: addresses of the memory.
    """

    def __init__(self, shared: Collection[int]) -> None:
        super().__init__()
        self.shared = shared

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run a function, unless it writes to shared memory."""
        kwargs = kwargs or {}
        for target in written(name_of(func), args, kwargs):
            refuse(target, self.shared)
        return func(*args, **kwargs)
