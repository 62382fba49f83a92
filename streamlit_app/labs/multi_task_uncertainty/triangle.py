"""The triangle of weights: a radio group whose options stand where their weights are."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.multitask import NETWORKS, task_record
from streamlit_app.labs.multi_task_uncertainty.controls import controls

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEARNED", "OPTIONS", "choose_network", "final_weights", "place_of"]

OPTIONS = tuple(name for name, network in NETWORKS.items() if network.ships)
"""The networks that a visitor can choose."""
LEARNED = tuple(name for name in OPTIONS if NETWORKS[name].weights is None)
"""Those whose weights were found in training."""
_FIRST = "learned"
#: Of the triangle in its box, in percent: the corner of classes is above, instances left.
_LEFT, _TOP, _WIDE, _HIGH = 10.0, 4.0, 80.0, 84.0


def choose_network() -> str:
    """Draw the triangle and return the chosen network."""
    st.html(f"<style>{_places()}</style>")
    with st.container(key="mtu-triangle"):
        return controls.choice(
            "weights",
            "Weights of the three losses: more or less weight on a task",
            {name: title_of(name) for name in OPTIONS},
            _FIRST,
            shape="radio",
        )


def title_of(name: str) -> str:
    """Return a network's short name, which the address contains."""
    alone = len(NETWORKS[name].tasks) == 1
    return f"{name} alone" if alone else name


@cache
def final_weights(name: str) -> tuple[float, ...]:
    """Return the weights of classes, instances and depth, with a sum of 3.

    Learned ones are those at the end of the training of the network that ships.
    """
    by_hand = NETWORKS[name].weights
    if by_hand is not None:
        return by_hand
    (run,) = (one for one in task_record().runs if one.network == name and one.seed == 0)
    return run.task_weights[-1]


def place_of(weights: Sequence[float]) -> tuple[float, float]:
    """Return where weights stand in the triangle's box: left and top in percent."""
    total = sum(weights)
    classes, _, depth = (weight / total for weight in weights)
    return _LEFT + _WIDE * (depth + classes / 2), _TOP + _HIGH * (1 - classes)


@cache
def _places() -> str:
    """Return the rules that put every option where its weights are."""
    group = ".st-key-mtu-triangle [role=radiogroup]"
    box = f"--left: {_LEFT}%; --top: {_TOP}; --wide: {_WIDE}%; --deep: {_HIGH};"
    rules = [f"{group} {{ {box} }}"]
    for number, name in enumerate(OPTIONS, start=1):
        left, top = place_of(final_weights(name))
        option, place = f"{group} > :nth-child({number})", f"--x: {left:.2f}%; --y: {top:.2f};"
        if name in LEARNED:
            fill = "transparent" if LEARNED.index(name) else "var(--pf-orange)"
            rules.append(
                f"{option}::after {{ {place} }} {option} {{ --fill: {fill}; --mark: ''; }}"
            )
        else:
            rules.append(
                f"{option} {{ {place} --shift: -50% -9px; --stands: absolute; --stack: column; }}"
            )
    return "\n".join(rules)
