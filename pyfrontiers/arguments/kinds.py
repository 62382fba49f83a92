"""Conversions for annotations: functions that convert a value or raise."""

from __future__ import annotations

import collections.abc
import inspect
import os
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyfrontiers.arguments.described import article, described
from pyfrontiers.arguments.shapes import Array, Sizes, _Shaped
from pyfrontiers.arguments.values import (
    NotFinite,
    Range,
    as_choice,
    as_flag,
    as_integer,
    as_number,
    as_sequence,
)

Convert = Callable[[str, Any, Sizes], Any]
"""Converts a named value, given the dimension sizes of the call's tensors so far."""

_SIMPLE: dict[Any, Callable[[str, Any], Any]] = {
    int: as_integer,
    float: as_number,
    bool: as_flag,
}
_WORDS = {
    "builtins.int": "an integer",
    "builtins.float": "a number",
    "builtins.bool": "True or False",
    "builtins.str": "a string",
    "builtins.bytes": "bytes",
    "pathlib.Path": "a path",
    "torch.Tensor": "a tensor",
    "torch.device": "a device",
    "torch.nn.modules.module.Module": "a torch.nn.Module",
    "numpy.ndarray": "an array",
}
"""Names of classes in messages; keyed by name, so that their libraries are not imported."""
_SEQUENCES = (
    *(tuple, list, set, frozenset),
    *(collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection),
)


def kind_of(hint: Any) -> Convert:
    """Return the conversion for an annotation; unknown annotations accept everything."""
    if hint in _SIMPLE:
        simple = _SIMPLE[hint]
        return lambda name, value, _: simple(name, value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is typing.Literal:
        return lambda name, value, _: as_choice(name, value, arguments)
    if origin in _SEQUENCES:
        return _sequence(origin, arguments)
    if isinstance(hint, typing.TypeVar) and inspect.isclass(hint.__bound__):
        return _instance(hint.__bound__)
    if origin is collections.abc.Callable or hint is collections.abc.Callable:
        return _callable
    if hint is Path:
        return _path
    if _qualified(hint) == "torch.device":
        return _device
    known = origin or hint
    if _qualified(known) == "numpy.ndarray":
        return Array("...").accept
    if not inspect.isclass(known) or known in (object, Any):  # a class from Python 3.11 on
        return lambda name, value, _: value
    if getattr(known, "_is_protocol", False):
        return _protocol(known)
    return _instance(known)


def _annotated(hint: Any, marks: tuple[Any, ...]) -> Convert:
    for mark in marks:
        if isinstance(mark, _Shaped):
            return mark.accept
        if isinstance(mark, NotFinite):
            return lambda name, value, _: as_number(name, value, finite=False)
        if isinstance(mark, Range):
            limits: dict[str, Any] = {"least": mark.least, "most": mark.most}
            simple: Any = _SIMPLE[hint]
            return lambda name, value, _: simple(name, value, **limits)
    return kind_of(hint)


def _union(hints: tuple[Any, ...]) -> Convert:
    optional = type(None) in hints
    members = [hint for hint in hints if hint is not type(None)]
    devices = [hint for hint in members if _qualified(hint) == "torch.device"]
    members = devices or members
    kinds = [kind_of(hint) for hint in members]
    names = list(dict.fromkeys(_noun(hint) for hint in members))
    wanted = " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)

    def convert(name: str, value: Any, sizes: Sizes) -> Any:
        if value is None and optional:
            return None
        errors: list[Exception] = []
        for kind in kinds:
            try:
                return kind(name, value, sizes)
            except (TypeError, ValueError) as error:
                errors.append(error)
        # If a value has the right type but is out of range, report that instead of all types.
        wrong = [error for error in errors if isinstance(error, ValueError)]
        if wrong or len(errors) == 1:
            raise (wrong or errors)[0]
        raise TypeError(f"{name} must be {wanted}, got {described(value)}")

    return convert


def _sequence(origin: Any, arguments: tuple[Any, ...]) -> Convert:
    fixed = origin is tuple and Ellipsis not in arguments
    inner = [kind_of(hint) for hint in arguments if hint is not Ellipsis]
    made = origin if origin in (tuple, list, set, frozenset) else tuple
    objects = all(inspect.isclass(hint) and hint not in _SIMPLE for hint in arguments)

    def convert(name: str, value: Any, sizes: Sizes) -> Any:
        if made is tuple and objects and _made_on_demand(value):
            return value
        elements = as_sequence(name, value)
        if fixed and len(elements) != len(inner):
            raise ValueError(f"{name} must have {len(inner)} elements, got {described(value)}")
        kinds = inner if fixed else inner[:1] * len(elements)
        return made(
            kind(f"{name}[{i}]", element, sizes)
            for i, (kind, element) in enumerate(zip(kinds, elements, strict=True))
        )

    return convert


def _made_on_demand(value: Any) -> bool:
    """Return whether a sequence computes its elements, such as `StreetScenes`.

    Converting it would compute all of them.
    """
    ready = (list, tuple, range, str, bytes, bytearray, memoryview)
    return isinstance(value, collections.abc.Sequence) and not isinstance(value, ready)


def _callable(name: str, value: Any, _: Sizes) -> Any:
    if inspect.isclass(value):
        raise TypeError(
            f"{name} must be a function or an instance, got the class {value.__name__}; "
            f"{value.__name__}() makes an instance"
        )
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {described(value)}")
    return value


def _path(name: str, value: Any, _: Sizes) -> Path:
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be a path, got {described(value)}")
    return Path(value)


def _device(name: str, value: Any, _: Sizes) -> Any:
    import torch

    if not isinstance(value, str | torch.device):
        raise TypeError(f"{name} must be a device such as 'cpu', got {described(value)}")
    try:
        return torch.device(value)
    except RuntimeError:
        raise ValueError(f"{name} must be a device such as 'cpu', got {value!r}") from None


def _instance(known: type) -> Convert:
    def convert(name: str, value: Any, _: Sizes) -> Any:
        if not isinstance(value, known):
            raise TypeError(f"{name} must be {_noun(known)}, got {described(value)}")
        return value

    return convert


def _protocol(known: type) -> Convert:
    methods = [name for name in vars(known) if name == "__call__" or not name.startswith("_")]
    if methods == ["__call__"]:
        return _callable

    def convert(name: str, value: Any, _: Sizes) -> Any:
        if inspect.isclass(value) or not all(hasattr(value, method) for method in methods):
            raise TypeError(
                f"{name} must be {_noun(known)} with {', '.join(methods)}, got {described(value)}"
            )
        return value

    return convert


def _noun(hint: Any) -> str:
    """Return an annotation in words, for an error that lists several types."""
    origin = typing.get_origin(hint) or hint
    if origin is typing.Annotated:
        return _noun(typing.get_args(hint)[0])
    if origin in _SEQUENCES:
        return "a sequence"
    if (known := _WORDS.get(_qualified(origin))) is not None:
        return known
    name = getattr(origin, "__name__", str(origin))
    return f"{article(name)} {name}"


def _qualified(hint: Any) -> str:
    return f"{getattr(hint, '__module__', '')}.{getattr(hint, '__qualname__', '')}"
