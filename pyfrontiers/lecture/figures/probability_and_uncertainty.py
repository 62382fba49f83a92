"""Figures of the section `probability-and-uncertainty`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_HORSE = (
    "Illustration: three inputs enter a classifier with two outputs. A dog gets 97 % dog, a cat "
    "96 % cat, and a horse, for which there is no output, 71 % dog and 29 % cat."
)
_SAME_MEAN = (
    "Predictions of twenty plausible networks for two inputs, with a mean of 70 % for both. For "
    "the first input all are close to 70 %; for the second they range from almost 0 to almost 100 "
    "%."
)
_SPLIT = (
    "Entropy of the average of two predictions, one half plus d and one half minus d. The total "
    "stays at one bit; as d grows, the part from noise falls and the part from disagreement rises "
    "until it is everything."
)


@figure("dog-cat-horse", _HORSE)
def dog_cat_horse() -> Svg:
    """Compute three softmax outputs and draw them as divided bars."""
    pen = Drawing(440, 270)
    scores = {"dog": (3.1, -0.4), "cat": (-1.2, 2.0), "horse": (0.4, -0.5)}
    pen.text(196, 18, "dog", colour="blue", anchor="start", bold=True)
    pen.text(424, 18, "cat", colour="purple", anchor="end", bold=True)
    for row, (name, score) in enumerate(scores.items()):
        y = 66 + 70 * row
        known = name != "horse"
        pen.box(12, y - 24, 96, 48, fill="card", stroke="muted" if known else "orange")
        pen.text(60, y, name, bold=not known, colour="ink")
        pen.arrow((114, y), (186, y))
        odds = np.exp(np.array(score))
        dog, cat = odds / odds.sum()
        width = 228.0
        pen.box(196, y - 16, width, 32, fill="purple", stroke="none", radius=4)
        pen.box(196, y - 16, width * float(dog), 32, fill="blue", stroke="none", radius=4)
        if dog > 0.2:
            pen.text(204, y, f"{100 * dog:.0f} %", colour="card", anchor="start", size=14)
        if cat > 0.2:
            pen.text(416, y, f"{100 * cat:.0f} %", colour="card", anchor="end", size=14)
    note = "Illustration: made-up scores; each bar adds up to 100 %"
    pen.text(220, 254, note, size=14, colour="muted")
    return pen.finish(_HORSE)


@figure("probability-or-confidence", _SAME_MEAN)
def probability_or_confidence() -> alt.TopLevelMixin:
    """Draw beta-distributed predictions with equal means and different spreads."""
    random = np.random.default_rng(3)
    inputs = {"seen before": (70.0, 30.0), "never seen": (0.7, 0.3)}
    rows = []
    for name, (a, b) in inputs.items():
        draws = random.beta(a, b, 20)
        # shift to the exact mean, in log-odds so that they stay probabilities
        odds = np.log(draws / (1 - draws))
        shift = np.linspace(-8, 8, 4001)
        means = (1 / (1 + np.exp(-(odds[None, :] + shift[:, None])))).mean(axis=1)
        moved = 1 / (1 + np.exp(-(odds + shift[np.abs(means - 0.7).argmin()])))
        rows += [(name, probability) for probability in moved]
    base = alt.Chart(table(input=[r[0] for r in rows], p=[r[1] for r in rows])).encode(
        y=alt.Y("input:N", title=None, sort=list(inputs), axis=alt.Axis(labels=False, grid=False)),
        x=alt.X(
            "p:Q",
            title="probability of “dog”",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(labelExpr="round(100 * datum.value) + ' %'"),
        ),
    )
    meaning = {"seen before": "blue", "never seen": "orange"}
    chart = alt.layer(
        base.mark_tick(thickness=2, size=44, opacity=0.8).encode(
            color=colour("input", meaning, legend=False)
        ),
        base.mark_point(shape="triangle-up", size=110, opacity=1, yOffset=34).encode(
            x="mean(p):Q", color=colour("input", meaning, legend=False)
        ),
        alt.Chart(table(input=list(inputs)))
        .mark_text(align="left", dy=-36)
        .encode(y=alt.Y("input:N", sort=list(inputs)), x=alt.datum(0), text="input:N"),
    )
    note = "Illustration: 20 networks, one tick each; triangle: mean"
    return panel(chart, "The same 70 % for different reasons", note)


def _bits(p: Array) -> Array:
    """Return the entropy of a coin with probability ``p``, in bits."""
    p = np.clip(p, 1e-12, 1.0 - 1e-12)
    return -p * np.log2(p) - (1.0 - p) * np.log2(1.0 - p)


@figure("entropy-split", _SPLIT)
def entropy_split() -> alt.TopLevelMixin:
    """Compute total entropy, expected entropy and mutual information on a grid of d."""
    d = np.linspace(0.0, 0.5, 101)
    expected = 0.5 * (_bits(0.5 + d) + _bits(0.5 - d))
    total = _bits(np.full_like(d, 0.5))
    kinds = ("noise (aleatoric)", "disagreement (epistemic)")
    data = table(
        d=np.tile(d, 2),
        low=np.concatenate([np.zeros_like(d), expected]),
        high=np.concatenate([expected, total]),
        kind=np.repeat(kinds, d.size),
    )
    chart = (
        alt.Chart(data)
        .mark_area(opacity=0.75)
        .encode(
            x=alt.X("d:Q", title="disagreement d", scale=span(0, 0.5)),
            y=alt.Y("low:Q", title="entropy, bits", scale=span(0, 1)),
            y2="high:Q",
            color=colour("kind", {kinds[0]: "blue", kinds[1]: "orange"}),
        )
    )
    return panel(
        chart,
        "One bit of uncertainty, of two kinds",
        "Two networks predict ½ + d and ½ − d; their mean is ½",
    )
