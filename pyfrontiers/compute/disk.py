"""Results of long computations on disk, for later starts of the app."""

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

#: Errors that a full, read-only, locked or damaged disk raises in the cache.
_DISK_ERRORS = (OSError, sqlite3.Error, EOFError, ValueError)


def default_folder() -> Path:
    """Return the folder of the user's results, whether or not it exists."""
    return platformdirs.user_cache_path("pyfrontiers", appauthor=False) / "results"


class DiskResults:
    """Finished results as files; beyond a total size, the oldest are deleted.

    Jobs never fail because of the disk: the first error is logged, and then nothing more is stored.
    Several processes may share a folder.

    Args:
        folder: Folder of the files, created when first needed.
        size: Maximum total size in bytes.

    """

    def __init__(self, folder: Path, size: int = 512 * 2**20) -> None:
        self._folder = folder
        self._size = size
        self._cache: diskcache.Cache | None = None
        self._usable = True
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return the pickled result for ``key``, or ``None``."""
        try:
            cache = self._open()
            found = None if cache is None else cache.get(key)
        except _DISK_ERRORS as error:
            self._give_up(error)
            return None
        return _checked(found) if isinstance(found, bytes) else None

    def put(self, key: str, result: bytes) -> None:
        """Store a pickled result atomically."""
        try:
            cache = self._open()
            if cache is None or len(result) > self._size // 4:
                return
            cache.set(key, _with_checksum(result))
            while cache.volume() > self._size:
                # Another process may have emptied the folder.
                if (oldest := next(iter(cache), None)) is None:
                    break
                cache.delete(oldest)
        except _DISK_ERRORS as error:
            self._give_up(error)

    def _open(self) -> diskcache.Cache | None:
        with self._lock:
            if self._cache is None and self._usable:
                import diskcache  # loaded only if results are stored

                self._cache = diskcache.Cache(
                    str(self._folder),
                    # The built-in eviction drops ten entries at a time, which may be all of them.
                    eviction_policy="none",
                    timeout=1.0,
                )
            return self._cache if self._usable else None

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            if self._usable:
                _LOGGER.warning(
                    "Results are no longer stored on disk: %s (%s). Delete the folder or make it "
                    "writable, then restart.",
                    error,
                    self._folder,
                )
            self._usable = False


def _with_checksum(result: bytes) -> bytes:
    return hashlib.blake2b(result, digest_size=16).digest() + result


def _checked(stored: bytes) -> bytes | None:
    """Check and remove the checksum; None if a crash or a failing disk damaged the result."""
    checksum, result = stored[:16], stored[16:]
    return result if hashlib.blake2b(result, digest_size=16).digest() == checksum else None
