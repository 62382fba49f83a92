"""The visitor's own points, clicked and dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.uncertainty.study import DATA_SETS, Points
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.controls import controls

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.study import Task

__all__ = ["MOST", "own_points", "points_of"]

#: Most points; a gradient takes all of them.
MOST = 40
_REACH = {"regression": (2.0, 3.0), "classification": (2.0, 2.0)}
_FIRST: dict[Task, Points] = {
    "regression": DATA_SETS["gap"].first(6),
    "classification": DATA_SETS["moons"].first(12),
}

_board = st.components.v2.component(
    "pyfrontiers.board",
    html=kit.text_beside(__file__, "board.html"),
    css=kit.text_beside(__file__, "board.css"),
    js=kit.text_beside(__file__, "board.js"),
)


def points_of(task: Task) -> Points:
    """Return the visitor's points, at first those that the board begins with."""
    points: Points = st.session_state.get(_kept(task), _FIRST[task])
    return points


def own_points(task: Task) -> Points:
    """Draw the board and return the visitor's points."""
    label = 1
    if task == "classification":
        label = controls.choice("label", "A click adds", {1: "class 1", 0: "class 0"})
    key = controls.key(f"board-{task}")
    points = points_of(task)
    _board(
        key=key,
        data={
            "task": task,
            "points": [list(row) for row in points.rows],
            "reach": list(_REACH[task]),
            "most": MOST,
            "label": label,
        },
        on_points_change=lambda: _keep(key, task),
    )
    return points


def _kept(task: Task) -> str:
    return f"{controls.key(f'board-{task}')}-kept"


def _keep(key: str, task: Task) -> None:
    stored: Any = st.session_state.get(key) or {}
    try:
        rows = tuple(tuple(float(value) for value in row) for row in stored.get("points") or ())
        points = Points(task, rows[:MOST])
    except (TypeError, ValueError):
        return  # only a page that was tampered with sends anything else
    if points.rows:
        st.session_state[_kept(task)] = points
