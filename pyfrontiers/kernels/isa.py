"""Selects the instruction set of the compiled loops."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyfrontiers.kernels import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["available_isas", "current_isa", "use_isa"]


def available_isas() -> tuple[str, ...]:
    """Return the instruction sets this machine can run, fastest first, "scalar" last."""
    return _core.available_isas()


def current_isa() -> str:
    """Return the instruction set that calls of this thread use."""
    return _core.isa()


@contextmanager
def use_isa(name: str) -> Iterator[None]:
    """Use the loops of one instruction set for the calls of this thread inside the block.

    Only the speed changes, never the results; tests verify this.

    Args:
        name: "scalar", "avx2" or "avx512", among `available_isas()`.

    Raises:
        ValueError: this machine cannot run `name`.
    """
    before = _core.isa()
    if not _core.choose_isa(name):
        raise ValueError(
            f"name must be one of {', '.join(available_isas())} on this machine, got {name!r}"
        )
    try:
        yield
    finally:
        # Restores the previous one by name, so that blocks can be nested.
        _core.choose_isa(before)
