"""The charts of one run: accuracies by epoch, and how the losses are spread at one epoch.

Each specification is made once for a theme, and only its table changes: a slider then answers
without Altair's check of the whole chart.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.generalization.metrics import LOSS_EDGES
from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import tokens_of

if TYPE_CHECKING:
    from pyfrontiers.generalization import EarlyStop
    from pyfrontiers.generalization.metrics import Curves
    from streamlit_app.kit.mode import Mode

__all__ = ["accuracy_charts", "loss_charts", "prepare_charts", "show"]

_HEIGHT = 250
_TRAINING = {
    "train": ("all labels", "blue"),
    "clean": ("labels left alone", "green"),
    "redrawn": ("thrown labels", "purple"),
    "truth": ("truth under thrown labels", "orange"),
}
_TEST = {"test": ("true test labels", "vermillion")}


def accuracy_charts(curves: Curves, epochs: int, stop: EarlyStop | None, *, key: str) -> None:
    """Draw the accuracy on training and on test labels, side by side on one scale.

    Args:
        curves: of a run that is over or under way.
        epochs: passes that the run will have; the axis is drawn for them.
        stop: where early stopping would have ended it, marked in the test chart.
        key: start of the charts' keys.
    """
    mode = visitor_mode()
    left, right = st.columns(2, gap="large")
    with left:
        frame = _table(curves, _TRAINING)
        label = f"Training accuracy by epoch, {curves.train[-1]:.1%} at the end"
        show(frame, _accuracy_spec(mode, epochs, True), f"{key}-train", label)
    with right:
        frame = _table(curves, _TEST)
        if stop is not None:
            mark = {"epoch": stop.epoch, "accuracy": curves.test[stop.epoch], "of": _STOP}
            frame = pd.concat([frame, pd.DataFrame([mark])])
        label = f"Test accuracy by epoch, {curves.test[-1]:.1%} at the end"
        show(frame, _accuracy_spec(mode, epochs, False), f"{key}-test", label)


_STOP = "early stopping"


def _table(curves: Curves, lines: dict[str, tuple[str, str]]) -> pd.DataFrame:
    rows = [
        {"epoch": epoch, "accuracy": value, "of": name}
        for attribute, (name, _) in lines.items()
        for epoch, value in enumerate(getattr(curves, attribute))
        if not math.isnan(value)
    ]
    return pd.DataFrame(rows)


@lru_cache(maxsize=16)
def _accuracy_spec(mode: Mode, epochs: int, training: bool) -> dict[str, Any]:
    token = tokens_of(mode)
    lines = _TRAINING if training else _TEST
    names = [name for name, _ in lines.values()] + ([] if training else [_STOP])
    colours = [token[colour] for _, colour in lines.values()] + ([] if training else [token["ink"]])
    axis = alt.Axis(format="%")
    base = alt.Chart().encode(
        x=alt.X("epoch:Q", title="epoch", scale=alt.Scale(domain=[0, epochs], nice=False)),
        y=alt.Y("accuracy:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis),
        color=alt.Color(
            "of:N",
            title=None,
            scale=alt.Scale(domain=names, range=colours),
            legend=alt.Legend(columns=2, symbolType="circle" if not training else "stroke"),
        ),
        tooltip=["epoch:Q", "of:N", alt.Tooltip("accuracy:Q", format=".1%")],
    )
    drawn = base.transform_filter(alt.datum.of != _STOP).mark_line()
    mark = base.transform_filter(alt.datum.of == _STOP).mark_point(size=110, opacity=1)
    title = "Training: how many labels it knows" if training else "Test: how many digits it reads"
    chart = alt.layer(drawn, mark).properties(height=_HEIGHT, title=title)
    return chart_spec(chart, mode)


def loss_charts(curves: Curves, epoch: int, *, key: str) -> None:
    """Draw how many training images have which loss after an epoch, by the kind of their label.

    Args:
        curves: of a run, with the spreads of its losses.
        epoch: which of the looks.
        key: start of the charts' keys.
    """
    mode = visitor_mode()
    kinds = (("clean_losses", "Labels left alone", "green"), ("redrawn_losses", "Thrown", "purple"))
    for column, (attribute, title, colour) in zip(st.columns(2, gap="large"), kinds, strict=True):
        counts = getattr(curves, attribute)[epoch]
        with column:
            if not sum(counts):
                st.html(f'<p class="pf-note">{title}: there is no such label here.</p>')
                continue
            frame = pd.DataFrame({"low": LOSS_EDGES[:-1], "high": LOSS_EDGES[1:], "images": counts})
            label = f"Spread of the loss after epoch {epoch}. {title}: {sum(counts)} images"
            show(frame, _loss_spec(mode, title, colour), f"{key}-{attribute}", label)


@lru_cache(maxsize=8)
def _loss_spec(mode: Mode, title: str, colour: str) -> dict[str, Any]:
    token = tokens_of(mode)
    ends = [LOSS_EDGES[0], LOSS_EDGES[-1]]
    axis = alt.Axis(values=[1e-4, 1e-2, 1, 100], format="~g")
    bars = (
        alt.Chart()
        .mark_rect(color=token[colour])
        .encode(
            x=alt.X(
                "low:Q",
                title="loss of one image, nats",
                scale=alt.Scale(type="log", domain=ends, nice=False),
                axis=axis,
            ),
            x2="high:Q",
            y=alt.Y("images:Q", title="images", scale=alt.Scale(zero=True)),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title="from", format=".2g"),
                alt.Tooltip("high:Q", title="to", format=".2g"),
                "images:Q",
            ],
        )
    )
    once = alt.Chart().transform_aggregate(rows="count()")  # one mark, whatever the table
    line = once.mark_rule(strokeDash=[4, 4], color=token["muted"]).encode(x=alt.datum(math.log(10)))
    return chart_spec(alt.layer(bars, line).properties(height=170, title=title), mode)


def prepare_charts(epochs: int) -> None:
    """Make the specifications of both themes before anyone waits for them."""
    modes: tuple[Mode, ...] = ("light", "dark")
    for mode in modes:
        for training in (True, False):
            _accuracy_spec(mode, epochs, training)
        _loss_spec(mode, "Labels left alone", "green")
        _loss_spec(mode, "Thrown", "purple")


def show(frame: pd.DataFrame, spec: dict[str, Any], key: str, label: str) -> None:
    """Draw a table with a specification across its container."""
    st.vega_lite_chart(frame, spec, theme=None, width="stretch", key=f"{key}-chart", alt=label)
