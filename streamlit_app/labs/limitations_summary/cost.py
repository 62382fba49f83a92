"""The experiment behind the second tile: what an answer and a training cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.limitations import costs
from streamlit_app.kit import is_under_way, job_panel, start_job
from streamlit_app.kit.mode import tokens_of
from streamlit_app.labs.limitations_summary.drawing import draw, file_button, lead, plain, table
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from streamlit_app.kit.mode import Mode

__all__ = ["cost", "cost_chart", "duration", "quantity"]

_JOB = "limitation-cost"


def cost() -> None:
    """Draw the experiment."""
    lead(
        "What does training cost?",
        "Every network of this app on one core: operations are counted, seconds are measured on "
        "some steps and multiplied up to the whole training. Energy is an estimate by codecarbon, "
        "not a meter: the processor's rated power by its use, and a fixed power for memory.",
    )
    with st.container(key="cost-controls"):
        if not is_under_way(_JOB):
            st.button(
                "Measure this machine",
                key="cost-run",
                on_click=start_job,
                args=(_JOB, costs),
                kwargs={"label": "Cost of every model", "seconds": 1.0},
            )
    found: list[dict[str, Any]] | None = job_panel(_JOB)
    rows = found or details("C12")["models"]
    label = "Operations of one answer and of the training of each network: " + "; ".join(
        f"{row['name']} {row['answer']['flops']:.1e} and {row['train']['flops']:.1e}"
        for row in rows
    )
    draw(cost_chart, plain(rows), key="cost-chart", label=label)
    _table(rows)
    origin("C12", live=found is not None)
    file_button(
        "cost",
        (
            *("model", "section", "parameters", "answer_flop", "answer_seconds", "training"),
            *("training_flop", "training_seconds", "training_joules_estimated"),
        ),
        [
            (
                *(row["name"], row["section"], row["parameters"]),
                *(row["answer"]["flops"], row["answer"]["seconds"], row["training"]),
                *(row["train"][name] for name in ("flops", "seconds", "joules")),
            )
            for row in rows
        ],
    )


def _table(rows: list[dict[str, Any]]) -> None:
    table(
        (
            *("network", "parameters", "one answer", "time", "the training"),
            *("operations", "time of one core", "energy, estimated"),
        ),
        [
            (
                row["name"],
                f"{row['parameters']:,}",
                quantity(row["answer"]["flops"], "FLOP"),
                duration(row["answer"]["seconds"]),
                row["training"],
                quantity(row["train"]["flops"], "FLOP"),
                duration(row["train"]["seconds"]),
                quantity(row["train"]["joules"], "J"),
            )
            for row in rows
        ],
        caption="Cost of one answer and of one training; one core, energy estimated",
    )


def quantity(value: float, unit: str) -> str:
    """Write a number with a prefix of the SI: ``41,231,000,000, "J"`` -> ``41.2 GJ``."""
    for prefix in ("", "k", "M", "G", "T"):  # noqa: B007  # the one it stops at
        if value < 1000:
            break
        value /= 1000
    else:
        prefix = "P"
    return f"{value:.3g}\N{NO-BREAK SPACE}{prefix}{unit}"


def duration(seconds: float) -> str:
    """Write a duration in the unit that suits it."""
    for limit, unit, name in ((1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s")):
        if seconds < limit:
            return f"{seconds / unit:.3g}\N{NO-BREAK SPACE}{name}"
    if seconds < 7200:
        return f"{seconds / 60:.0f}\N{NO-BREAK SPACE}min"
    return f"{seconds / 3600:.0f}\N{NO-BREAK SPACE}h"


def cost_chart(figures: str, mode: Mode) -> alt.TopLevelMixin:
    """Make the span from one answer to the whole training for each network.

    Args:
        figures: What :func:`pyfrontiers.limitations.costs` returned, as JSON.
        mode: The visitor's theme.

    """
    rows, token = json.loads(figures), tokens_of(mode)
    kinds = ("one answer", "the training")
    frame = pd.DataFrame(
        {
            "network": [row["name"] for row in rows],
            "answer": [row["answer"]["flops"] for row in rows],
            "training": [row["train"]["flops"] for row in rows],
        }
    )
    order = frame["network"].tolist()
    y = alt.Y("network:N", title=None, sort=order, axis=alt.Axis(grid=False, labelLimit=220))
    scale = alt.Scale(type="log", domain=[1e4, 1e17])
    axis = alt.Axis(format="~s", values=[1e4, 1e7, 1e10, 1e13, 1e16], grid=True)
    span = (
        alt.Chart(frame)
        .mark_rule(strokeWidth=2, color=token["line"])
        .encode(y=y, x=alt.X("answer:Q", scale=scale, axis=axis), x2="training:Q")
    )
    ends = (
        alt.Chart(frame)
        .transform_fold(["answer", "training"], as_=["end", "operations"])
        .transform_calculate(of=f"datum.end === 'answer' ? '{kinds[0]}' : '{kinds[1]}'")
        .mark_point(filled=True, size=110)
        .encode(
            y=y,
            x=alt.X("operations:Q", title="floating-point operations", scale=scale, axis=axis),
            color=alt.Color(
                "of:N",
                title=None,
                scale=alt.Scale(domain=list(kinds), range=[token["blue"], token["vermillion"]]),
            ),
            tooltip=["network:N", "of:N", alt.Tooltip("operations:Q", format=".3s")],
        )
    )
    return alt.layer(span, ends).properties(height=40 + 34 * len(rows))
