"""The two camps on interpretability, and the visitors' votes on this server."""

from __future__ import annotations

import secrets
from html import escape

import streamlit as st

from pyfrontiers.counts import counted
from pyfrontiers.limitations.ballot import Ballot
from pyfrontiers.limitations.camps import CAMPS, Camp
from streamlit_app import kit

__all__ = ["BALLOT", "quarrel"]

#: The votes since this server started, in memory only.
BALLOT = Ballot([camp.name for camp in CAMPS])
_VOTER = "camp-voter"


def quarrel() -> None:
    """Draw both camps and the vote."""
    kit.subheading(
        "Must a network explain itself?",
        "The field is divided. Read the best case of each camp, then vote.",
    )
    for column, camp in zip(st.columns(2, gap="medium"), CAMPS, strict=True):
        with column:
            st.html(_camp(camp))
    st.fragment(_vote)()


def _vote() -> None:
    voter = st.session_state.setdefault(_VOTER, secrets.token_hex(8))
    # Read before the buttons are drawn: a press changes their labels.
    with st.container(horizontal=True, vertical_alignment="center", key="camp-vote"):
        mine = BALLOT.choice_of(voter)
        for number, camp in enumerate(CAMPS):
            st.button(
                f"✓ {camp.name}" if mine == camp.name else camp.name,
                key=f"vote-{number}",
                on_click=BALLOT.vote,
                args=(voter, camp.name),
            )
        st.button(
            "Withdraw my vote",
            key="vote-back",
            type="tertiary",
            disabled=mine is None,
            on_click=BALLOT.withdraw,
            args=(voter,),
        )
    counts = BALLOT.counts()
    total = sum(counts.values())
    rows = "".join(
        f'<span>{escape(name)}</span><i style="--share:{100 * count / max(total, 1):.1f}%"></i>'
        f"<b>{count}</b>"
        for name, count in counts.items()
    )
    votes = counted(total, "vote")
    st.html(
        f'<div class="pf-votes" role="status" aria-label="{votes}">{rows}</div>'
        f'<p class="pf-origin">{votes} since this server started, one per visit. Votes are '
        "anonymous, counted in memory only, and gone when the server stops.</p>"
    )


def _camp(camp: Camp) -> str:
    arguments = "".join(
        f"<li>{escape(argument.text)}<small>"
        f'<a href="{escape(argument.source.url)}" target="_blank">'
        f"{escape(argument.source.text.partition(':')[0])}, {_year(argument.source.text)}</a>"
        "</small></li>"
        for argument in camp.arguments
    )
    return (
        f'<section class="pf-camp"><h4>{escape(camp.name)}</h4><p>{escape(camp.position)}</p>'
        f"<ol>{arguments}</ol></section>"
    )


def _year(source: str) -> str:
    return source.rstrip(".").rpartition(" ")[2]
