"""Six limitations as tiles, the experiment of the selected tile, and the two camps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.limitations import (
    bias_study,
    cascade,
    costs,
    fit_power_law,
    learning_curve,
    saliency_map,
)
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.bias import bias, prepare_bias
from streamlit_app.labs.limitations_summary.controls import controls
from streamlit_app.labs.limitations_summary.cost import cost, duration, prepare_cost
from streamlit_app.labs.limitations_summary.data import data_hunger, prepare_data
from streamlit_app.labs.limitations_summary.elsewhere import attacks, uncertainty
from streamlit_app.labs.limitations_summary.explanations import explanations, prepare_maps
from streamlit_app.labs.limitations_summary.quarrel import quarrel
from streamlit_app.labs.limitations_summary.recorded_claims import details, record
from streamlit_app.labs.limitations_summary.tiles import Tile, choose_tile

if TYPE_CHECKING:
    from collections.abc import Callable

_EXPERIMENTS: dict[str, Callable[[], None]] = {
    "data": data_hunger,
    "cost": cost,
    "attack": attacks,
    "bias": bias,
    "uncertainty": uncertainty,
    "explanation": explanations,
}


def draw() -> None:
    """Draw the experiment."""
    st.fragment(_limits)()
    quarrel()


def prepare() -> None:
    """Make the charts and pictures of the records."""
    _tiles()
    for prepare_tile in (prepare_maps, prepare_data, prepare_cost, prepare_bias):
        prepare_tile()


def _limits() -> None:
    opened = controls.hidden("limit", list(_EXPERIMENTS))
    choose_tile(_tiles(), opened, lambda slug: controls.set("limit", slug))
    with st.container(key=f"limit-{opened}"):
        _EXPERIMENTS[opened]()
    kit.runs_on_badge()


def _tiles() -> tuple[Tile, ...]:
    hunger = record("C11").measurement.value
    largest = max(details("C12")["models"], key=lambda row: row["train"]["flops"])
    rare = record("C13").measurement.value
    attack = record("C7").measurement.value
    judged = details("C14")["judged"]
    asked = [name for name in judged if name != "edge detector"]
    fails = sum(judged[name]["fails"] for name in asked)
    assert isinstance(hunger, dict)
    assert isinstance(rare, dict)
    assert isinstance(attack, dict)
    return (
        Tile(
            "data",
            "Hungry for data",
            f"{hunger['data factor for half the error']:.1f} × the data",
            "for half the error",
        ),
        Tile(
            "cost",
            "Costly to train",
            duration(largest["train"]["seconds"]),
            f"of one core to show ImageNet once to {largest['name']}",
        ),
        Tile(
            "attack",
            "Easy to fool",
            f"{attack['L-infinity in grey levels']:.0f} of 255 levels",
            "turn a temple into an ostrich",
        ),
        Tile(
            "bias",
            "Biased by its data",
            f"{kit.percent(rare['error of the rare group'])} against "
            f"{kit.percent(rare['error of the common group'])}",
            "errors of the rare and the common group",
        ),
        Tile(
            "uncertainty",
            "Overconfident",
            "Σ p = 1",
            "for any input: probability is not confidence",
        ),
        Tile(
            "explanation",
            "Black boxes",
            f"{fails} of {len(asked)}",
            "explanation methods ignore what the network has learned",
        ),
    )


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(learning_curve, fit_power_law, costs, bias_study, saliency_map, cascade),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "Which of these does more training data of the same kind not mend?",
        (
            "the error on new examples",
            "the noise of the learning curve",
            "an explanation that ignores the network",
        ),
        right=2,
    ),
    question="Which limitation matters most for the system you would build?",
    found="Each limitation is measured by a run on this page. None of them is visible in the "
    "training accuracy.",
    leads_to=("probability-and-uncertainty",),
)
