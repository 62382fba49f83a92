"""Choose an image, classify it with T sampled networks, and look into each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.digits.drop_rates import predict_fold
from pyfrontiers.digits.exhibits import exhibits
from pyfrontiers.uncertainty import inspect_passes, mc_dropout, running_moments
from pyfrontiers.uncertainty.calibration import fit_temperature
from pyfrontiers.uncertainty.metrics import expected_calibration_error, reliability
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.calibration import (
    finding,
    prepare_calibration,
    show_calibration,
)
from streamlit_app.labs.dropout_sampling.charts import (
    moment_figures,
    passes_figure,
    prepare_charts,
    turning_figure,
)
from streamlit_app.labs.dropout_sampling.controls import controls
from streamlit_app.labs.dropout_sampling.drawing import FIRST, choose_image, draw_network
from streamlit_app.labs.dropout_sampling.rates import prepare_rates, show_rates
from streamlit_app.labs.dropout_sampling.reading import prepare_reading, show_reading
from streamlit_app.labs.dropout_sampling.results import (
    MAX_PASSES,
    OPEN_PASSES,
    class_probabilities,
    drawing,
    passes,
    summary,
    turning,
)
from streamlit_app.labs.dropout_sampling.study import prepare_study, show_study

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_P = 0.5
_STEP = 0.05
_FIRST_T = 50


def draw() -> None:
    """Draw the passes over one image, and below them a tab for each further question."""
    st.fragment(_sampling)()
    kit.runs_on_badge()


def prepare() -> None:
    """Compute the likely first requests: the first image at every p, every image at one p."""
    at_first_p = [(item.slug, _FIRST_P) for item in exhibits()]
    for slug, p in [*at_first_p, *((FIRST, round(_STEP * k, 2)) for k in range(1, 19))]:
        drawing(slug, p)
        turning(slug, p)
        summary(slug, p, _FIRST_T)
    prepare_charts(class_probabilities(FIRST, _FIRST_P)[:_FIRST_T])
    prepare_reading()
    prepare_rates()
    prepare_calibration()
    prepare_study()


def _sampling() -> None:
    slug = choose_image()
    left, right = st.columns(2, gap="medium")
    p = controls.slider(
        "p",
        "Drop probability p",
        _STEP,
        0.9,
        _FIRST_P,
        _STEP,
        where=left,
        tip="Fraction of filters that a pass drops, on average. The network was trained with "
        "0.5; other values sample from a narrower or wider family of networks.",
    )
    count = controls.slider("passes", "Passes T", 2, MAX_PASSES, _FIRST_T, 1, where=right)
    show_reading(slug, summary(slug, p, count), count)
    kit.subheading(
        "One pass, one sampled network",
        "The mask decides which filters this pass computes. Lines are the remaining weights; each "
        "filter shows its output for the image. "
        f"You can open the first {OPEN_PASSES} passes.",
    )
    draw_network(slug, p)
    tabs: dict[str, Callable[[], None]] = {
        "Every pass": lambda: _every_pass(slug, p, count),
        "Rotation": lambda: _rotation(slug, p),
        "Drop rate": show_rates,
        "Calibration": st.fragment(show_calibration),
        "Number of passes": st.fragment(show_study),
    }
    title, opened = controls.tabs("tab", list(tabs))
    with opened:
        tabs[title]()


def _every_pass(slug: str, p: float, count: int) -> None:
    samples = class_probabilities(slug, p)[:count]
    kit.subheading(
        "Do the passes agree?",
        "One column per pass, one row per class: the stronger the colour, the more probable.",
    )
    passes_figure(samples)
    kit.subheading(
        "Mean and variance settle as T grows",
        "The three most probable classes after each pass. The band is the standard error of the "
        "mean, which shrinks as T grows; the variance settles at a value above zero.",
    )
    moment_figures(samples)


def _rotation(slug: str, p: float) -> None:
    kit.subheading(
        "When does the network notice that the image is rotated?",
        "The network was not trained on rotated digits. Its prediction is above each angle. "
        "Where the uncertainty falls again, the networks agree on a class, often the wrong one.",
    )
    turning_figure(turning(slug, p))


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(
        *(passes, drawing, summary, mc_dropout, inspect_passes, running_moments),
        *(predict_fold, fit_temperature, expected_calibration_error, reliability),
    ),
    guess=kit.Guess(
        "Whenever the network misreads a rotated digit, do the passes disagree?",
        (
            "always",
            "not always",
            "never",
        ),
        right=1,
    ),
    question="Is a network uncertain because the image is ambiguous, or because it has never seen "
    "such images?",
    found=finding,
    leads_to=("depth-uncertainty",),
)
