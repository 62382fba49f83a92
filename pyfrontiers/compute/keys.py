"""Keys of computations: equal function, parameters and version give equal keys.

A key is the same in every process and on every machine: it hashes values, never addresses, hash
seeds or pickles, whose bytes depend on object identity.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any

__all__ = ["Reference", "job_key", "reference_to"]

#: Module and qualified name, enough to import an object in another process.
Reference = tuple[str, str]

_KEYED = (
    "None, bool, int, float, complex, str, bytes, tuple, list, dict, set, enum, path, dataclass, "
    "numpy array, torch tensor, or an importable function or class"
)


def reference_to(target: Any) -> Reference:
    """Return the name under which another process can import a function or class.

    Args:
        target: A top-level function, or an attribute of a top-level class.

    Returns:
        Module name and qualified name.

    Raises:
        TypeError: It has no such name, is local or a lambda, or is defined in ``__main__``.

    """
    module, name = getattr(target, "__module__", None), getattr(target, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        raise TypeError(
            f"function must be a top-level function, got {target!r}, which has no importable name"
        )
    if module == "__main__":
        raise TypeError(
            f"function must be in a module that can be imported, got {name} from the main script "
            "(__main__), which workers do not run"
        )
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is not target:
        raise TypeError(
            f"function must be at the top level of a module, got {module}.{name}, which cannot be "
            "imported under that name (a lambda, a local or a replaced function)"
        )
    return module, name


def job_key(function: Reference, parameters: Mapping[str, Any], version: str) -> str:
    """Hash a computation.

    Args:
        function: Module and qualified name.
        parameters: Keyword arguments. Arrays count by dtype, shape and bytes; sequences by kind
            and order; mappings and sets by content.
        version: Version of the code; results of other versions are not reused.

    Returns:
        32 hexadecimal digits.

    Raises:
        TypeError: A parameter has no canonical form; the message names it.

    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (*function, version):
        _feed(digest, part, "")
    for name in sorted(parameters):
        _feed(digest, name, name)
        _feed(digest, parameters[name], name)
    return digest.hexdigest()


def _put(digest: hashlib.blake2b, tag: str, content: bytes | memoryview) -> None:
    # The length separates neighbours: ("ab", "c") differs from ("a", "bc").
    size = content.nbytes if isinstance(content, memoryview) else len(content)
    digest.update(f"{tag}:{size}:".encode())
    digest.update(content)


def _feed(digest: hashlib.blake2b, value: Any, name: str) -> None:
    """Add a value of the parameter ``name`` to the digest."""
    if isinstance(value, Enum):
        _put(digest, "enum", f"{'.'.join(reference_to(type(value)))}.{value.name}".encode())
    elif value is None or type(value) in (bool, int, float, complex):
        _put(digest, type(value).__name__, repr(value).encode())
    elif type(value) is str:
        _put(digest, "str", value.encode("utf-8", "surrogatepass"))
    elif isinstance(value, bytes | bytearray | memoryview):
        _put(digest, "bytes", bytes(value))
    elif isinstance(value, PurePath):
        _put(digest, "path", str(value).encode("utf-8", "surrogatepass"))
    elif isinstance(value, tuple | list):
        _put(digest, type(value).__name__, str(len(value)).encode())
        for item in value:
            _feed(digest, item, name)
    elif isinstance(value, Mapping):
        _feed_unordered(digest, "map", [(k, v) for k, v in value.items()], name)
    elif isinstance(value, set | frozenset):
        _feed_unordered(digest, "set", list(value), name)
    elif is_dataclass(value) and not isinstance(value, type):
        _put(digest, "dataclass", ".".join(reference_to(type(value))).encode())
        for field in fields(value):
            _feed(digest, getattr(value, field.name), f"{name}.{field.name}")
    elif not _feed_array(digest, value):
        _feed_named(digest, value, name)


def _feed_unordered(digest: hashlib.blake2b, tag: str, items: list[Any], name: str) -> None:
    parts = []
    for item in items:
        inner = hashlib.blake2b(digest_size=16)
        _feed(inner, item, name)
        parts.append(inner.digest())
    _put(digest, tag, b"".join(sorted(parts)))


def _feed_array(digest: hashlib.blake2b, value: Any) -> bool:
    """Add a numpy array or scalar or a dense torch tensor; return whether it was one.

    Imports neither package: if the value is one of theirs, it is already imported.
    """
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        if value.layout is not torch.strided or value.is_quantized or value.is_meta:
            return False
        _put(digest, "tensor", f"{value.dtype} {tuple(value.shape)}".encode())
        flat = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        _put(digest, "data", memoryview(flat.view(torch.uint8).numpy()))
        return True
    if numpy is not None and isinstance(value, numpy.ndarray | numpy.generic):
        if value.dtype.hasobject:
            return False
        _put(digest, "array", f"{value.dtype.descr!r} {value.shape}".encode())
        _put(digest, "data", numpy.asarray(value).tobytes())
        return True
    return False


def _feed_named(digest: hashlib.blake2b, value: Any, name: str) -> None:
    try:
        reference = reference_to(value)
    except TypeError:
        pass
    else:
        _put(digest, "name", ".".join(reference).encode())
        return
    raise TypeError(
        f"{name} must be {_KEYED}, got a {type(value).__module__}.{type(value).__qualname__}, "
        "which has no canonical form for comparison"
    )
