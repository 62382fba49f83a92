"""What the page shows before anything ran: the records of the section's claims."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.claims import recorded

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


def origin(claim: str, *, live: bool) -> None:
    """Say where the figures above come from: the record, or a run that has just ended."""
    if live:
        line = "Measured here just now."
    else:
        found = record(claim)
        line = f"Recorded: claim {claim}, {found.profile} run, {found.provenance}."
    st.html(f'<p class="pf-lab-origin">{escape(line)}</p>')
