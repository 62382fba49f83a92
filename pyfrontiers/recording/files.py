"""Record files: JSON with a provenance, formatted so that runs can be compared line by line."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from pyfrontiers.arguments import checked
from pyfrontiers.provenance import Provenance

__all__ = ["load_record", "save_record", "write_whole"]

#: A table or list up to this many characters is written as one line.
_LINE = 240


@checked
def save_record(path: Path, provenance: Provenance, content: dict[str, Any]) -> Path:
    """Write a record, replacing an older one atomically.

    Args:
        path: The file; its folder is created if needed.
        provenance: Provenance of the content.
        content: Plain, finite JSON values.

    Returns:
        The file.

    Raises:
        ValueError: The folder cannot be written to, or a value is not a finite JSON value.

    """
    if not path.name:
        raise ValueError(f"path must be a file, got {str(path)!r}")
    text = _laid_out({"provenance": provenance.as_json(), **content}) + "\n"
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise ValueError(
            f"the record {path.name} cannot be written ({error.strerror}); record into a checkout "
            "that you may write to"
        ) from error
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never seen half written, even if the process is killed.

    Args:
        path: The file; it is replaced at once, and its folder is created if needed.
        content: Its bytes.

    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


@checked
def load_record(path: Path) -> tuple[Provenance, dict[str, Any]]:
    """Read a record written by :func:`save_record`.

    Returns:
        The provenance and the content.

    Raises:
        FileNotFoundError: There is no such record.
        ValueError: It is damaged; the message names the file and the reason.

    """
    text = path.read_text(encoding="utf-8")
    try:
        content = json.loads(text)
        if not isinstance(content, dict):
            raise ValueError("wanted a JSON object")
        return Provenance.from_json(content.pop("provenance", None)), content
    except ValueError as error:
        raise ValueError(f"the record {path.name} is damaged: {error}") from error


def _laid_out(value: Any, indent: str = "") -> str:
    """Format JSON: short values and lists of numbers on one line, others with a line per entry."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    flat = isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)
    if not isinstance(value, dict | list) or flat or len(text) <= _LINE:
        return text
    inner = indent + " "
    if isinstance(value, list):
        lines = [_laid_out(one, inner) for one in value]
        return "[\n" + ",\n".join(inner + line for line in lines) + f"\n{indent}]"
    lines = [f"{json.dumps(name)}: {_laid_out(one, inner)}" for name, one in value.items()]
    return "{\n" + ",\n".join(inner + line for line in lines) + f"\n{indent}}}"
