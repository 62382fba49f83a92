"""From the prior to the posterior, the methods that approximate it, and why they are needed."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.uncertainty import fit_hmc, fit_laplace
from pyfrontiers.uncertainty.study import compare_methods, distance, sample_posterior
from pyfrontiers.uncertainty.study.recorded_posteriors import recorded_posteriors
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.approximating import approximating_part
from streamlit_app.labs.bayesian_neural_networks.charts import prepare_charts
from streamlit_app.labs.bayesian_neural_networks.controls import TASKS
from streamlit_app.labs.bayesian_neural_networks.counting import (
    counting_chart,
    counting_part,
    exact,
    two_weights_part,
)
from streamlit_app.labs.bayesian_neural_networks.updating import (
    choose_data,
    prior_of,
    updating_part,
)


def draw() -> None:
    """Draw the experiment."""
    name = choose_data()
    # Each part is a fragment: moving a slider redraws only that part.
    if name in TASKS:
        st.fragment(_own_parts)(name)
    else:
        st.fragment(updating_part)(name)
        st.fragment(approximating_part)(name)
    st.fragment(counting_part)()
    st.fragment(two_weights_part)()


def _own_parts(name: str) -> None:
    """Draw two parts as one fragment: a moved point changes what the methods will run on."""
    updating_part(name)
    approximating_part(name)


def prepare() -> None:
    """Read the record, and compute what is shown first."""
    prepare_charts()
    kit.prepare_figure("counting", counting_chart)
    recorded_posteriors()
    prior_of("regression")
    prior_of("classification")
    exact(3)


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(sample_posterior, fit_hmc, fit_laplace, compare_methods, distance),
    guess=kit.Guess(
        "Where do the networks of the posterior disagree most?",
        (
            "at the data",
            "away from the data",
            "everywhere alike",
        ),
        right=1,
    ),
    question="Many sets of weights explain the same data. How do they differ elsewhere, and how "
    "close do the fast methods come?",
    found="The networks agree at the data and disagree away from it. Sampling recovers that "
    "disagreement; the fast methods miss part of it, each in its own way.",
    leads_to=("dropout-sampling", "probability-and-uncertainty"),
)
