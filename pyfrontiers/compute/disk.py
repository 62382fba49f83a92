"""Results of long computations on disk, so that the next start of the app need not repeat them."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from pathlib import Path

    import diskcache

__all__ = ["DiskResults", "default_folder"]

_LOGGER = logging.getLogger(__name__)

#: What a full, read-only, locked or damaged disk raises through the cache.
_TROUBLE = (OSError, sqlite3.Error, EOFError, ValueError)


def default_folder() -> Path:
    """Return where this user's results are kept, whether the folder exists or not."""
    return platformdirs.user_cache_path("pyfrontiers", appauthor=False) / "results"


class DiskResults:
    """Finished results as files, the oldest given up beyond a size.

    A disk that cannot be used costs a repetition, never a job: trouble is logged once and from then
    on nothing is kept. Several processes may share a folder.

    Args:
        folder: Where; made when first needed.
        size: Bytes at most.

    """

    def __init__(self, folder: Path, size: int = 512 * 2**20) -> None:
        self._folder = folder
        self._size = size
        self._cache: diskcache.Cache | None = None
        self._usable = True
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Give the pickled result under ``key``, or ``None``."""
        try:
            cache = self._open()
            found = None if cache is None else cache.get(key)
        except _TROUBLE as error:
            self._give_up(error)
            return None
        return _opened(found) if isinstance(found, bytes) else None

    def put(self, key: str, result: bytes) -> None:
        """Keep a pickled result; readers see all of it or nothing."""
        try:
            cache = self._open()
            if cache is None or len(result) > self._size // 4:
                return
            cache.set(key, _sealed(result))
            while cache.volume() > self._size:
                # Another process may empty the folder meanwhile.
                if (oldest := next(iter(cache), None)) is None:
                    break
                cache.delete(oldest)
        except _TROUBLE as error:
            self._give_up(error)

    def _open(self) -> diskcache.Cache | None:
        with self._lock:
            if self._cache is None and self._usable:
                import diskcache  # only those who keep results load it

                self._cache = diskcache.Cache(
                    str(self._folder),
                    # Its own eviction drops ten entries at a time, which may be all there are.
                    eviction_policy="none",
                    timeout=1.0,
                )
            return self._cache if self._usable else None

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            if self._usable:
                _LOGGER.warning(
                    "Results are no longer kept on disk: %s (%s). Delete the folder, or make it "
                    "writable, and start again.",
                    error,
                    self._folder,
                )
            self._usable = False


def _sealed(result: bytes) -> bytes:
    return hashlib.blake2b(result, digest_size=16).digest() + result


def _opened(sealed: bytes) -> bytes | None:
    """Take the seal off; None where a crash or a failing disk left something else behind it."""
    seal, result = sealed[:16], sealed[16:]
    return result if hashlib.blake2b(result, digest_size=16).digest() == seal else None
