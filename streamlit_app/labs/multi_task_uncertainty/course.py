"""The course of the visitor's training: losses and weights of the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.multitask.fitting import POINTS
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.trajectories import course_rows, trajectory_chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.multitask import TaskCurves

__all__ = ["relative_losses", "show_course"]

_LOSS = "loss, as a multiple of the first"


def show_course(curves: TaskCurves, tasks: Sequence[str], *, name: str) -> None:
    """Draw the losses and, of several tasks, the weights, so far or of the whole training.

    Args:
        curves: the course.
        tasks: the network's tasks.
        name: of the figures, unique on the page.
    """
    done = min(len(curves.losses) / POINTS, 1.0)
    falls = course_rows(relative_losses(curves), tasks, done=done)
    left, right = st.columns(2, gap="medium")
    with left:
        kit.figure(
            f"{name}-losses",
            trajectory_chart,
            _LOSS,
            kit.nice_domain([0.0, 1.0, *falls["value"]]),
            data=falls,
            label="Loss of each task in your training, as a multiple of its first value",
        )
    if len(tasks) == 1:
        return
    with right:
        kit.figure(
            f"{name}-weights",
            trajectory_chart,
            "weights",
            (0.0, 3.0),
            data=course_rows(curves.task_weights, tasks, done=done),
            label="Weights of the three losses in your training",
        )


def relative_losses(curves: TaskCurves) -> list[list[float]]:
    """Return the losses as multiples of their first values, because their units differ."""
    first = curves.losses[0]
    return [
        [loss / start for loss, start in zip(part, first, strict=True)] for part in curves.losses
    ]
