"""The recorded claims of the section, shown before any live run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims import recorded
from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome

__all__ = ["details", "origin", "record"]


def record(claim: str) -> Outcome:
    """Return the record of a claim of this page.

    Raises:
        LookupError: The package holds no record of it.
    """
    found = recorded(claim)
    if found is None:
        raise LookupError(f"claim {claim} has no record; `pyfrontiers reproduce {claim}` makes one")
    return found


def details(claim: str) -> dict[str, Any]:
    """Return the details stored with a claim's record."""
    return record(claim).measurement.details


def origin(claim: str, *, is_live: bool) -> None:
    """Show the origin of the figures above: the record, or a run made just now."""
    if is_live:
        kit.origin(None)
    else:
        found = record(claim)
        kit.origin(found.provenance, f"claim {claim}", f"{found.profile} run")
