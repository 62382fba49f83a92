"""Checks of the file that a command will write, before its work begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_output"]


def check_output(path: Path, *, suffix: str = "") -> None:
    """Check that a file can be written; its folder is created if it doesn't exist.

    Args:
        path: the file, from the option --output.
        suffix: ending that the name must have, such as ".png"; "" accepts any.

    Raises:
        ValueError: the name has another ending, or no file can be written there.
    """
    if suffix and path.suffix.lower() != suffix:
        raise ValueError(f"--output must end in {suffix}, got {path}")
    if path.is_dir():
        raise ValueError(f"--output must be a file, got the folder {path}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValueError(
            f"--output must be in a folder that can be written, got {path} ({reason})"
        ) from None
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"--output must be in a folder that can be written, got {path}")
