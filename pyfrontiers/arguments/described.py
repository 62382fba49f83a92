"""Short descriptions of values for error messages."""

from __future__ import annotations

import inspect
import sys
from typing import Any

_LONGEST = 60


def is_a(value: Any, module: str, *names: str) -> bool:
    """Return whether a value is an instance of a class of torch or NumPy, without importing them.

    Args:
        value: any value.
        module: "torch" or "numpy"; if it is not imported, no value can be an instance.
        names: names of classes in the module.
    """
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, tuple(getattr(loaded, n) for n in names))


def is_tensor(value: Any) -> bool:
    """Return whether a value is a torch tensor."""
    return is_a(value, "torch", "Tensor")


def has_values(value: Any) -> bool:
    """Return whether a tensor's values can be read: it is dense and not on the device meta."""
    return value.device.type != "meta" and str(value.layout) == "torch.strided"


def is_array(value: Any) -> bool:
    """Return whether a value is a NumPy array."""
    return is_a(value, "numpy", "ndarray")


def described(value: Any) -> str:
    """Return the text after "got" in an error message: the value if it is short, else its type."""
    if is_tensor(value):
        if value.is_nested:
            return "a nested tensor"
        if value.ndim == 0 and value.device.type != "meta":
            return f"a tensor of {value.item()!r}"
        return f"a tensor of shape {tuple(value.shape)} and {value.dtype}"
    if is_array(value):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if is_a(value, "numpy", "generic"):
        return repr(value.item())
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return _shortened(repr(value))
    if isinstance(value, tuple | list | set | dict) and _is_plain(value):
        return _shortened(repr(value))
    return f"{article(type(value).__name__)} {type(value).__name__}"


def article(noun: str) -> str:
    """Return "a" or "an" for a noun."""
    return "an" if noun[:1].lower() in "aeiou" and not noun.startswith("uint") else "a"


def _is_plain(value: Any) -> bool:
    plain = bool | int | float | str | bytes | None
    parts = value.values() if isinstance(value, dict) else value
    return len(value) <= 16 and all(isinstance(part, plain) for part in parts)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
