"""The sections' experiments: one package each, named after the section's slug.

``labs/<slug with underscores>/lab.py`` defines ``LAB``. Pages, the badge on the contents page, the
warm-up and the tests find it there; there is no list to maintain.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit_app.kit.lab import Lab

__all__ = ["lab_of", "labs"]


@cache
def labs() -> frozenset[str]:
    """Return the slugs of the sections that have an experiment, without importing any."""
    return frozenset(
        found.name.replace("_", "-") for found in iter_modules(__path__) if found.ispkg
    )


def lab_of(slug: str) -> Lab | None:
    """Import the experiment of a section, or return ``None`` if it has none.

    Args:
        slug: The section's slug.
    """
    if slug not in labs():
        return None
    found: Lab = import_module(f"{__name__}.{slug.replace('-', '_')}.lab").LAB
    return found
