"""The laboratory as it stands on the page: six tiles, the one that is open, the two camps."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import streamlit as st

from pyfrontiers.limitations import (
    bias_study,
    cascade,
    costs,
    fit_power_law,
    learning_curve,
    saliency_map,
)
from streamlit_app.kit import Lab, runs_on_badge, text_beside
from streamlit_app.kit.mode import Mode
from streamlit_app.kit.text import percent
from streamlit_app.labs.limitations_summary.bias import bias, groups_chart
from streamlit_app.labs.limitations_summary.cost import cost, cost_chart, duration
from streamlit_app.labs.limitations_summary.data import data_hunger, hunger_chart
from streamlit_app.labs.limitations_summary.drawing import plain, written
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
_ADDRESS = "limit"


def draw() -> None:
    """Draw the laboratory."""
    st.fragment(_limits)()
    quarrel()


def prepare() -> None:
    """Make the charts and pictures of the records, so that no visitor waits for them."""
    _tiles()
    prepare_maps()
    for mode in get_args(Mode):
        written(hunger_chart, (plain(details("C11")),), mode)
        written(cost_chart, (plain(details("C12")["models"]),), mode)
        for row in details("C13")["shares"]:
            written(groups_chart, (plain(row),), mode)


def _limits() -> None:
    wanted = st.query_params.get(_ADDRESS, "")
    opened = wanted if wanted in _EXPERIMENTS else next(iter(_EXPERIMENTS))
    choose_tile(_tiles(), opened, _open)
    with st.container(key=f"limit-{opened}"):
        _EXPERIMENTS[opened]()
    runs_on_badge()


def _open(slug: str) -> None:
    st.query_params[_ADDRESS] = slug


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
            f"{percent(rare['error of the rare group'])} against "
            f"{percent(rare['error of the common group'])}",
            "errors of the rare and the common group",
        ),
        Tile(
            "uncertainty",
            "Poor at doubting",
            "Σ p = 1",
            "for any input, so a probability is no confidence",
        ),
        Tile(
            "explanation",
            "Black boxes",
            f"{fails} of {len(asked)}",
            "explanations do not notice that the network has forgotten",
        ),
    )


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(learning_curve, fit_power_law, costs, bias_study, saliency_map, cascade),
    css=text_beside(__file__, "lab.css"),
)
