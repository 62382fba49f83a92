"""The children that the visitor has trained so far, next to random search with as many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pyfrontiers.automl.benchmark import benchmark
from streamlit_app import kit
from streamlit_app.labs.learning_to_learn.controls import controls
from streamlit_app.labs.learning_to_learn.placing import place_child

if TYPE_CHECKING:
    from pyfrontiers.automl import Architecture
    from pyfrontiers.automl.benchmark import TrainedChild

__all__ = ["as_file", "best_of", "known_tries", "remember", "show_tries", "written"]

_SHOWN = 8


def remember(child: TrainedChild) -> None:
    """Add a child to those of this session; trained with other seeds, it is the newest again."""
    known = _known()
    former = known.get(child.architecture)
    if former is None or former.seeds != child.seeds:
        known.pop(child.architecture, None)
        known[child.architecture] = child


def known_tries() -> list[TrainedChild]:
    """Return the networks trained in this session, oldest first."""
    return list(_known().values())


def _known() -> dict[Architecture, TrainedChild]:
    found: dict[Architecture, TrainedChild] = st.session_state.setdefault(controls.key("tries"), {})
    return found


def best_of(tries: list[TrainedChild]) -> TrainedChild:
    """Return the child with the largest mean validation accuracy, as a search would choose it."""
    return max(tries, key=lambda child: float(child.validation[:, -1].mean()))


def show_tries(tries: list[TrainedChild]) -> None:
    """Compare the best of the visitor's children with what random search chooses from as many."""
    count = len(tries)
    best = kit.percent(place_child(best_of(tries)).mean, 1)
    random = kit.percent(benchmark().random_answer(count), 1)
    if count == 1:
        said = (
            f"Your first network reaches **{best}**. A random one, without a limit, reaches "
            f"{random} on average. Change it and train again."
        )
    else:
        said = (
            f"Of your {count} networks, the best on the validation digits reaches **{best}** of "
            f"the test digits. Random search with {count} children, without a limit, chooses one "
            f"with {random} on average."
        )
    kit.subheading("You against random search", said)
    kit.table(
        ["your network", "FLOPs", "validation", "test, mean (lowest to highest seed)"],
        [_line(child) for child in reversed(tries[-_SHOWN:])],
        caption="The networks you trained, newest first"
        + ("" if count <= _SHOWN else f", the last {_SHOWN}"),
    )


def _line(child: TrainedChild) -> list[str]:
    placed = place_child(child)
    low, high = (100 * end for end in (min(placed.seeds), max(placed.seeds)))
    return [
        written(child.architecture),
        f"{benchmark().space.cost(child.architecture).flops:,}",
        kit.percent(float(child.validation[:, -1].mean()), 1),
        f"{100 * placed.mean:.1f} % ({low:.1f} to {high:.1f})",
    ]


def written(architecture: Architecture) -> str:
    """Write a network in a line, such as ``"2 filters 3 × 3, then 4 filters 1 × 3 / 2"``."""
    layers = benchmark().space.decode(architecture)
    parts = []
    for layer in layers:
        step = f" / {layer.stride}" if layer.stride > 1 else ""
        pool = f", pool {layer.pool}" if layer.pool > 1 else ""
        parts.append(f"{layer.filters} filters {layer.height} × {layer.width}{step}{pool}")
    chained = all(
        layer.inputs == ((number - 1,) if number else ()) for number, layer in enumerate(layers)
    )
    return (", then " if chained else " next to ").join(parts)


def as_file(child: TrainedChild) -> dict[str, Any]:
    """Return a trained child as values for JSON."""
    space = benchmark().space
    cost = space.cost(child.architecture)
    return {
        "layers": [layer._asdict() for layer in space.decode(child.architecture)],
        "parameters": cost.parameters,
        "flops": cost.flops,
        "seeds": list(child.seeds),
        "validation accuracy": np.round(child.validation, 6).tolist(),
        "test accuracy": np.round(child.test, 6).tolist(),
        "seconds": round(child.seconds, 3),
    }
