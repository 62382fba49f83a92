"""A `__repr__` of one line for results that hold tensors: shapes instead of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from torch import Tensor

__all__ = ["one_line"]


def one_line(self: Any) -> str:
    """Return the fields of a dataclass in one line; those that are None are left out.

    A tensor is given by its shape, a sequence by its length and the type of its first entry, a
    mapping by its first entry. Results that use this function too are spelled out; of any other
    object the type is named. No element of a tensor is read.

    Set it in the body of the class, for `dataclass` keeps a `__repr__` that it finds there:

        @dataclass(frozen=True)
        class Result:
            samples: Tensor
            __repr__ = one_line
    """
    values = {each.name: getattr(self, each.name) for each in fields(self) if each.repr}
    shown = ", ".join(f"{k}={_short(v)}" for k, v in values.items() if v is not None)
    return f"{type(self).__name__}({shown})"


def _short(value: Any) -> str:
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool | int | str) or vars(type(value)).get("__repr__") is one_line:
        return repr(value)
    if isinstance(value, Mapping):
        first = [f"{key!r}: {_short(entry)}" for key, entry in list(value.items())[:1]]
        return f"{{{', '.join(first + [f'{len(value) - 1} more'] * (len(value) > 1))}}}"
    if isinstance(value, Sequence):
        return f"[{len(value)} {type(value[0]).__name__}]" if len(value) else "[]"
    return type(value).__name__
