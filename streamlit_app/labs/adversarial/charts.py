"""The laboratory's charts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import pandas as pd

from pyfrontiers.vision import top_classes
from streamlit_app.theme import visitor_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["curve_charts", "mirror_charts", "ranking_chart"]

_HEIGHT = 190


def ranking_chart(
    probabilities: NDArray[np.float32], title: str, colour: str, marked: int
) -> alt.TopLevelMixin:
    """Make the bars of the five most probable classes.

    Args:
        probabilities: (1000,) of one picture.
        title: Heading of the chart.
        colour: Name of a palette colour for the bars.
        marked: Index of the class that is wanted; its name is set in bold.

    """
    ranking = top_classes(probabilities.tolist())
    frame = pd.DataFrame(
        {
            "class": [name for name, _, _ in ranking],
            "probability": [share for _, _, share in ranking],
            "text": [_short(share) for _, _, share in ranking],
        }
    )
    named = json.dumps([name for name, index, _ in ranking if index == marked])
    weight = alt.condition(
        f"indexof({named}, datum.value) >= 0", alt.value("bold"), alt.value("normal")
    )
    order = frame["class"].tolist()
    base = alt.Chart(frame, title=title).encode(
        y=alt.Y(
            "class:N",
            sort=order,
            title=None,
            axis=alt.Axis(grid=False, labelLimit=150, labelFontWeight=weight, minExtent=120),
        )
    )
    bars = base.mark_bar(color=visitor_tokens()[colour], height={"band": 0.62}).encode(
        x=alt.X("probability:Q", title=None, scale=alt.Scale(domain=[0, 1.16]), axis=None),
        tooltip=["class", alt.Tooltip("probability:Q", format=".6f")],
    )
    text = base.mark_text(align="left", dx=5).encode(x="probability:Q", text="text:N")
    return alt.layer(bars, text).properties(height=_HEIGHT, width="container")


def _short(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if 0.999 < share < 1 else f"{100 * share:.1f} %"


def curve_charts(
    losses: Sequence[float], probabilities: Sequence[float], target: str, steps: int
) -> tuple[alt.TopLevelMixin, alt.TopLevelMixin]:
    """Make the loss and the probability of the wanted class after each step.

    Args:
        losses: Cross-entropy towards the wanted class after 0, 1, ... steps, in nats.
        probabilities: Probability of the wanted class after 0, 1, ... steps.
        target: Name of the wanted class.
        steps: Steps that the axis is drawn for.

    """
    frame = pd.DataFrame({"step": range(len(losses)), "loss": losses, "probability": probabilities})
    colour = visitor_tokens()["vermillion"]
    steps_axis = alt.X(
        "step:Q", scale=alt.Scale(domain=[0, steps]), axis=alt.Axis(tickMinStep=1, format="d")
    )
    tip = [
        "step",
        alt.Tooltip("loss:Q", format=".4g"),
        alt.Tooltip("probability:Q", format=".6f"),
    ]
    top = max(*losses, 1.0)

    def line(column: str, title: str, domain: list[float], unit: str) -> alt.TopLevelMixin:
        y = alt.Y(f"{column}:Q", title=unit, scale=alt.Scale(domain=domain))
        chart = (
            alt.Chart(frame, title=title)
            .mark_line(color=colour, point=alt.OverlayMarkDef(color=colour, size=28))
            .encode(x=steps_axis, y=y, tooltip=tip)
            .properties(height=_HEIGHT, width="container")
        )
        return cast("alt.TopLevelMixin", chart)

    return (
        line("loss", f"Loss towards {target}", [0, top], "nats"),
        line("probability", f"Probability of {target}", [0, 1], ""),
    )


def mirror_charts(details: dict[str, Any]) -> tuple[alt.TopLevelMixin, alt.TopLevelMixin]:
    """Make the loss over training steps and over attack steps, both on the same scale.

    Args:
        details: `training` and `attack`, the mean loss after each step, as claim C8 records them.

    """
    token = visitor_tokens()
    phases = {
        "Training: the weights move": ("training", "blue"),
        "Attack: the input moves": ("attack", "vermillion"),
    }
    top = 1.05 * max(max(details[name]) for name, _ in phases.values())
    panels = []
    for title, (name, colour) in phases.items():
        frame = pd.DataFrame({"step": range(len(details[name])), "loss": details[name]})
        y = alt.Y(
            "loss:Q",
            scale=alt.Scale(domain=[0, top]),
            title="mean loss, nats",
        )
        mark = alt.Chart(frame, title=alt.Title(title, color=token[colour])).mark_area(
            line={"color": token[colour], "strokeWidth": 2.5},
            color=token[colour],
            opacity=0.14,
        )
        chart = mark.encode(
            x=alt.X(
                "step:Q", title="step", scale=alt.Scale(domain=[0, len(frame) - 1], nice=False)
            ),
            y=y,
            tooltip=["step", alt.Tooltip("loss:Q", format=".4f")],
        )
        panels.append(chart.properties(height=240, width="container"))
    return panels[0], panels[1]
