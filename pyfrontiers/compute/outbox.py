"""The updates that a worker has yet to send."""

from __future__ import annotations

import threading
import time
from collections import deque

from pyfrontiers.compute.tasks import Reported, Update

__all__ = ["Outbox"]

#: Seconds between progress reports; a newer report replaces a waiting one.
REPORT_INTERVAL = 0.05


class Outbox:
    """A queue of updates in which only the newest progress report waits."""

    def __init__(self) -> None:
        self._waiting: deque[Update] = deque()
        self._news = threading.Condition()
        self._next_report = 0.0

    def send(self, update: Update) -> None:
        """Queue an update; a progress report replaces a waiting one."""
        with self._news:
            last = self._waiting[-1] if self._waiting else None
            if isinstance(update, Reported) and isinstance(last, Reported):
                self._waiting.pop()
            self._waiting.append(update)
            self._news.notify()

    def take(self) -> Update:
        """Wait for the next update. Reports come at intervals, everything else at once."""
        with self._news:
            self._news.wait_for(
                lambda: any(not isinstance(update, Reported) for update in self._waiting),
                timeout=max(0.0, self._next_report - time.monotonic()),
            )
            self._news.wait_for(lambda: self._waiting)
            update = self._waiting.popleft()
            if isinstance(update, Reported):
                self._next_report = time.monotonic() + REPORT_INTERVAL
            return update
