"""A cache of finished computations."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfrontiers.compute.jobs import Computation

__all__ = ["Results"]


class Results:
    """The most recently used results, limited in number and size.

    Args:
        entries: Maximum number of results.
        size: Maximum total size of pickled results in bytes. A single larger result is not kept.

    """

    def __init__(self, entries: int, size: int) -> None:
        self._entries = entries
        self._size = size
        self._kept: OrderedDict[str, Computation] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> Computation | None:
        """Return the computation for ``key`` and mark it as used, or return ``None``."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, computation: Computation) -> None:
        """Add a finished computation and evict the least recently used."""
        if len(computation.result) > self._size:
            return
        self._kept[computation.key] = computation
        self.bytes += len(computation.result)
        while len(self._kept) > self._entries or self.bytes > self._size:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= len(oldest.result)
