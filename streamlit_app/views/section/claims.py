"""Claim cards: the lecture's claim, the recorded result, and a measurement on this machine."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.claims import CLAIMS, recorded, reproduce
from pyfrontiers.lecture import section
from streamlit_app.kit.job import is_under_way, job_panel, start_job
from streamlit_app.kit.text import rich, unbroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.claims import Claim, Figure, Outcome

__all__ = ["claim_cards"]

_VERDICT = {"pass": "Passes", "fail": "Fails", "null": "No effect found"}


def claim_cards(slug: str) -> None:
    """Draw a card for each claim of a section.

    A card shows the published figure, the recorded result, and a button that starts a measurement.

    Args:
        slug: The section's slug.
    """
    for name in section(slug).claims:
        with st.container(key=f"claim-{name.lower()}"):
            _card(CLAIMS[name])


def _card(claim: Claim) -> None:
    st.html(_head(claim.id, claim.statement))
    claimed, on_record, here = st.columns(3, gap="medium")
    with claimed:
        paper = f"<p>{escape(unbroken(claim.paper))}</p>" if claim.paper else ""
        st.html(_part("Claimed", f"{paper}<p>Passes if {escape(unbroken(claim.rule))}.</p>"))
    with on_record:
        record = recorded(claim.id)
        st.html(_part("Recorded", _outcome(record) if record else "<p>No record yet.</p>"))
    with here:
        _live(claim)


def _live(claim: Claim) -> None:
    key = f"claim-{claim.id}"
    st.html(_part("Measured here", ""))
    outcome: Outcome | None = job_panel(key)
    if outcome is not None:
        st.html(_outcome(outcome))
    if is_under_way(key):
        return
    st.button(
        "Measure again" if outcome else "Measure now",
        key=f"measure-{claim.id}",
        on_click=start_job,
        args=(key, reproduce),
        kwargs={"label": f"Claim {claim.id}", "name": claim.id, "profile": "quick", "seed": 0},
    )


def _head(name: str, statement: str) -> str:
    return (
        f'<p class="pf-claim-name">Claim {escape(name)}</p>'
        f'<h3 class="pf-claim-statement">{escape(unbroken(statement))}</h3>'
    )


def _part(name: str, body: str) -> str:
    return f'<div class="pf-claim-part"><h4>{escape(name)}</h4>{body}</div>'


def _outcome(outcome: Outcome) -> str:
    return (
        f'<p class="pf-verdict pf-{outcome.status}">{_VERDICT[outcome.status]}</p>'
        f'<p class="pf-claim-finding">{rich(outcome.finding.sentence)}</p>'
        f"{_figures(outcome.finding.figures)}"
        f'<p class="pf-circumstances">{outcome.profile.capitalize()} run, '
        f"{outcome.provenance.seconds or 0:.1f} s, {escape(str(outcome.provenance))}</p>"
    )


def _figures(figures: Sequence[Figure]) -> str:
    """Return a collapsed table of figures, each with its interval below the value."""
    rows = "".join(
        f'<tr><th scope="row">{escape(unbroken(figure.name))}</th>'
        f"<td>{escape(unbroken(figure.value))}{_interval(figure.interval)}</td></tr>"
        for figure in figures
    )
    caption = (
        f"<caption>{unbroken('Grey: 95 % intervals')}</caption>"
        if any(figure.interval for figure in figures)
        else ""
    )
    return (
        '<details class="pf-claim-figures"><summary>All figures</summary>'
        f"<table>{caption}<tbody>{rows}</tbody></table></details>"
        if figures
        else ""
    )


def _interval(text: str) -> str:
    return f"<small>{escape(unbroken(text))}</small>" if text else ""
