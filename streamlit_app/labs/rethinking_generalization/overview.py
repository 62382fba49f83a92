"""All recorded runs at a glance: by the share of random labels, by capacity, beside the paper's."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from statistics import fmean
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.generalization import CONDITIONS, early_stop
from pyfrontiers.generalization.network import WIDTH
from pyfrontiers.generalization.recorded_fits import recorded_fits
from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import tokens_of
from streamlit_app.kit.text import percent
from streamlit_app.labs.rethinking_generalization.charts import show

if TYPE_CHECKING:
    from pyfrontiers.generalization import Fit
    from streamlit_app.kit.mode import Mode

__all__ = ["overview", "paper_table", "prepare_overview"]

_IMAGES = 1442
_TRAIN, _TEST, _STOPPED = "training", "test", "test, stopped early"
_LEVEL_COLOURS = {_TRAIN: "blue", _TEST: "vermillion", _STOPPED: "orange"}
_KIND_COLOURS = {"true labels": "blue", "random labels": "purple"}

#: Zhang et al. 2017, Table 1, CIFAR-10: train and test accuracy in per cent.
_PUBLISHED = (
    ("Inception, true labels", 100, 89.05),
    ("Inception, true labels, no regularisation", 100, 85.75),
    ("Inception, random labels", 100, 9.78),
    ("Three layers of 512 units, random labels", 100, 10.48),
)


def overview() -> None:
    """Draw the three charts of the recorded runs."""
    mode = visitor_mode()
    left, right = st.columns(2, gap="large")
    with left:
        label = "Training and test accuracy against the share of random labels, three seeds"
        show(_by_level(), _level_spec(mode), "overview-level", label)
    with right:
        label = "Epochs until 99.9 % of the labels are known, against the share of random labels"
        show(_by_level(), _time_spec(mode), "overview-time", label)
    label = "Training accuracy against the number of weights, for true and for random labels"
    show(_by_width(), _capacity_spec(mode), "overview-capacity", label)


@cache
def _by_level() -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for fit in recorded_fits()[0]:
        if fit.condition == "labels" and fit.width == WIDTH:
            ends = {
                _TRAIN: fit.train_accuracy,
                _TEST: fit.test_accuracy,
                _STOPPED: early_stop(fit.curves).stopped,
            }
            for name, value in ends.items():
                row = {"share": fit.share, "seed": fit.seed, "epochs": fit.fitted}
                rows.append({**row, "of": name, "accuracy": value})
    return pd.DataFrame(rows)


@cache
def _by_width() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "weights": fit.parameters,
                "accuracy": fit.train_accuracy,
                "of": "random labels" if fit.share else "true labels",
                "seed": fit.seed,
            }
            for fit in recorded_fits()[0]
            if fit.condition == "labels" and fit.share in (0.0, 1.0)
        ]
    )


def _colour(mode: Mode, names: dict[str, str]) -> alt.Color:
    colours = [tokens_of(mode)[colour] for colour in names.values()]
    return alt.Color(
        "of:N", title=None, scale=alt.Scale(domain=list(names), range=colours), legend=_LEGEND
    )


_LEGEND = alt.Legend(columns=3, symbolType="circle")
_ACCURACY = alt.Y(
    "accuracy:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
)
_SHARE = alt.X("share:Q", title="share of random labels", axis=alt.Axis(format="%"))
_TIPS = ["of:N", "seed:O", alt.Tooltip("accuracy:Q", format=".1%")]


@lru_cache(maxsize=2)
def _level_spec(mode: Mode) -> dict[str, Any]:
    base = alt.Chart().encode(x=_SHARE, color=_colour(mode, _LEVEL_COLOURS))
    lines = base.mark_line().encode(y=_ACCURACY.copy().aggregate("mean"))
    points = base.mark_point(opacity=0.8, size=30).encode(y=_ACCURACY, tooltip=["share:Q", *_TIPS])
    title = "The training score cannot tell"
    return chart_spec(alt.layer(lines, points).properties(height=260, title=title), mode)


@lru_cache(maxsize=2)
def _time_spec(mode: Mode) -> dict[str, Any]:
    base = alt.Chart().transform_filter(alt.datum.of == _TRAIN).encode(x=_SHARE)
    y = alt.Y("epochs:Q", title="epochs to know every label", scale=alt.Scale(domain=[0, 40]))
    line = base.mark_line().encode(y=alt.Y("mean(epochs):Q", title="epochs to know every label"))
    points = base.mark_point(opacity=0.8, size=30).encode(
        y=y, tooltip=["share:Q", "seed:O", "epochs:Q"]
    )
    title = "Noise takes longer, but not much longer"
    return chart_spec(alt.layer(line, points).properties(height=260, title=title), mode)


@lru_cache(maxsize=2)
def _capacity_spec(mode: Mode) -> dict[str, Any]:
    x = alt.X(
        "weights:Q",
        title="weights and biases of the network",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~s"),
    )
    base = alt.Chart().encode(x=x, color=_colour(mode, _KIND_COLOURS))
    lines = base.mark_line().encode(y=_ACCURACY.copy().aggregate("mean"))
    points = base.mark_point(opacity=0.8, size=30).encode(
        y=_ACCURACY, tooltip=["weights:Q", *_TIPS]
    )
    once = alt.Chart().transform_aggregate(rows="count()")  # one mark, whatever the table
    rule = once.mark_rule(strokeDash=[4, 4]).encode(x=alt.datum(_IMAGES))
    name = once.mark_text(align="left", dx=5, dy=-4).encode(
        x=alt.datum(_IMAGES), y=alt.datum(0.03), text=alt.value("training images")
    )
    title = "Training accuracy after 40 epochs"
    chart = alt.layer(lines, points, rule, name).properties(height=260, title=title)
    return chart_spec(chart, mode)


def paper_table() -> None:
    """Show the paper's table beside ours."""
    ours = "".join(_row(*row) for row in _our_rows())
    paper = "".join(_row(name, f"{train} %", f"{test:.2f} %") for name, train, test in _PUBLISHED)
    st.html(
        '<div class="pf-tables">'
        + _table("Published: CIFAR-10, Zhang et al. 2017, Table 1", paper)
        + _table("Ours: digits, 40 epochs, mean of three seeds", ours)
        + "</div>"
    )


@cache
def _our_rows() -> tuple[tuple[str, str, str], ...]:
    titles = {item.slug: item.title for item in CONDITIONS}
    rows = [("True labels", _mean_of("labels", 0.0)), ("Random labels", _mean_of("labels", 1.0))]
    rows += [(titles[name], _mean_of(name, 0.0)) for name in ("shuffled", "random", "gaussian")]
    return tuple((name, percent(train, 1), percent(test, 1)) for name, (train, test) in rows)


def _mean_of(condition: str, share: float) -> tuple[float, float]:
    fits: list[Fit] = [
        fit
        for fit in recorded_fits()[0]
        if (fit.condition, fit.share, fit.width) == (condition, share, WIDTH)
    ]
    return fmean(f.train_accuracy for f in fits), fmean(f.test_accuracy for f in fits)


def _row(name: str, train: str, test: str) -> str:
    return f'<tr><th scope="row">{escape(name)}</th><td>{train}</td><td>{test}</td></tr>'


def _table(caption: str, rows: str) -> str:
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr><th></th>"
        f'<th scope="col">train</th><th scope="col">test</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def prepare_overview() -> None:
    """Read the record and make the specifications of both themes."""
    _by_level()
    _by_width()
    _our_rows()
    modes: tuple[Mode, ...] = ("light", "dark")
    for mode in modes:
        _level_spec(mode)
        _time_spec(mode)
        _capacity_spec(mode)
