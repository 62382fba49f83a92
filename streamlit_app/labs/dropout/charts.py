"""The laboratory's charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import torch

from pyfrontiers.uncertainty import running_moments
from streamlit_app.labs.dropout.results import ANGLES, CLASSES
from streamlit_app.theme import show_chart, visitor_tokens

if TYPE_CHECKING:
    from altair.typing import ChartType
    from torch import Tensor

    from pyfrontiers.uncertainty import Prediction

#: Classes whose mean and variance are drawn; the rest stay near zero.
_SHOWN_CLASSES = 3


def passes_chart(samples: Tensor) -> None:
    """Draw the class probabilities of every pass, one column a pass.

    Args:
        samples: (T, 10) class probabilities.
    """
    frame = pd.DataFrame(samples.numpy(), columns=CLASSES)
    frame.insert(0, "pass", range(1, len(frame) + 1))
    long = frame.melt("pass", var_name="class", value_name="probability")
    token = visitor_tokens()
    ramp = alt.Scale(domain=[0, 1], range=[token["sunken"], token["blue"]], interpolate="rgb")
    chart = (
        alt.Chart(long)
        .mark_rect()
        .encode(
            x=alt.X("pass:O", title="pass", axis=alt.Axis(values=_ticks(len(frame)), labelAngle=0)),
            y=alt.Y("class:N", title="class", sort=CLASSES),
            color=alt.Color("probability:Q", scale=ramp, legend=None),
            tooltip=["pass", "class", alt.Tooltip("probability:Q", format=".3f")],
        )
        .properties(height=230, width="container")
    )
    show_chart(chart, key="passes-chart", label="Class probabilities of every pass")


def convergence_charts(samples: Tensor) -> tuple[ChartType, ChartType]:
    """Make the charts of mean and variance after each pass, for the classes with most probability.

    Args:
        samples: (T, 10) class probabilities.
    """
    frame, order = _running(samples)
    base = alt.Chart(frame).encode(
        x=alt.X("pass:Q", title="passes T"),
        color=alt.Color("class:N", sort=order, scale=alt.Scale(domain=order), title="class"),
        tooltip=["pass", "class", *(alt.Tooltip(f"{name}:Q", format=".4f") for name in _MOMENTS)],
    )
    unit = alt.Scale(domain=[0, 1])
    band = base.mark_area(opacity=0.22).encode(
        y=alt.Y("low:Q", title="mean probability", scale=unit), y2="high:Q"
    )
    mean = alt.layer(band, base.mark_line().encode(y="mean:Q"))
    variance = base.mark_line().encode(y=alt.Y("variance:Q", title="variance"))
    return (
        mean.properties(height=230, width="container"),
        variance.properties(height=230, width="container"),
    )


_MOMENTS = ("mean", "variance")


def _running(samples: Tensor) -> tuple[pd.DataFrame, list[str]]:
    """Tabulate mean, variance and standard error after each pass, and rank the classes drawn."""
    means, variances = running_moments(samples)
    top = means[-1].argsort(descending=True)[:_SHOWN_CLASSES].tolist()
    counts = torch.arange(1, len(samples) + 1)
    errors = (variances / counts[:, None]).sqrt()
    frames = [
        pd.DataFrame(
            {
                "pass": counts.numpy(),
                "class": CLASSES[c],
                "mean": means[:, c].numpy(),
                "variance": variances[:, c].numpy(),
                "low": (means - errors)[:, c].clamp_min(0).numpy(),
                "high": (means + errors)[:, c].clamp_max(1).numpy(),
            }
        )
        for c in top
    ]
    return pd.concat(frames), [CLASSES[c] for c in top]


def turning_chart(prediction: Prediction) -> None:
    """Draw total uncertainty and disagreement against the angle of rotation."""
    token = visitor_tokens()
    assert prediction.entropy is not None
    assert prediction.mutual_information is not None
    best, guess = prediction.mean.max(1)
    frame = pd.DataFrame(
        {
            "angle": ANGLES,
            "predictive entropy": prediction.entropy.numpy(),
            "mutual information": prediction.mutual_information.numpy(),
            "class": [CLASSES[c] for c in guess],
            "probability": best.numpy(),
        }
    )
    long = frame.melt(["angle", "class", "probability"], var_name="uncertainty", value_name="nats")
    kinds = ["predictive entropy", "mutual information"]
    scale = alt.Scale(domain=kinds, range=[token["orange"], token["blue"]])
    x = alt.X("angle:Q", title="turned by, degrees", axis=alt.Axis(values=list(range(0, 181, 30))))
    tip = ["angle", "uncertainty", alt.Tooltip("nats:Q", format=".3f"), "class"]
    lines = (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=x,
            y=alt.Y("nats:Q", title="nats", scale=alt.Scale(domain=[0, 2.4])),
            color=alt.Color("uncertainty:N", scale=scale, title=None),
            tooltip=tip,
        )
    )
    names = (
        alt.Chart(frame).mark_text(dy=0, fontWeight=600).encode(x=x, y=alt.value(8), text="class:N")
    )
    show_chart(
        (lines + names).properties(height=260, width="container"),
        key="turning-chart",
        label="Uncertainty against the angle of rotation; the numbers are the predicted classes",
    )


def slope_chart(curves: dict[str, Any]) -> alt.LayerChart:
    """Make the chart of the error of mean and variance against T, on logarithmic axes.

    Args:
        curves: what `pyfrontiers.claims.c17.study` returns or reports.
    """
    rows = [
        {"T": count, "error": error, "of": f"{name}, slope {curves[name]['slope']:.2f}"}
        for name in ("mean", "variance")
        for count, error in zip(curves["passes"], curves[name]["errors"], strict=True)
    ]
    start = curves["mean"]["errors"][0] * curves["passes"][0] ** 0.5
    law = [{"T": count, "error": start * count**-0.5} for count in curves["passes"]]
    x = alt.X("T:Q", title="passes T", scale=alt.Scale(type="log", base=2))
    y = alt.Y("error:Q", title="error against all masks", scale=alt.Scale(type="log"))
    measured = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(point=True)
        .encode(x=x, y=y, color=alt.Color("of:N", title=None))
    )
    rule = alt.Chart(pd.DataFrame(law)).mark_line(strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y)
    chart: alt.LayerChart = (rule + measured).properties(height=260, width="container")
    return chart


def _ticks(count: int) -> list[int]:
    step = max(5 * round(count / 50), 1)
    return [1, *range(step, count + 1, step)] if step > 1 else list(range(1, count + 1))
