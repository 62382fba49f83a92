"""Results that are stored in a JSON record and read back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JsonRecord"]


class JsonRecord:
    """Base class of dataclasses of numbers, strings and tuples of these that are stored as JSON."""

    __slots__ = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values, with floats rounded to five significant digits."""
        return {name: _rounded(getattr(self, name)) for name in _names(type(self))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Recreate an instance from the output of :meth:`as_json`."""
        return cls(**{name: _frozen(stored[name]) for name in _names(cls)})


def _names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
