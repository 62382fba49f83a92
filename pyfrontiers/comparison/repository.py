"""The benchmarks in `tests/benchmarks`, which are part of the repository and not of the package."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pyfrontiers

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["benchmarks", "in_repository"]

#: The folder that holds the package: the repository, unless the package was installed.
_ROOT = Path(pyfrontiers.__file__).resolve().parents[1]


def in_repository() -> bool:
    """Whether the package runs from the repository rather than from an installed wheel."""
    return (_ROOT / "tests" / "benchmarks" / "__init__.py").is_file()


def benchmarks(name: str) -> ModuleType:
    """Import a module of `tests.benchmarks`.

    Args:
        name: Such as ``"runner"``.

    Raises:
        FileNotFoundError: The package was installed from a wheel, without the repository.

    """
    if not in_repository():
        raise FileNotFoundError(
            "the benchmarks are in the repository (tests/benchmarks), not in the installed "
            "package; run 'make bench' in a checkout"
        )
    # An installed command has its script's folder on `sys.path`, not the repository.
    if str(_ROOT) not in sys.path:
        sys.path.append(str(_ROOT))
    return import_module(f"tests.benchmarks.{name}")
