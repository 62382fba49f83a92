"""Which sites may show the app in a frame, such as a course's learning platform."""

from __future__ import annotations

import os
import re

__all__ = ["VARIABLE", "checked_origins", "frame_ancestors"]

#: Environment variable with the origins, separated by spaces; ``--embed-in`` sets it.
VARIABLE = "PYFRONTIERS_EMBED_IN"

_ORIGIN = re.compile(
    r"https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::(\d{1,5}|\*))?", re.IGNORECASE
)
_MOST_PORT = 65535


def checked_origins(origins: list[str], name: str = VARIABLE) -> list[str]:
    """Validate origins and return them without trailing slashes.

    Args:
        origins: Such as ``["https://moodle.example.edu"]``; ``https://*.example.edu`` means every
            host below that domain.
        name: Name of the option or variable, for the error message.

    Raises:
        ValueError: One of them is not an origin.
    """
    trimmed = [origin.rstrip("/") for origin in origins]
    for origin in trimmed:
        match = _ORIGIN.fullmatch(origin)
        port = match[1] if match else None
        if match is None or (port and port != "*" and not 1 <= int(port) <= _MOST_PORT):
            raise ValueError(
                f"{name} must be an origin such as https://moodle.example.edu, without a path, "
                f"got {origin!r}."
            )
    return trimmed


def frame_ancestors() -> str:
    """Return the sources for the ``frame-ancestors`` directive of the Content-Security-Policy."""
    return " ".join(("'self'", *checked_origins(os.environ.get(VARIABLE, "").split())))
