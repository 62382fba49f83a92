"""The records of the section's claims, which the page shows before a run."""

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
    """Return what a claim's record keeps for the page."""
    return record(claim).measurement.details


def origin(claim: str, *, is_live: bool) -> None:
    """Say where the figures above come from: the record, or a run that has just ended."""
    if is_live:
        kit.origin(None)
    else:
        found = record(claim)
        kit.origin(found.provenance, f"claim {claim}", f"{found.profile} run")
