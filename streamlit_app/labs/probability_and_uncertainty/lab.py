"""A head that knows two things is shown a third: two bars, and the samples behind them."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.uncertainty.head import BayesianHead, doubt, fit_head, fit_hmc_head
from pyfrontiers.uncertainty.head.newton import maximise_posterior
from pyfrontiers.vision.heads import METHODS as FITTED
from pyfrontiers.vision.heads import TASKS, restricted, taught_head
from streamlit_app import kit
from streamlit_app.labs.probability_and_uncertainty.choosing import (
    choose_picture,
    prepare_thumbnails,
    show,
)
from streamlit_app.labs.probability_and_uncertainty.controls import METHODS, controls
from streamlit_app.labs.probability_and_uncertainty.lesson import lesson
from streamlit_app.labs.probability_and_uncertainty.reading import (
    prepare_reading,
    separation_table,
    show_answer,
    show_measures,
    show_standing,
    verdict,
)


def draw() -> None:
    """Draw the picture and its answer, the record, and the visitor's own lesson."""
    st.fragment(_answer)()
    kit.subheading(
        "Which measure tells strangers from known things?",
        "The share of pairs in which the stranger has the higher uncertainty: 1 is perfect, 0.5 is "
        "chance. Every photograph counts once, because its crops are not independent.",
    )
    separation_table(METHODS)
    st.fragment(lesson)()


def prepare() -> None:
    """Fit the heads and make the figures that a visitor sees first."""
    prepare_thumbnails()
    prepare_reading(tuple(task.classes for task in TASKS.values()))
    for task in TASKS:
        for method in FITTED:
            taught_head(task, method)


def _answer() -> None:
    titles = {name: task.title for name, task in TASKS.items()}
    left, right = st.columns([2, 3], gap="small")
    task = controls.choice("task", "The head was taught", titles, where=left)
    # ImageNet has no class for every hoofed animal.
    methods = dict(METHODS) if task == "pets" else {name: METHODS[name] for name in FITTED}
    method = controls.choice("method", "Method", methods, where=right)
    with st.container():
        picture = choose_picture()
    if picture is None:
        kit.note("Choose a picture to show.")
        return
    names = TASKS[task].classes
    if method == "imagenet":
        found = restricted(picture.pets)
    else:
        found = doubt(taught_head(task, method), picture.features)
    kit.verdict(verdict(found, names), _context(task, picture.name))
    side, main = st.columns([1, 2], gap="large")
    with side:
        show(picture)
    with main:
        show_answer(found, names, picture.title, name="picture", method=method)
    show_measures(found)
    show_standing(found, task, method)


def _context(task: str, name: str | None) -> str:
    photographs = TASKS[task].photographs
    if name in photographs:
        return "The head was taught other crops of this photograph."
    return (
        f"The head was taught {len(photographs)} photographs of "
        f"{' and '.join(f'{one}s' for one in TASKS[task].classes)}, and never saw this one."
    )


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(fit_head, maximise_posterior, BayesianHead, fit_hmc_head, doubt, restricted),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "What does a dog-or-cat network say about a horse?",
        (
            "it gives both a low probability",
            "it divides 100 % between dog and cat",
            "it always says 50 % each",
        ),
        right=1,
    ),
    question="What does a dog-or-cat classifier say about a horse, and does it know that it "
    "doesn't know?",
    found=kit.finding_of(
        "C15",
        "A probability compares classes; the disagreement of samples says how much is known.",
    ),
    leads_to=("bayesian-neural-networks", "dropout-sampling"),
)
