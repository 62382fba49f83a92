"""The charts of one run: accuracies by epoch, and the distribution of the losses at one epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.generalization.metrics import LOSS_EDGES
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.generalization import EarlyStop
    from pyfrontiers.generalization.metrics import Curves

__all__ = ["accuracy_figures", "loss_figures", "prepare_figures"]

#: Field of the curves -> name and colour of its line.
_TRAINING = {
    "train": ("all labels", "blue"),
    "clean": ("unchanged labels", "green"),
    "redrawn": ("randomised labels", "purple"),
    "truth": ("randomised images, true labels", "orange"),
}
_TEST = {"test": ("true test labels", "vermillion")}
_STOP = "early stopping"
_LOSSES = {
    "clean_losses": ("Unchanged labels", "green"),
    "redrawn_losses": ("Randomised labels", "purple"),
}


def accuracy_figures(curves: Curves, epochs: int, stop: EarlyStop | None, *, name: str) -> None:
    """Draw the training and the test accuracy by epoch, on one scale.

    Args:
        curves: Curves of a finished or running job.
        epochs: Total number of epochs, the range of the axis.
        stop: Epoch chosen by early stopping, marked in the test chart.
        name: Prefix of the figures' names.
    """
    left, right = st.columns(2, gap="large")
    with left:
        kit.figure(
            f"{name}-train",
            training_chart,
            epochs,
            data=_rows(curves, _TRAINING),
            label=f"Training accuracy by epoch, {curves.train[-1]:.1%} at the end",
        )
    with right:
        rows = _rows(curves, _TEST)
        if stop is not None:
            mark = {"epoch": stop.epoch, "accuracy": curves.test[stop.epoch], "of": _STOP}
            rows = pd.concat([rows, pd.DataFrame([mark])], ignore_index=True)
        kit.figure(
            f"{name}-test",
            test_chart,
            epochs,
            data=rows,
            label=f"Test accuracy by epoch, {curves.test[-1]:.1%} at the end",
        )


def _rows(curves: Curves, lines: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    rows = [
        {"epoch": epoch, "accuracy": value, "of": name}
        for attribute, (name, _) in lines.items()
        for epoch, value in enumerate(getattr(curves, attribute))
        if not math.isnan(value)
    ]
    return pd.DataFrame(rows)


def training_chart(token: Mapping[str, str], epochs: int) -> alt.TopLevelMixin:
    """Make the chart of the training accuracies."""
    return _accuracies(token, epochs, dict(_TRAINING.values()), "Training accuracy")


def test_chart(token: Mapping[str, str], epochs: int) -> alt.TopLevelMixin:
    """Make the chart of the test accuracy, with the mark of early stopping."""
    return _accuracies(token, epochs, dict(_TEST.values()) | {_STOP: "ink"}, "Test accuracy")


def _accuracies(
    token: Mapping[str, str], epochs: int, colours: Mapping[str, str], title: str
) -> alt.TopLevelMixin:
    scale = alt.Scale(domain=list(colours), range=[token[name] for name in colours.values()])
    symbol = "circle" if _STOP in colours else "stroke"
    base = alt.Chart().encode(
        x=alt.X("epoch:Q", title="epoch", scale=alt.Scale(domain=[0, epochs], nice=False)),
        y=alt.Y(
            "accuracy:Q",
            title="accuracy",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%"),
        ),
        color=alt.Color(
            "of:N", title=None, scale=scale, legend=alt.Legend(columns=2, symbolType=symbol)
        ),
        tooltip=["epoch:Q", "of:N", alt.Tooltip("accuracy:Q", format=".1%")],
    )
    line = base.transform_filter(alt.datum.of != _STOP).mark_line()
    mark = base.transform_filter(alt.datum.of == _STOP).mark_point(size=110, opacity=1)
    return alt.layer(line, mark).properties(height=250, title=title)


def loss_figures(curves: Curves, epoch: int) -> None:
    """Draw histograms of the training losses after an epoch, one per kind of label.

    Args:
        curves: Curves of a run, with the distributions of its losses.
        epoch: The epoch to show.
    """
    for column, attribute in zip(st.columns(2, gap="large"), _LOSSES, strict=True):
        title = _LOSSES[attribute][0]
        distributions = getattr(curves, attribute)
        counts = distributions[epoch]
        with column:
            if not sum(counts):
                kit.note(f"{title}: none in this run.")
                continue
            kit.figure(
                attribute.replace("_", "-"),
                loss_chart,
                attribute,
                # One axis for all epochs, so that moving the slider changes only the bars.
                kit.nice_domain([0, max(map(max, distributions))]),
                data=pd.DataFrame(
                    {"low": LOSS_EDGES[:-1], "high": LOSS_EDGES[1:], "images": counts}
                ),
                label=f"{title}: loss of each of {sum(counts)} images after epoch {epoch}",
            )


def loss_chart(
    token: Mapping[str, str], attribute: str, images: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the histogram of one kind of label, with the loss of a uniform guess marked."""
    title, colour = _LOSSES[attribute]
    loss = alt.X(
        "low:Q",
        title="loss of one image, nats",
        scale=alt.Scale(type="log", domain=[LOSS_EDGES[0], LOSS_EDGES[-1]], nice=False),
        axis=alt.Axis(values=[1e-4, 1e-2, 1, 100], format="~g"),
    )
    bars = (
        alt.Chart()
        .mark_rect(color=token[colour])
        .encode(
            x=loss,
            x2="high:Q",
            y=alt.Y("images:Q", title="images", scale=alt.Scale(domain=list(images), nice=False)),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title="from", format=".2g"),
                alt.Tooltip("high:Q", title="to", format=".2g"),
                "images:Q",
            ],
        )
    )
    once = alt.Chart().transform_aggregate(rows="count()")  # one mark, whatever the data
    guess = once.mark_rule(strokeDash=[4, 4], color=token["muted"]).encode(
        x=alt.datum(math.log(10))
    )
    return alt.layer(bars, guess).properties(height=170, title=title)


def prepare_figures(epochs: int) -> None:
    """Make the specifications of the first charts that a visitor sees."""
    for name in ("run", "so-far"):
        kit.prepare_figure(f"{name}-train", training_chart, epochs)
        kit.prepare_figure(f"{name}-test", test_chart, epochs)
