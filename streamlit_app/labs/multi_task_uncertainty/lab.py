"""Weigh three tasks of one network, and see what each of them gains or loses."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.multitask import (
    NETWORKS,
    TaskNet,
    decode_instances,
    evaluate_tasks,
    fit_tasks,
    published_loss,
)
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.comparing import show_table
from streamlit_app.labs.multi_task_uncertainty.controls import SCENES, controls
from streamlit_app.labs.multi_task_uncertainty.panel import class_legend, panel, scene_panel
from streamlit_app.labs.multi_task_uncertainty.results import reading
from streamlit_app.labs.multi_task_uncertainty.sayings import (
    alone_line,
    capital,
    figures_line,
    weights_line,
)
from streamlit_app.labs.multi_task_uncertainty.tradeoff import prepare_tradeoff, show_tradeoff
from streamlit_app.labs.multi_task_uncertainty.trajectories import (
    prepare_trajectories,
    show_trajectories,
)
from streamlit_app.labs.multi_task_uncertainty.triangle import LEARNED, OPTIONS, choose_network
from streamlit_app.labs.multi_task_uncertainty.trying import show_trying


def draw() -> None:
    """Draw the scene with the weights, the trajectories, the table, and a training."""
    st.fragment(_experiment)()
    st.fragment(show_trajectories)()
    show_table()
    kit.runs_on_badge()


def prepare() -> None:
    """Compute what a visitor sees first."""
    for name in OPTIONS:
        panel(reading(name, SCENES[0], 0.0, 0.0))
    prepare_tradeoff()
    prepare_trajectories()


def _experiment() -> None:
    a, b, c, d = st.columns([3, 2, 2, 2], gap="medium", vertical_alignment="bottom")
    places = {number: str(place) for place, number in enumerate(SCENES, start=1)}
    number = controls.choice("scene", "Scene", places, shape="slider", where=a)
    controls.next_button("scene", "Another scene", SCENES, number, where=b)
    fog = controls.slider("fog", "Fog", 0.0, 1.0, 0.0, 0.1, where=c)
    night = controls.slider("night", "Night", 0.0, 1.0, 0.0, 0.1, where=d)
    above = st.container()
    kit.subheading(
        "Weigh the tasks",
        f"Weights set by hand were recorded at these {len(OPTIONS) - len(LEARNED)} points only: "
        "one task alone at each corner, equal weights in the middle; “less depth” means less "
        "weight on depth. Diamonds show where learned weights ended, filled for the published "
        "loss, empty for exact likelihoods. All points are from one seed; the table has all seeds.",
    )
    left, right = st.columns([4, 5], gap="large")
    with left:
        network = choose_network()
    with right:
        show_tradeoff(network)
    found = reading(network, number, fog, night)
    with above:
        weather = "" if fog or night else " The networks were trained on clear days only: try fog."
        kit.verdict(
            f"{capital(figures_line(found))}.",
            f"The network: {NETWORKS[network].title}, {weights_line(network)}. Each task alone, "
            f"on this street: {alone_line(number, fog, night)}.{weather}",
        )
        scene_panel(found)
        class_legend()
    show_trying(found, network)


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(TaskNet, published_loss, fit_tasks, decode_instances, evaluate_tasks),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "On our streets, what is better for most measures?",
        (
            "one network for three tasks",
            "three networks, one for each task",
            "there is no difference",
        ),
        right=1,
    ),
    question="Do three tasks help each other in one network, and what sets their weights?",
    found=kit.finding_of("C19"),
    leads_to=("learning-to-learn",),
)
