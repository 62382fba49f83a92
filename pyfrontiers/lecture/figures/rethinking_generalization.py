"""Figures of the section `rethinking-generalization`."""

from __future__ import annotations

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.registry import figure

_DIE = (
    "Share of labels that are still true against the share of randomised labels. Simulated points "
    "follow straight lines that end at one half for 2 classes, one tenth for 10 and almost zero "
    "for 1000."
)
_RANDOM = (
    "Training and test accuracy of four cases on CIFAR-10. Training accuracy is 100 % for all; "
    "test accuracy is 89 and 86 % with true labels and about 10 %, which is chance, with random "
    "labels."
)


@figure("labels-from-a-die", _DIE)
def labels_from_a_die() -> alt.TopLevelMixin:
    """Randomise 20,000 labels at every share and count those that stay true."""
    random = np.random.default_rng(0)
    count = 20_000
    shares = np.linspace(0.0, 1.0, 11)
    classes = {"K = 2": 2, "K = 10": 10, "K = 1000": 1000}
    rows = [
        (name, share, np.mean(np.where(chosen, rolled == label, True)), 1 - share * (1 - 1 / k))
        for name, k in classes.items()
        for share in shares
        for label in [random.integers(k, size=count)]
        for rolled in [random.integers(k, size=count)]
        for chosen in [random.random(count) < share]
    ]
    name, share, simulated, exact = zip(*rows, strict=True)
    percent = alt.Axis(labelExpr="round(100 * datum.value) + ' %'")
    base = alt.Chart(table(classes=name, share=share, simulated=simulated, exact=exact)).encode(
        x=alt.X("share:Q", title="share of randomised labels", scale=span(0, 1), axis=percent),
        color=colour(
            "classes", {"K = 2": "blue", "K = 10": "vermillion", "K = 1000": "purple"}, columns=3
        ),
    )
    chart = alt.layer(
        base.mark_line(opacity=0.6).encode(
            y=alt.Y("exact:Q", title="labels still true", scale=span(0, 1), axis=percent)
        ),
        base.mark_point(opacity=1).encode(y="simulated:Q"),
    )
    note = "Points: 20,000 simulated labels. Lines: 1 − r (1 − 1/K)"
    return panel(chart, "A die is sometimes right", note)


_CASES = (
    "Inception, true labels",
    "no regularisation",
    "Inception, random labels",
    "MLP, random labels",
)
_TEST = (89.05, 85.75, 9.78, 10.48)  # Zhang et al. 2017, Table 1, CIFAR-10


@figure("random-labels", _RANDOM)
def random_labels() -> alt.TopLevelMixin:
    """Draw the paper's table as pairs of points."""
    data = table(case=_CASES * 2, score=(100.0,) * 4 + _TEST, set=("training",) * 4 + ("test",) * 4)
    base = alt.Chart(data).encode(
        y=alt.Y("case:N", title=None, sort=list(_CASES), axis=alt.Axis(labels=False, grid=False)),
        x=alt.X("score:Q", title="accuracy, %", scale=alt.Scale(domain=[0, 108])),
    )
    pair = colour("set", {"training": "blue", "test": "vermillion"})
    test = base.transform_filter("datum.set == 'test'")
    chart = alt.layer(
        test.mark_rule(strokeWidth=2).encode(x2=alt.datum(100)),
        base.mark_point(size=130, opacity=1).encode(color=pair),
        test.mark_text(align="left", dx=10, dy=16).encode(text=alt.Text("score:Q", format=".2f")),
        test.mark_text(align="right", dy=-18).encode(x=alt.datum(100), text="case:N"),
        alt.Chart(table(chance=[10.0])).mark_rule(strokeDash=[3, 4]).encode(x="chance:Q"),
    )
    return panel(
        chart,
        "Training accuracy shows no difference",
        "CIFAR-10; Zhang et al. 2017, Table 1. Dashed: chance",
    )
