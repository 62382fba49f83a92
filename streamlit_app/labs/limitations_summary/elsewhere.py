"""The tiles whose experiments are sections of their own: attacks and uncertainty."""

from __future__ import annotations

from html import escape

import streamlit as st

from pyfrontiers.lecture import section
from streamlit_app.kit.link import page_link
from streamlit_app.kit.text import unbroken
from streamlit_app.labs.limitations_summary.drawing import lead
from streamlit_app.labs.limitations_summary.recorded_claims import record

__all__ = ["attacks", "uncertainty"]


def attacks() -> None:
    """Draw what was measured about adversarial examples, and the way there."""
    lead(
        "How small a change fools it?",
        "An attack changes the input to raise the loss while the weights stay. Two sections are "
        "about it: the attack itself, and examples that survive turning, light and print.",
    )
    _measured("C7", "C8")
    _links("adversarial-examples", "robust-adversarial-examples")


def uncertainty() -> None:
    """Draw what was measured about uncertainty, and the way there."""
    lead(
        "Does it know what it does not know?",
        "Class probabilities sum to one for any input, so they are no doubt. The lecture's next "
        "part is about what is: a distribution over the weights, and how to sample from it.",
    )
    _measured("C17")
    _links("probability-and-uncertainty", "bayesian-neural-networks", "dropout-sampling")


def _measured(*claims: str) -> None:
    for name in claims:
        found = record(name)
        st.html(
            f'<p class="pf-finding">{escape(unbroken(found.finding.text))}</p>'
            f'<p class="pf-lab-origin">Recorded: claim {name}, {found.provenance}.</p>'
        )


def _links(*slugs: str) -> None:
    with st.container(horizontal=True, key="elsewhere"):
        for slug in slugs:
            item = section(slug)
            page_link(slug, label=f"{item.number} {item.title} →")
