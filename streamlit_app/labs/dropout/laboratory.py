"""The laboratory as it stands on the page."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.claims.c17 import study
from pyfrontiers.uncertainty import mc_dropout, open_passes, running_moments
from streamlit_app.labs.dropout.charts import (
    convergence_charts,
    passes_chart,
    prepare_charts,
    slope_chart,
    turning_chart,
)
from streamlit_app.labs.dropout.drawing import choose_image, draw_network
from streamlit_app.labs.dropout.reading import show_reading
from streamlit_app.labs.dropout.results import (
    MOST_PASSES,
    class_probabilities,
    drawing,
    passes,
    summary,
    turning,
)
from streamlit_app.shell import job_panel, runs_on_badge, start_job

#: What the page lists below the experiment.
CODE = (passes, drawing, summary, mc_dropout, open_passes, running_moments)

_FIRST, _FIRST_P = "hard-first", 0.5
_FIRST_T = 50
_JOB = "convergence-study"


def experiment() -> None:
    """Draw the laboratory: the part that answers at once, then the long study."""
    st.fragment(_sampling)()
    _study()


def prepare() -> None:
    """Compute what the first visitor sees, so that nobody waits for weights and charts."""
    drawing(_FIRST, _FIRST_P)
    turning(_FIRST, _FIRST_P)
    summary(_FIRST, _FIRST_P, _FIRST_T)
    prepare_charts(class_probabilities(_FIRST, _FIRST_P)[:_FIRST_T])


def _sampling() -> None:
    state = st.session_state
    state.setdefault("dropout-image", _FIRST)
    slug: str = state["dropout-image"]

    def choose(picked: str) -> None:
        state["dropout-image"] = picked

    choose_image(slug, choose)
    left, right = st.columns(2, gap="large")
    p = left.slider(
        "Drop probability p",
        0.05,
        0.9,
        _FIRST_P,
        0.05,
        key="dropout-p",
        help="Share of filters that a pass leaves out, on average. The network was trained with "
        "0.5; other values draw from a narrower or a wider family of networks.",
    )
    count = right.slider("Passes T", 2, MOST_PASSES, _FIRST_T, key="dropout-passes")
    show_reading(summary(slug, p, count), count)
    _subheading(
        "One pass, one drawn network",
        "The mask decides for each filter whether this pass computes it. Lines are the weights "
        "that are left; what is inside a filter is what it makes of the image.",
    )
    draw_network(slug, p)
    samples = class_probabilities(slug, p)[:count]
    _subheading(
        "Every pass",
        "A column for each pass, a row for each class: the stronger the colour, the more probable.",
    )
    passes_chart(samples)
    _subheading(
        "Mean and variance settle as T grows",
        "The three most probable classes after each pass. The band is the standard error of the "
        "mean, which shrinks; the variance does not, it settles.",
    )
    convergence_charts(samples)
    _subheading(
        "Turn the image",
        "The network never saw a turned digit. The figure above each angle is what it says there; "
        "where doubt falls again, it is sure of something, and often wrong.",
    )
    turning_chart(turning(slug, p))


def _study() -> None:
    _subheading(
        "How many passes are enough?",
        "A network of twelve filters has 4,096 masks, so its exact mean and variance can be summed "
        "up. This trains one, then measures how far runs of T passes are from them.",
    )
    if st.button("Measure the error against T", key="start-study"):
        start_job(_JOB, study, label="Error of mean and variance", replicates=64, longest=256)
    result = job_panel(_JOB, draw=slope_chart)
    if result is not None:
        slope_chart(result)
    runs_on_badge()


def _subheading(text: str, note: str) -> None:
    st.html(f'<h3 class="pf-subheading">{text}</h3><p class="pf-note">{note}</p>')
