"""All recorded runs at a glance: by the share of randomised labels, by capacity, by condition."""

from __future__ import annotations

from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.generalization import CONDITIONS, early_stop
from pyfrontiers.generalization.network import WIDTH
from pyfrontiers.generalization.recorded_fits import recorded_fits
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.generalization import Fit

__all__ = ["overview", "paper_tables", "prepare_overview"]

_IMAGES = 1442
_TRAIN, _TEST, _STOPPED = "training", "test", "test, stopped early"
_LEVEL_COLOURS = {_TRAIN: "blue", _TEST: "vermillion", _STOPPED: "orange"}
_KIND_COLOURS = {"true labels": "blue", "random labels": "purple"}

#: Zhang et al. 2017, Table 1, CIFAR-10: training and test accuracy in per cent.
_PUBLISHED = (
    ("Inception, true labels", 100, 89.05),
    ("Inception, true labels, no regularisation", 100, 85.75),
    ("Inception, random labels", 100, 9.78),
    ("Three layers of 512 units, random labels", 100, 10.48),
)


def overview() -> None:
    """Draw the three charts of the recorded runs."""
    left, right = st.columns(2, gap="large")
    with left:
        kit.figure(
            "levels",
            level_chart,
            data=_by_level(),
            label="Training and test accuracy by the share of randomised labels, three seeds",
        )
    with right:
        kit.figure(
            "epochs",
            epochs_chart,
            data=_by_level().query("of == @_TRAIN"),
            label="Epochs until 99.9 % of the labels are fitted, by the share of randomised labels",
        )
    kit.figure(
        "capacity",
        capacity_chart,
        data=_by_width(),
        label="Training accuracy by the number of weights, for true and for random labels",
    )


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


def _colour(token: Mapping[str, str], names: Mapping[str, str]) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=[token[colour] for colour in names.values()])
    legend = alt.Legend(columns=3, symbolType="circle")
    return alt.Color("of:N", title=None, scale=scale, legend=legend)


_ACCURACY = alt.Y(
    "accuracy:Q", title="accuracy", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
)
_SHARE = alt.X(
    "share:Q",
    title="share of randomised labels",
    scale=alt.Scale(domain=[0, 1]),
    axis=alt.Axis(format="%"),
)
_TIPS = ["of:N", "seed:O", alt.Tooltip("accuracy:Q", format=".1%")]


def level_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of the accuracies by the share of randomised labels."""
    base = alt.Chart().encode(x=_SHARE, color=_colour(token, _LEVEL_COLOURS))
    lines = base.mark_line().encode(y=_ACCURACY.copy().aggregate("mean"))
    points = base.mark_point(opacity=0.8, size=30).encode(y=_ACCURACY, tooltip=["share:Q", *_TIPS])
    title = "Training accuracy hides the noise"
    return alt.layer(lines, points).properties(height=260, title=title)


def epochs_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of the epochs until every label is fitted, by the share of random labels."""
    y = alt.Y("epochs:Q", title="epochs to fit every label", scale=alt.Scale(domain=[0, 40]))
    base = alt.Chart().encode(x=_SHARE, color=alt.value(token["blue"]))
    line = base.mark_line().encode(y=y.copy().aggregate("mean"))
    points = base.mark_point(opacity=0.8, size=30).encode(
        y=y, tooltip=["share:Q", "seed:O", "epochs:Q"]
    )
    title = "Noise takes longer to fit, but not much longer"
    return alt.layer(line, points).properties(height=260, title=title)


def capacity_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of the training accuracy by capacity, the number of images marked."""
    x = alt.X(
        "weights:Q",
        title="weights and biases of the network",
        scale=alt.Scale(type="log", domain=[100, 1_000_000]),
        axis=alt.Axis(format="~s", values=[1e2, 1e3, 1e4, 1e5, 1e6]),
    )
    base = alt.Chart().encode(x=x, color=_colour(token, _KIND_COLOURS))
    lines = base.mark_line().encode(y=_ACCURACY.copy().aggregate("mean"))
    points = base.mark_point(opacity=0.8, size=30).encode(
        y=_ACCURACY, tooltip=["weights:Q", *_TIPS]
    )
    once = alt.Chart().transform_aggregate(rows="count()")  # one mark for any number of rows
    rule = once.mark_rule(strokeDash=[4, 4]).encode(x=alt.datum(_IMAGES))
    name = once.mark_text(align="left", dx=5, dy=-4).encode(
        x=alt.datum(_IMAGES), y=alt.datum(0.03), text=alt.value("training images")
    )
    title = "Training accuracy after 40 epochs"
    return alt.layer(lines, points, rule, name).properties(height=260, title=title)


def paper_tables() -> None:
    """Show the paper's table next to ours."""
    left, right = st.columns(2, gap="large")
    head = ("", "training", "test")
    with left:
        paper = [
            (name, kit.percent(train / 100), kit.percent(test / 100, 2))
            for name, train, test in _PUBLISHED
        ]
        kit.table(head, paper, caption="Published: CIFAR-10, Zhang et al. 2017, Table 1")
    with right:
        kit.table(head, _our_rows(), caption="Here: digits, 40 epochs, mean of three seeds")


@cache
def _our_rows() -> tuple[tuple[str, str, str], ...]:
    titles = {item.slug: item.title for item in CONDITIONS}
    rows = [("True labels", _mean_of("labels", 0.0)), ("Random labels", _mean_of("labels", 1.0))]
    rows += [(titles[name], _mean_of(name, 0.0)) for name in ("shuffled", "random", "gaussian")]
    return tuple(
        (name, kit.percent(train, 1), kit.percent(test, 1)) for name, (train, test) in rows
    )


def _mean_of(condition: str, share: float) -> tuple[float, float]:
    fits: list[Fit] = [
        fit
        for fit in recorded_fits()[0]
        if (fit.condition, fit.share, fit.width) == (condition, share, WIDTH)
    ]
    return fmean(f.train_accuracy for f in fits), fmean(f.test_accuracy for f in fits)


def prepare_overview() -> None:
    """Read the record and make the charts' specifications."""
    _by_level()
    _by_width()
    _our_rows()
    kit.prepare_figure("levels", level_chart)
    kit.prepare_figure("epochs", epochs_chart)
    kit.prepare_figure("capacity", capacity_chart)
