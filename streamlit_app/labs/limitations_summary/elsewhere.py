"""The two tiles whose experiments are in other sections: attacks and uncertainty."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.lecture import section
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.recorded_claims import origin, record

__all__ = ["attacks", "uncertainty"]


def attacks() -> None:
    """Draw the recorded results on adversarial examples, and links to their sections."""
    kit.subheading(
        "How small a change fools it?",
        "An attack changes the input to raise the loss while the weights stay fixed. Two sections "
        "cover it: the attack itself, and examples that survive rotation, lighting and printing.",
    )
    _measured("C7", "C8")
    _links("adversarial-examples", "robust-adversarial-examples")


def uncertainty() -> None:
    """Draw the recorded results on uncertainty, and links to its sections."""
    kit.subheading(
        "Does it know what it doesn't know?",
        "Class probabilities sum to one for any input, so they can't express uncertainty about "
        "the model. The next part of the lecture learns a distribution over the weights and "
        "samples from it. The result below shows the cost of sampling: how many passes an estimate "
        "takes.",
    )
    _measured("C17")
    _links("probability-and-uncertainty", "bayesian-neural-networks", "dropout-sampling")


def _measured(*claims: str) -> None:
    for name in claims:
        kit.verdict(record(name).finding.sentence)
        origin(name, is_live=False)


def _links(*slugs: str) -> None:
    with st.container(horizontal=True, key="elsewhere"):
        for slug in slugs:
            item = section(slug)
            kit.page_link(slug, label=f"{item.number} {item.title} →")
