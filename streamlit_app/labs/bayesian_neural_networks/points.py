"""The visitor's own points, clicked and dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.uncertainty.study import DATA_SETS, Points
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.controls import controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.uncertainty.study import Task

__all__ = ["MOST", "own_points", "points_of"]

#: Most points; a gradient takes all of them.
MOST = 40
_REACH = {"regression": (2.0, 3.0), "classification": (2.0, 2.0)}
_FIRST: dict[Task, Points] = {
    "regression": DATA_SETS["gap"].first(6),
    "classification": DATA_SETS["moons"].first(12),
}


def points_of(task: Task) -> Points:
    """Return the visitor's points, at first those that the board begins with."""
    points: Points = st.session_state.get(_kept(task), _FIRST[task])
    return points


def own_points(task: Task) -> Points:
    """Draw the board and return the visitor's points."""
    label = 1
    if task == "classification":
        label = controls.choice("label", "A click adds", {1: "class 1", 0: "class 0"})
    points = points_of(task)
    kit.point_board(
        controls.key(f"board-{task}"),
        points.rows,
        lambda rows: _keep(task, rows),
        reach=_REACH[task],
        most=MOST,
        revision=task,
        label=label if task == "classification" else None,
    )
    return points


def _kept(task: Task) -> str:
    return f"{controls.key(f'board-{task}')}-kept"


def _keep(task: Task, rows: Sequence[tuple[float, ...]]) -> None:
    try:
        st.session_state[_kept(task)] = Points(task, tuple(rows))
    except ValueError:
        return  # only a page that was tampered with sends points of the other task
