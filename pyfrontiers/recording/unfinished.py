"""Where long runs of records are kept until the record is written."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["unfinished_folder"]

_PACKAGE = Path(__file__).resolve().parents[1]


def unfinished_folder(name: str, settings: object, packages: Sequence[str]) -> Path:
    """Return a folder of the user's cache for a run, which may hold what an interruption left.

    It is named after the settings and the code, so a change of either starts anew.

    Args:
        name: of the record.
        settings: what the run depends on; its `repr` counts.
        packages: the parts of this package whose code decides about the run, such as "depth".
    """
    from platformdirs import user_cache_path

    digest = blake2b(repr(settings).encode(), digest_size=8)
    for package in packages:
        for path in sorted((_PACKAGE / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return user_cache_path("pyfrontiers", appauthor=False) / name / digest.hexdigest()
