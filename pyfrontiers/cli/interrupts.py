"""Whether Ctrl-C was pressed, also if the exception was lost on the way."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["INTERRUPTED", "remember_interrupts", "was_interrupted"]

INTERRUPTED = 130
"""Exit code of a command that SIGINT has ended."""

_seen: list[int] = []


def remember_interrupts() -> None:
    """Note each SIGINT before it raises KeyboardInterrupt.

    An import may catch that exception, and what it leaves undone raises another one later, such as
    an ImportError. An ignored SIGINT, as in a background job, stays ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _note)


def was_interrupted() -> bool:
    """Return whether a SIGINT was noted."""
    return bool(_seen)


def _note(number: int, frame: FrameType | None) -> None:
    _seen.append(number)
    signal.default_int_handler(number, frame)
