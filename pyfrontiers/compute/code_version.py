"""Version of the code, so that stored results do not outlive the code that made them."""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyfrontiers

__all__ = ["code_version"]

#: Packages whose version may change a figure.
_NUMERICAL = ("numpy", "torch", "scikit-learn", "scipy")


@functools.cache
def code_version() -> str:
    """Return the version of this process's code: release, digest of the package, libraries.

    The release number alone would return stale results after an edit or a pull. Reading all files
    takes about ten milliseconds, once.

    Returns:
        Such as ``"0.1.0+3f6c... torch=2.13.0 ..."``.

    """
    digest = hashlib.blake2b(digest_size=12)
    for folder in map(Path, pyfrontiers.__path__):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(folder).as_posix()}:{len(content)}:".encode())
                digest.update(content)
    libraries = " ".join(f"{name}={_installed(name)}" for name in _NUMERICAL)
    return f"{version('pyfrontiers')}+{digest.hexdigest()} {libraries}"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
