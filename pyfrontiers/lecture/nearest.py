"""What to say to a name that nobody knows."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["hint"]


def hint(name: str, known: Collection[str]) -> str:
    """Return a sentence with the known name that is nearest, or with all of them."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.4)
    return f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known)}."
