"""An object that the classifier misreads from every side, and what made it so."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.adversarial import attack, evaluate_views
from pyfrontiers.kernels import render
from pyfrontiers.physical import OBJECTS, object_views
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.grid import held_out_grid
from streamlit_app.labs.robust_adversarial_examples.scene import answer, model
from streamlit_app.labs.robust_adversarial_examples.viewer import first_view, object_model, viewer


def draw() -> None:
    """Draw the object in the visitor's hand, then its held-out poses."""
    name = controls.choice("object", "Object", {name: name.capitalize() for name in OBJECTS})
    object_model(name)
    st.fragment(viewer)(name)
    kit.subheading(
        "Poses that no attack has seen",
        "Pose, light, background and noise are drawn at random. The frame and the mark of each "
        "picture say what the classifier sees in it.",
    )
    held_out_grid(name)
    kit.runs_on_badge()


def prepare() -> None:
    """Make what a visitor sees first."""
    for name in OBJECTS:
        model(name)
    answer(first_view(next(iter(OBJECTS))))


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    css=kit.text_beside(__file__, "lab.css"),
    code=(render, object_views, attack, evaluate_views),
    question="Does an adversarial example survive the real world: another angle, another light?",
    found="",
)
