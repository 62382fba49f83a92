"""The laboratory as it stands on the page."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.claims.c17 import study
from pyfrontiers.digits.exhibits import exhibits
from pyfrontiers.uncertainty import inspect_passes, mc_dropout, running_moments
from streamlit_app.kit import Lab, job_panel, runs_on_badge, start_job, text_beside
from streamlit_app.labs.dropout_sampling.charts import (
    convergence_charts,
    passes_chart,
    prepare_charts,
    slope_chart,
    turning_chart,
)
from streamlit_app.labs.dropout_sampling.drawing import choose_image, draw_network
from streamlit_app.labs.dropout_sampling.reading import show_reading
from streamlit_app.labs.dropout_sampling.results import (
    MOST_PASSES,
    OPEN_PASSES,
    class_probabilities,
    drawing,
    passes,
    summary,
    turning,
)

_FIRST, _FIRST_P = "hard-first", 0.5
_STEP = 0.05
_FIRST_T = 50
_JOB = "convergence-study"


def draw() -> None:
    """Draw the laboratory: the part that answers at once, then the long study."""
    st.fragment(_sampling)()
    _study()


def prepare() -> None:
    """Compute what a visitor asks for first: the first image at every p, every image at one p."""
    at_first_p = [(item.slug, _FIRST_P) for item in exhibits()]
    for slug, p in [*at_first_p, *((_FIRST, round(_STEP * k, 2)) for k in range(1, 19))]:
        drawing(slug, p)
        turning(slug, p)
        summary(slug, p, _FIRST_T)
    prepare_charts(class_probabilities(_FIRST, _FIRST_P)[:_FIRST_T])


def _sampling() -> None:
    state = st.session_state
    state.setdefault("dropout-image", _FIRST)
    slug: str = state["dropout-image"]

    def choose(picked: str) -> None:
        state["dropout-image"] = picked

    choose_image(slug, choose)
    p, count = _sliders()
    show_reading(summary(slug, p, count), count)
    _subheading(
        "One pass, one drawn network",
        "The mask decides for each filter whether this pass computes it. Lines are the weights "
        "that are left; what is inside a filter is what it makes of the image. "
        f"The first {OPEN_PASSES} passes can be opened.",
    )
    draw_network(slug, p)
    _charts(slug, p, count)


def _sliders() -> tuple[float, int]:
    left, right = st.columns(2, gap="medium")
    p: float = left.slider(
        "Drop probability p",
        _STEP,
        0.9,
        _FIRST_P,
        _STEP,
        key="dropout-p",
        help="Share of filters that a pass leaves out, on average. The network was trained with "
        "0.5; other values draw from a narrower or a wider family of networks.",
    )
    count: int = right.slider("Passes T", 2, MOST_PASSES, _FIRST_T, key="dropout-passes")
    return round(p, 2), count


def _charts(slug: str, p: float, count: int) -> None:
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


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(passes, drawing, summary, mc_dropout, inspect_passes, running_moments),
    css=text_beside(__file__, "lab.css"),
)
