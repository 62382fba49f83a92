"""The duration of a run that may be interrupted."""

from __future__ import annotations

from time import perf_counter
from typing import Any

__all__ = ["Clock"]


class Clock:
    """Counts the seconds of a run; as one of its `parts`, also those before an interruption.

    What a killed run did after its last checkpoint is done again, and not counted.
    """

    def __init__(self) -> None:
        self._begin, self._earlier = perf_counter(), 0.0

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return self._earlier + perf_counter() - self._begin

    def state_dict(self) -> dict[str, Any]:
        """Return the seconds so far."""
        return {"seconds": self.seconds}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Add the seconds that :meth:`state_dict` returned in an earlier part of the run."""
        self._earlier = float(state["seconds"])
