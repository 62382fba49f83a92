"""The visitor's own training of a small network for three tasks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.multitask import METHODS, NETWORKS, task_record, train_tasks
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.controls import controls
from streamlit_app.labs.multi_task_uncertainty.course import show_course
from streamlit_app.labs.multi_task_uncertainty.panel import scene_panel
from streamlit_app.labs.multi_task_uncertainty.results import read_scene
from streamlit_app.labs.multi_task_uncertainty.sayings import figures_line

if TYPE_CHECKING:
    from pyfrontiers.multitask import TaskTraining
    from streamlit_app.labs.multi_task_uncertainty.results import Reading

__all__ = ["parameters_of", "show_trying"]

_COUNT, _STEPS = 200, 100
_CHOSEN = "chosen"


def show_trying(found: Reading, network: str) -> None:
    """Train a network with the visitor's way to balance, and show what it says of the street.

    Args:
        found: the outputs of the recorded network for the street.
        network: the recorded network, whose weights can be taken.
    """
    study = task_record().study
    kit.subheading(
        "Train one here",
        f"The same network on {_COUNT} scenes. The recorded ones were trained on {study.scenes} "
        f"scenes with {study.steps} steps.",
    )
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    ways = {name: METHODS[name].title for name, one in NETWORKS.items() if one.weights is None}
    own = f"the weights chosen above ({NETWORKS[network].title})"
    takes = {_CHOSEN: own} if NETWORKS[network].weights else {}
    way = controls.choice("train", "Losses balanced by", ways | takes, shape="list", where=left)
    steps = controls.slider("steps", "Steps of 8 pictures", 50, 400, _STEPS, 50, where=right)
    parameters = parameters_of(way, network, steps)
    shown = kit.live(
        controls.key("fit"),
        train_tasks,
        parameters,
        label="Training on three tasks",
        button="Train it here",
        durable=True,
        draw=partial(show_course, tasks=NETWORKS[_network(way, network)].tasks, name="so-far"),
        before="Press **Train it here**. It takes some seconds, or longer on a busy machine.",
    )
    if shown is not None and shown.is_current:
        _result(shown.value, found, way, network, steps)


def parameters_of(way: str, network: str, steps: int) -> dict[str, object]:
    """Return the arguments of `train_tasks` for a choice of the visitor."""
    one = NETWORKS[_network(way, network)]
    weights = None if one.weights is None else tuple(w for w in one.weights if w)
    return {
        "count": _COUNT,
        "tasks": one.tasks,
        "way": one.way,
        "weights": weights,
        "steps": steps,
        "seed": 0,
    }


def _network(way: str, chosen: str) -> str:
    return chosen if way == _CHOSEN else way


def _result(training: TaskTraining, found: Reading, way: str, network: str, steps: int) -> None:
    mine = read_scene(training.model, found.scene)
    instances = mine.maps.instances
    none = instances is not None and not instances.any()
    kit.verdict(
        f"Yours ({NETWORKS[_network(way, network)].title}, {steps} steps): {figures_line(mine)}.",
        ("No instance is found yet. " if none else "")
        + f"The recorded network above ({NETWORKS[network].title}): {figures_line(found)}.",
    )
    scene_panel(mine)
    show_course(training, training.model.tasks, name="own")
    kit.origin(None, f"{training.scenes} scenes")
