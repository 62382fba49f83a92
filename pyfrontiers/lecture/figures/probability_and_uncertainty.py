"""Figures of the section `probability-and-uncertainty`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.pictures import picture_address
from pyfrontiers.lecture.figures.registry import Svg, figure

if TYPE_CHECKING:
    from PIL import Image

Array = np.ndarray[Any, np.dtype[np.float64]]

_HORSE = (
    "Photographs of a dog, a cat and a horse, each with a bar that a classifier with two outputs "
    "divides between dog and cat. The bar of the horse is divided too, although it is neither."
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
    """Show three photographs and the probabilities of a classifier with two outputs."""
    from pyfrontiers.vision import photograph
    from pyfrontiers.vision.heads import restricted
    from pyfrontiers.vision.recorded_features import recorded_views

    pen = Drawing(440, 322)
    pen.text(116, 12, "dog", colour="blue", anchor="start", bold=True)
    pen.text(438, 12, "cat", colour="purple", anchor="end", bold=True)
    left, width = 116.0, 322.0
    for row, name in enumerate(("dog", "cat", "horse")):
        y = 26 + 92 * row
        pixels = np.asarray(_square(photograph(name)))
        pen.picture(2, y, 84, 84, picture_address(pixels, (168, 168)))
        known = name != "horse"
        pen.box(2, y, 84, 84, fill="none", stroke="line" if known else "orange", radius=2)
        dog, cat = restricted(recorded_views()[name].pet_centre[None]).probabilities[0].tolist()
        pen.box(left, y + 24, width, 36, fill="purple", stroke="none", radius=3)
        pen.box(left, y + 24, width * dog, 36, fill="blue", stroke="none", radius=3)
        for share, x, anchor in ((dog, left + 8, "start"), (cat, left + width - 8, "end")):
            if share > 0.15:
                pen.text(x, y + 42, f"{100 * share:.0f} %", colour="card", anchor=anchor, bold=True)
    note = "The dogs and cats of the ImageNet network, nothing else"
    pen.text(2, 314, note, size=14, colour="muted", anchor="start")
    return pen.finish(_HORSE)


def _square(picture: Image.Image) -> Image.Image:
    """Return the middle of a picture."""
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    return picture.convert("RGB").crop((left, top, left + side, top + side))


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
