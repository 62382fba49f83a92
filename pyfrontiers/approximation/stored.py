"""Results that go into a record file and come back from it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Stored"]


class Stored:
    """A frozen dataclass of numbers, texts and tuples of them that can be kept as JSON."""

    __slots__ = ()

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON values, figures rounded to five digits; :meth:`read` takes them back."""
        return {name: _rounded(getattr(self, name)) for name in _names(type(self))}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Make a result of what :meth:`as_json` gave."""
        return cls(**{name: _frozen(stored[name]) for name in _names(cls)})


def _names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
