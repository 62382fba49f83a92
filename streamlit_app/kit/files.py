"""Read the HTML, CSS and JavaScript files next to a module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["text_beside"]


@cache
def text_beside(module: str, name: str) -> str:
    """Read a text file in a module's folder.

    Args:
        module: The module's ``__file__``.
        name: The file's name, such as ``"lab.css"``.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return Path(module).with_name(name).read_text(encoding="utf-8")
