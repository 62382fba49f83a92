"""How the weights of the losses move during training, for every seed of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st
import torch

from pyfrontiers.multitask import METHODS, NETWORKS, TASKS, best_published, task_record
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.controls import COLOURS, controls
from streamlit_app.labs.multi_task_uncertainty.sayings import capital

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.multitask import TaskRun

__all__ = [
    "WAYS",
    "course_rows",
    "prepare_trajectories",
    "show_trajectories",
    "trajectory_chart",
    "trajectory_rows",
]

WAYS = {name: METHODS[name].title for name, one in NETWORKS.items() if one.weights is None}
"""Networks whose weights change during training."""
_WEIGHTS, _VARIANCES = "weights", "log σ²"
_HEIGHT = 280
_SERIES = kit.Series(COLOURS, {"instances": (6, 3), "depth": (2, 3)})


def show_trajectories() -> None:
    """Draw the trajectories of a way to balance the losses."""
    kit.subheading(
        "What sets the weights?",
        "The factors of the three losses during training, scaled to a sum of three; a line for "
        "each seed. With learned variances each task has a σ², and its loss is divided by it.",
    )
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    way = controls.choice("way", "Balanced by", WAYS, shape="list", where=left)
    runs = [run for run in task_record().runs if run.network == way]
    shown = _WEIGHTS
    if runs[0].log_variances:
        shown = controls.choice("shown", "Shown", [_WEIGHTS, _VARIANCES], where=right)
    _say(way, runs)
    rows = trajectory_rows(runs, variances=shown == _VARIANCES)
    kit.figure(
        "trajectories",
        trajectory_chart,
        shown,
        _domain(rows, shown),
        data=rows,
        label=f"{capital(shown)} of the three tasks during training, for every seed",
    )
    kit.origin(task_record().provenance, f"{len(runs)} trainings")


def prepare_trajectories() -> None:
    """Make the specification of the chart that is seen first."""
    way = next(iter(WAYS))
    rows = trajectory_rows([run for run in task_record().runs if run.network == way])
    kit.prepare_figure("trajectories", trajectory_chart, _WEIGHTS, _domain(rows, _WEIGHTS))


def trajectory_rows(runs: Sequence[TaskRun], *, variances: bool = False) -> pd.DataFrame:
    """Return the weights, or log sigma^2, of each task after each part of each training."""
    return pd.concat(
        course_rows(run.log_variances if variances else run.task_weights, TASKS, seed=run.seed)
        for run in runs
    )


def course_rows(
    values: Sequence[Sequence[float]], tasks: Sequence[str], *, done: float = 1.0, seed: int = 0
) -> pd.DataFrame:
    """Return values of each task in a training.

    Args:
        values: a row of values for each part of the training, in the order of the tasks.
        tasks: their names.
        done: share of the training at the last row.
        seed: of the training.
    """
    return pd.DataFrame(
        {"training": done * part / len(values), "value": value, "task": task, "seed": seed}
        for part, row in enumerate(values, start=1)
        for task, value in zip(tasks, row, strict=True)
    )


def _domain(rows: pd.DataFrame, shown: str) -> tuple[float, float]:
    return (0.0, 3.0) if shown == _WEIGHTS else kit.nice_domain(rows["value"])


def _say(way: str, runs: Sequence[TaskRun]) -> None:
    last = torch.tensor([run.task_weights[-1] for run in runs], dtype=torch.float64)
    mean, low, high = last.mean(0), last.min(0).values, last.max(0).values
    parts = ", ".join(
        f"{task} **{mean[k]:.2f}**{_range(float(low[k]), float(high[k]))}"
        for k, task in enumerate(TASKS)
    )
    method = METHODS[way]
    told = f"{capital(method.title)}: {method.description}."
    if way == "learned":
        told += f" {_closed_form(runs)}"
    ends = " (lowest to highest)" if " to " in parts else ""
    kit.verdict(
        f"At the end, mean{ends} of {len(runs)} seeds: {parts}.",
        told + (f" Source: {method.source}." if method.source else ""),
    )


def _range(low: float, high: float) -> str:
    """Return an interval in brackets, or nothing if both ends read alike."""
    first, last = f"{low:.2f}", f"{high:.2f}"
    return "" if first == last else f" ({first} to {last})"


def _closed_form(runs: Sequence[TaskRun]) -> str:
    """Compare the learned log-variances with the best ones for the losses at the end."""
    off = max(
        float(
            (
                torch.tensor(run.log_variances[-1], dtype=torch.float64)
                - best_published(torch.tensor(run.losses[-1], dtype=torch.float64), TASKS)
            )
            .abs()
            .max()
        )
        for run in runs
    )
    return (
        "For given losses the best log σ² is known in closed form; at the end the learned ones are "
        f"within {off:.2f} of it."
    )


def trajectory_chart(
    token: Mapping[str, str], shown: str, values: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the chart: colour and dash for the task, one line for each seed."""
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "training:Q",
                title="share of the training",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            y=alt.Y("value:Q", title=shown, scale=alt.Scale(domain=list(values), nice=False)),
            color=_SERIES.colour(token, "task"),
            strokeDash=_SERIES.dash("task"),
            detail="seed:N",
            tooltip=[
                "task:N",
                "seed:N",
                alt.Tooltip("training:Q", format=".0%"),
                alt.Tooltip("value:Q", format=".3f"),
            ],
        )
        .properties(height=_HEIGHT)
    )
    return chart
