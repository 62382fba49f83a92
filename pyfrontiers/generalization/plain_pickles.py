"""Read pickles of numbers, texts, containers and NumPy arrays without executing anything."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["load_plain_pickle"]


def load_plain_pickle(data: bytes) -> Any:
    """Read a pickle of any protocol, written by Python 2 or 3 and any version of NumPy.

    Strings of Python 2 become bytes. Every name other than those of plain arrays is rejected, so a
    malicious file cannot execute code.

    Args:
        data: The pickle.

    Returns:
        The object.

    Raises:
        pickle.UnpicklingError: It refers to another name.
        Exception: It is damaged; damaged pickles can raise almost any exception.

    """
    return _PlainUnpickler(io.BytesIO(data), encoding="bytes").load()


def _latin1(text: str, encoding: str) -> bytes:
    """Return the bytes that Python 3 stores as a string in pickles of old protocols."""
    if encoding not in ("latin1", b"latin1"):
        raise pickle.UnpicklingError(f"encoding must be latin1, got {encoding!r}")
    return text.encode("latin1")


def _empty_array(kind: Any, shape: Any, code: Any) -> np.ndarray[Any, Any]:
    """Replace NumPy's `_reconstruct`, which would create an instance of any array class."""
    if kind is not np.ndarray or shape != (0,):
        raise pickle.UnpicklingError("arrays must be plain NumPy arrays, got a subclass")
    return np.ndarray((0,), np.uint8)


def _array(data: Any, kind: Any, shape: Any, order: Any) -> np.ndarray[Any, Any]:
    """Replace NumPy's `_frombuffer`, of protocol 5."""
    if not isinstance(kind, np.dtype) or kind.hasobject or order not in ("C", "F"):
        raise pickle.UnpicklingError("arrays must be plain NumPy arrays of numbers")
    return np.frombuffer(data, dtype=kind).reshape(shape, order=order)


def _scalar(kind: Any, data: Any = None) -> Any:
    """Replace NumPy's `scalar`, which would unpickle objects."""
    if not isinstance(kind, np.dtype) or kind.hasobject or not isinstance(data, bytes | str):
        raise pickle.UnpicklingError("scalars must be plain numbers")
    raw = data if isinstance(data, bytes) else data.encode("latin1")
    return np.frombuffer(raw, dtype=kind, count=1)[0].item()


def _empty_bytes(*arguments: Any) -> bytes:
    """Replace `bytes` of Python 2 and `bytearray`, for texts only."""
    if not arguments:
        return b""
    text = arguments[0]
    if len(arguments) == 2 and isinstance(text, str):
        return _latin1(text, "latin1" if arguments[1] in ("latin-1", b"latin-1") else arguments[1])
    if isinstance(text, bytes):
        return text
    raise pickle.UnpicklingError("bytes must be made of a text")


_ALLOWED: dict[tuple[str, str], Callable[..., Any] | type] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    **{
        (f"numpy.{core}.{module}", name): replacement
        for core in ("core", "_core")
        for module, name, replacement in (
            ("multiarray", "_reconstruct", _empty_array),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _array),
        )
    },
    **{
        (module, name): _empty_bytes
        for module in ("builtins", "__builtin__")
        for name in ("bytes", "bytearray")
    },
    ("collections", "OrderedDict"): OrderedDict,
    ("_codecs", "encode"): _latin1,
}


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, strings, containers and NumPy arrays, and rejects all other names."""

    def find_class(self, module: str, name: str) -> Any:
        """Return an allowed object, or raise an UnpicklingError."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it refers to {module}.{name}, which plain data do not need; nothing was executed"
            ) from None
