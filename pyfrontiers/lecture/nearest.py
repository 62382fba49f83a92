"""Did-you-mean hints for unknown names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["hint"]


def hint(name: str, known: Collection[str]) -> str:
    """Return a sentence that suggests the most similar known name, or lists all of them."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.4)
    return f"did you mean {nearest[0]!r}?" if nearest else f"known names: {', '.join(known)}."
