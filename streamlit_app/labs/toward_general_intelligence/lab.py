"""Give five points or five drawings to networks that have learned to learn, and to others."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.transfer import (
    curves_through,
    evaluate,
    help_of,
    meta_train,
    prior_curves,
    read_drawings,
    trained_networks,
)
from pyfrontiers.transfer.adaptation import adapt
from pyfrontiers.transfer.maml import maml
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, controls
from streamlit_app.labs.toward_general_intelligence.curves import curves_of, curves_part
from streamlit_app.labs.toward_general_intelligence.examples import EXAMPLES, example
from streamlit_app.labs.toward_general_intelligence.glyphs import glyphs_part, read
from streamlit_app.labs.toward_general_intelligence.pads import shipped
from streamlit_app.labs.toward_general_intelligence.prior import prior_of, prior_part
from streamlit_app.labs.toward_general_intelligence.record import found, record_part
from streamlit_app.labs.toward_general_intelligence.similarity import (
    similarity_chart,
    similarity_part,
)

_PARTS = {
    "Five points": curves_part,
    "Before any point": prior_part,
    "Five drawings": glyphs_part,
}


def draw() -> None:
    """Draw the open part, the map of tasks and the record."""
    title, place = controls.tabs("part", list(_PARTS))
    with place:
        # A fragment: a moved point redraws only this part.
        st.fragment(_PARTS[title])()
    similarity_part()
    st.fragment(record_part)()
    kit.runs_on_badge()


def prepare() -> None:
    """Read the records, and compute what a visitor sees first."""
    kit.prepare_figure("similarity", similarity_chart)
    for name in EXAMPLES:
        curves_of(example(name, SAMPLES[0]).points, 0)
    for name in trained_networks("regression"):
        prior_of(name, 1)
    read(shipped(SAMPLES[0])[0])


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(meta_train, maml, adapt, evaluate, curves_through, prior_curves, read_drawings, help_of),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "A network has learned to learn sine curves of one frequency. Given five points of a "
        "faster one, how does it compare with a network that has learned nothing?",
        ("it is better", "about as good", "it is worse"),
        right=2,
    ),
    question="What are five examples worth to a network that has learned other tasks before?",
    found=found,
    leads_to=("bayesian-neural-networks", "learning-to-learn"),
)
