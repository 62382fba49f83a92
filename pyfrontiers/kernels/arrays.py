"""Arrays of other libraries: accepts NumPy, CuPy, JAX and DLPack arrays and returns the same kind.

The kernels work on torch tensors. `adopts_arrays` lets a function also take the arrays of another
library: they become tensors over the same memory, without a copy, and results are converted back in
the same way. The function's first argument determines the library; all others must be of the same
one.

Memory is shared through NumPy or through DLPack, version 1 where the library supports it. Copies
are made only of what no tensor can describe (misaligned or byte-offset NumPy memory) and by the
other library itself, as JAX does with results that its device wants aligned differently.

Read-only arrays, such as all of JAX's, are accepted as inputs and rejected as `out`.

With CUDA the exchange follows DLPack's rules: work waits for the other library's stream when an
array comes in, and for torch's current stream when a result goes out. Streams wait on the device;
the host is never blocked.
"""

from __future__ import annotations

import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

import numpy as np
import torch
from torch import Tensor
from torch.utils.dlpack import from_dlpack

from pyfrontiers.kernels import _core

if TYPE_CHECKING:
    from collections.abc import Callable


class SupportsDLPack(Protocol):
    """An array that supports DLPack."""

    def __dlpack__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a capsule."""

    def __dlpack_device__(self) -> Any:
        """Return the device's type and index."""


P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
ArrayT = TypeVar("ArrayT", bound=SupportsDLPack)


class OneArray(Protocol[P]):
    """A function that returns one tensor, extended to other arrays."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Tensor: ...
    @overload
    def __call__(self, first: ArrayT, /, *args: Any, **kwargs: Any) -> ArrayT: ...


class TwoArrays(Protocol[P]):
    """A function that returns two tensors, extended to other arrays."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> tuple[Tensor, Tensor]: ...
    @overload
    def __call__(self, first: ArrayT, /, *args: Any, **kwargs: Any) -> tuple[ArrayT, ArrayT]: ...


class OtherArrays(Protocol[P, R_co]):
    """A function that returns a named tuple of tensors, extended to other arrays."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(self, first: SupportsDLPack, /, *args: Any, **kwargs: Any) -> Any: ...


@overload
def adopts_arrays(function: Callable[P, Tensor]) -> OneArray[P]: ...
@overload
def adopts_arrays(function: Callable[P, tuple[Tensor, Tensor]]) -> TwoArrays[P]: ...
@overload
def adopts_arrays(function: Callable[P, R_co]) -> OtherArrays[P, R_co]: ...
def adopts_arrays(function: Callable[..., Any]) -> Any:
    """Let a function of tensors take arrays of other libraries and return the same kind.

    The first argument determines the library. Every other argument that is an array, or a tuple of
    arrays, must be of the same one; `out` is written to and returned itself.
    """
    names = tuple(inspect.signature(function).parameters)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else kwargs.get(names[0])
        if type(first) is Tensor or not _is_foreign(first):
            return function(*args, **kwargs)
        adopted = [_adopt(n, value, first, names[0]) for n, value in zip(names, args, strict=False)]
        adopted += args[len(names) :]  # too many: Python raises its own error
        named = {n: _adopt(n, value, first, names[0]) for n, value in kwargs.items()}
        out = kwargs.get("out")
        if out is None:
            return _give_back(function(*adopted, **named), first)
        _check_writable(out)
        function(*adopted, **named)
        if named["out"].is_cuda:
            _array_from(named["out"], first)  # makes its stream wait for the writes
        return out

    return call


def _is_foreign(value: Any) -> bool:
    if isinstance(value, (Tensor, type)):
        return False
    return isinstance(value, np.ndarray) or hasattr(type(value), "__dlpack__")


def _library(value: Any) -> str:
    root = type(value).__module__.partition(".")[0]
    return {"jaxlib": "jax"}.get(root, root)


def _adopt(name: str, value: Any, first: Any, first_name: str) -> Any:
    """Return an argument with its arrays as tensors."""
    if type(value) in (tuple, list):
        return type(value)(_adopt(name, each, first, first_name) for each in value)
    if not (isinstance(value, Tensor) or _is_foreign(value)):
        return value
    if _library(value) != _library(first):
        raise TypeError(
            f"{name} must be an array of {_library(first)} like {first_name}, got one of "
            f"{_library(value)}"
        )
    return (
        _tensor_from_numpy(name, value) if isinstance(value, np.ndarray) else _tensor(name, value)
    )


def _tensor_from_numpy(name: str, array: np.ndarray) -> Tensor:
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError(f"{name} must be an array without a mask, got a masked array")
    if not array.dtype.isnative:
        raise TypeError(f"{name} must have this machine's byte order, got dtype {array.dtype.str}")
    if any(step < 0 for step in array.strides):
        raise ValueError(
            f"{name} must have no negative strides, got {array.strides}; numpy.ascontiguousarray "
            "makes a copy without them"
        )
    if not array.flags.aligned or any(step % array.itemsize for step in array.strides):
        if name == "out":
            raise ValueError(
                "out must have its elements at multiples of their size, got misaligned memory"
            )
        array = array.copy()
    if array.dtype.name == "bfloat16":  # from ml_dtypes; torch.from_numpy does not support it
        return _same_memory(name, array.view(np.uint16)).view(torch.bfloat16)
    return _same_memory(name, array)


def _same_memory(name: str, array: np.ndarray) -> Tensor:
    if array.flags.writeable:
        try:
            return torch.from_numpy(array)
        except TypeError:
            raise TypeError(f"{name} must hold numbers, got dtype {array.dtype}") from None
    try:
        return from_dlpack(array)  # like from_numpy, but without its warning
    except BufferError:
        return torch.from_numpy(array.copy())  # this NumPy exports no read-only memory


def _tensor(name: str, array: Any) -> Tensor:
    try:
        return from_dlpack(array)
    except (AttributeError, BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must be an array with values, got {type(array).__name__}, which exports no "
            f"memory ({error}); inside a traced function, call through the library's own callback"
        ) from error


def _check_writable(out: Any) -> None:
    if isinstance(out, np.ndarray):
        read_only = not out.flags.writeable
    else:
        try:
            # Only reads the flag, so no stream needs to wait.
            stream = {} if out.__dlpack_device__()[0] == 1 else {"stream": -1}
            read_only = _core.is_read_only(out.__dlpack__(max_version=(1, 0), **stream))
        except TypeError:
            read_only = False  # before DLPack 1.0 there is no such flag
        read_only = read_only or _library(out) == "jax"  # exports without the flag but is immutable
    if read_only:
        raise ValueError(f"out must be writable, got a read-only array of {_library(out)}")


def _give_back(result: Any, first: Any) -> Any:
    """Return results with their tensors as arrays of the library of `first`."""
    if isinstance(result, Tensor):
        return _array_from(result, first)
    if isinstance(result, tuple):
        arrays = [_give_back(each, first) for each in result]
        return type(result)(*arrays) if hasattr(result, "_fields") else tuple(arrays)
    return result


def _array_from(tensor: Tensor, first: Any) -> Any:
    if isinstance(first, np.ndarray):
        if tensor.dtype == torch.bfloat16:
            return tensor.view(torch.uint16).numpy().view(first.dtype)
        return tensor.numpy()
    if hasattr(first, "__array_namespace__"):
        return first.__array_namespace__().from_dlpack(tensor)
    return sys.modules[type(first).__module__.partition(".")[0]].from_dlpack(tensor)
