"""The controls of this experiment: the layers of a child network, and a limit on its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from pyfrontiers.automl import Limit
from pyfrontiers.automl.benchmark import benchmark
from streamlit_app import kit

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from pyfrontiers.automl import Architecture, Choice, Cost

__all__ = [
    "FIRST",
    "FREE",
    "LIMITS",
    "Design",
    "choose_layers",
    "choose_limit",
    "controls",
    "first_design",
]

controls = kit.Controls("learning-to-learn")

FREE: Final = 0
"""The limit that allows every network."""
LIMITS: Final = {5_000: "5,000", 10_000: "10,000", FREE: "none"}
"""Limits on the operations for one image, and their names."""
_LIMIT: Final = 10_000
FIRST: Final = (1, 1, 0, 0, 1, 1, 0, 0, 1)
"""The network of an address without any: two filters of 3 x 3 in each layer of a chain."""
_TITLES: Final = {
    "height": "Filter height",
    "width": "Filter width",
    "filters": "Filters",
    "stride": "Stride",
    "pool": "Pooling",
}


@dataclass(frozen=True, slots=True)
class Design:
    """A network that the visitor chose.

    Attributes:
        architecture: its tokens.
        cost: parameters and operations.
        limit: on the operations; `FREE` for none.
        refusal: why it is too large to be trained; empty if it is not.
    """

    architecture: Architecture
    cost: Cost
    limit: int
    refusal: str

    @classmethod
    def of(cls, architecture: Architecture, limit: int) -> Design:
        """Count the cost of a network and compare it with a limit."""
        cost = benchmark().space.cost(architecture)
        return cls(architecture, cost, limit, Limit(flops=limit or None).refusal(cost))


def first_design() -> Design:
    """Return the design of an address without any."""
    return Design.of(FIRST, _LIMIT)


def choose_layers() -> Architecture:
    """Draw the controls of every layer, and the network that they give as a graph."""
    space = benchmark().space
    *columns, graph = st.columns([*[4] * space.layers, 6], gap="medium")
    tokens: list[int] = []
    for token, first in zip(space.tokens, FIRST, strict=True):
        place = columns[token.layer]
        if not any(token.layer == other.layer for other in space.tokens[: len(tokens)]):
            with place:
                kit.subheading(f"Layer {token.layer + 1}")
        options = {number: _written(token, number) for number in range(len(token.values))}
        tokens.append(controls.choice(_name(token), _title(token), options, first, where=place))
    architecture = tuple(tokens)
    with graph:
        kit.child_graph(controls.key("graph"), space, architecture)
    return architecture


def choose_limit(where: DeltaGenerator) -> int:
    """Draw the choice of a limit on the operations."""
    return controls.choice(
        "limit",
        "Limit on FLOPs",
        LIMITS,
        _LIMIT,
        where=where,
        tip="Floating-point operations for one image; a multiplication and an addition are two.",
    )


def _name(token: Choice) -> str:
    """Return the name of a token's control, such as ``"filters-1"``."""
    if token.source is not None:
        return f"reads-{token.layer + 1}-{token.source + 1}"
    return f"{token.name}-{token.layer + 1}"


def _title(token: Choice) -> str:
    return _TITLES[token.name] if token.source is None else f"Reads layer {token.source + 1}"


def _written(token: Choice, place: int) -> str:
    value = token.values[place]
    return str(value) if token.source is None else ("yes" if value else "no")
