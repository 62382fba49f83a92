"""A queue of an executor's events, for the thread that polls them."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfrontiers.compute.tasks import Event

__all__ = ["EventQueue"]


class EventQueue:
    """Events in chronological order, put by any thread."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """Add an event."""
        self._events.put(event)

    def close(self) -> None:
        """Wake :meth:`poll`, now and whenever it is called again."""
        self._events.put(None)

    def poll(self, timeout: float | None = None) -> list[Event]:
        """Wait for an event; return it and all others that are ready.

        Args:
            timeout: Maximum number of seconds to wait; ``None`` waits indefinitely.

        """
        found: list[Event] = []
        try:
            while (event := self._events.get(not found, timeout)) is not None:
                found.append(event)
        except queue.Empty:
            return found
        self._events.put(None)
        return found
