"""What a child reached, and how the controller wrote it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl.benchmark import benchmark
from streamlit_app import kit
from streamlit_app.labs.automl_controller.charts import reward_chart
from streamlit_app.labs.automl_controller.controls import BATCH, UPDATES
from streamlit_app.labs.automl_controller.reading import choice_rows, reward_rows

if TYPE_CHECKING:
    from pyfrontiers.automl.benchmark import Trace
    from streamlit_app.labs.automl_controller.reading import Child

__all__ = ["accuracies", "show_child"]


def show_child(trace: Trace, update: int, child: Child) -> None:
    """Draw a child's figures, its tokens with their probabilities, and the rewards of the run."""
    kit.measures(
        ("Reward: validation accuracy", f"{100 * child.reward:.1f}", "%"),
        ("Test accuracy, mean of 3 seeds", f"{100 * child.test:.1f}", "%"),
        ("Better than", f"{100 * child.rank:.1f}", "% of all"),
        ("Parameters", f"{child.cost.parameters:,}"),
        ("FLOPs per image", f"{child.cost.flops:,}"),
    )
    word = "above" if child.advantage > 0 else "below"
    kit.note(
        f"Its cubed reward is {abs(child.advantage):.3f} {word} the baseline. Its probability is "
        f"{kit.percent(child.before, 2)}; the update from all {BATCH} children multiplies it by "
        f"**{child.after / child.before:.2f}**."
    )
    left, right = st.columns([5, 6], gap="large")
    with left:
        kit.table(
            ["choice", "value", "probability"],
            choice_rows(trace, update, child.row),
            caption="What the controller wrote, token by token: the softmax probability of each "
            "value, given those before it",
        )
        kit.download(
            "Save this child",
            json.dumps(_file(child), indent=1),
            f"child-{child.row}.json",
            mime="application/json",
        )
    with right:
        kit.figure(
            "rewards",
            reward_chart,
            UPDATES,
            accuracies(trace),
            data=reward_rows(trace, update),
            label="Validation accuracy of every child of the run",
        )


def accuracies(trace: Trace) -> tuple[float, float]:
    """Return the ends of the axis of rewards."""
    return kit.nice_domain([float(trace.rewards.min()), 1.0])


def _file(child: Child) -> dict[str, object]:
    space = benchmark().space
    layers = [layer._asdict() for layer in space.decode(space.architecture(child.row))]
    return {"layers": layers, "reward": child.reward, "test accuracy": child.test} | asdict(
        child.cost
    )
