"""Figures of the section `adversarial-examples`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.pictures import picture_address
from pyfrontiers.lecture.figures.registry import Svg, figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_TEMPLE = (
    "A photograph of a temple plus a magnified perturbation gives a photograph that looks the "
    "same. Below, the network's three most probable classes: a palace and similar buildings "
    "before, an ostrich after."
)
_MAGNIFIED = 16  # on the picture of the perturbation
_MANY = (
    "Change of a linear score against the number of inputs, for a perturbation of 4/255 in every "
    "input. Aligned with the weights, it grows as the square root of the number of inputs; a "
    "random perturbation of the same size has a small effect."
)
_MIRROR = (
    "Two rows that mirror each other. Training: the input is fixed, and an arrow from the loss "
    "back to the weights lowers the loss. Attack: the weights are fixed, and an arrow from the "
    "loss back to the input raises it."
)
_STEPS = (
    "Loss surface over two input values with a square box around the original. Sign steps climb to "
    "the edge of the box, are projected back onto it and end in a corner."
)


@figure("small-change-large-effect", _MANY)
def small_change_large_effect() -> alt.TopLevelMixin:
    """Measure both changes for random unit-norm weights (Goodfellow et al. 2015, section 3)."""
    random = np.random.default_rng(0)
    epsilon = 4.0 / 255.0
    sizes = [3 * side**2 for side in (4, 8, 16, 32, 64, 128, 224)]
    aligned, noise = [], []
    for size in sizes:
        weights = random.normal(size=size)
        weights /= np.linalg.norm(weights)
        signs = np.where(random.random((16, size)) < 0.5, -1.0, 1.0)
        aligned.append(epsilon * np.abs(weights).sum())
        noise.append(np.sqrt(np.mean((epsilon * signs @ weights) ** 2)))
    data = table(
        size=sizes * 2,
        change=aligned + noise,
        kind=["along the gradient"] * len(sizes) + ["random"] * len(sizes),
    )
    meaning = {"along the gradient": "vermillion", "random": "blue"}
    chart = (
        alt.Chart(data)
        .mark_line(point=alt.OverlayMarkDef(size=60, opacity=1))
        .encode(
            x=alt.X(
                "size:Q",
                title="number of input values",
                scale=alt.Scale(type="log", domain=[40, 200_000]),
                axis=alt.Axis(values=[100, 1000, 10_000, 100_000], format="~s"),
            ),
            y=alt.Y("change:Q", title="change of the score", scale=span(0, 5)),
            color=colour("kind", meaning),
        )
    )
    note = "Linear score, weights of norm 1, every input moved by 4/255"
    return panel(chart, "Many small changes add up", note)


def _row(pen: Drawing, y: float, *, attack: bool) -> None:
    """Draw one row: the part that changes is filled, the fixed parts are outlined."""
    token = "vermillion" if attack else "blue"
    labels = (("x", "input", 66), ("θ", "weights", 220), ("J", "loss", 374))
    moving = "x" if attack else "θ"
    for symbol, name, x in labels:
        free = symbol == moving
        pen.box(x - 40, y, 80, 54, fill=token if free else "card", stroke=token if free else "line")
        pen.text(x, y + 19, symbol, size=19, italic=True, colour="card" if free else "ink")
        state = "moves" if free else ("fixed" if symbol != "J" else name)
        pen.text(x, y + 40, state, size=14, colour="card" if free else "muted")
    pen.arrow((108, y + 27), (178, y + 27))
    pen.arrow((262, y + 27), (332, y + 27))
    goal = 66 if attack else 220
    pen.arrow((374, y + 56), (374, y + 80), (goal, y + 80), (goal, y + 58), colour=token)
    pen.text(
        297 if not attack else 220,
        y + 97,
        "∂J/∂x" if attack else "∂J/∂θ",
        colour=token,
        italic=True,
    )


@figure("temple-to-ostrich", _TEMPLE)
def temple_to_ostrich() -> Svg:
    """Show the recorded attack: photograph, magnified change, sum, and what the network says."""
    from pyfrontiers.vision import CLASS_NAMES, top_classes
    from pyfrontiers.vision.recorded_attacks import recorded_attack

    found, _ = recorded_attack("temple")
    change = (128 + _MAGNIFIED * found.perturbation).clip(0, 255).astype(np.uint8)
    pen = Drawing(440, 318)
    side = 132
    pictures = ((0, found.original, 80), (154, change, 30), (308, found.saved, 80))
    for x, pixels, quality in pictures:
        pen.picture(x, 0, side, side, picture_address(pixels, (224, 224), quality=quality))
    pen.text(143, 66, "+", size=22)
    pen.text(297, 66, "=", size=22)
    levels = round(255 * found.saved_linf)
    pen.text(220, 148, f"at most {levels} of 255,", size=14)
    pen.text(220, 166, f"shown × {_MAGNIFIED}", size=14)
    before = top_classes(found.before.tolist(), 3)
    after = top_classes(found.saved_after.tolist(), 2)
    for x, ranked, token in ((0, before, "blue"), (308, after, "vermillion")):
        for row, (name, _, share) in enumerate(ranked):
            y = 152 + 42 * row
            pen.text(x, y, f"{name} {_percent(share)}", size=14, anchor="start", bold=not row)
            pen.box(x, y + 11, side, 12, fill="sunken", stroke="none", radius=2)
            if share > 0.01:
                pen.box(x, y + 11, side * share, 12, fill=token, stroke="none", radius=2)
    pen.text(0, 286, "In the lecture, another network: temple 97 %.", size=14, anchor="start")
    target = _percent(float(found.before[found.target]))
    note = f"{CLASS_NAMES[found.target].capitalize()} before: {target}. Recorded run."
    pen.text(0, 306, note, size=14, anchor="start", colour="muted")
    return pen.finish(_TEMPLE)


def _percent(share: float) -> str:
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if 0.999 < share < 1.0 else f"{100 * share:.0f} %"


@figure("training-and-attack", _MIRROR)
def training_and_attack() -> Svg:
    """Draw the same network twice, with the gradient reaching the weights or the input."""
    pen = Drawing(440, 322)
    pen.text(26, 16, "Training", bold=True, anchor="start", colour="blue")
    pen.text(414, 16, "the loss falls ↓", anchor="end", colour="blue")
    _row(pen, 36, attack=False)
    pen.line((26, 158), (414, 158), colour="line")
    pen.text(26, 182, "Attack", bold=True, anchor="start", colour="vermillion")
    pen.text(414, 182, "the loss rises ↑", anchor="end", colour="vermillion")
    _row(pen, 202, attack=True)
    return pen.finish(_MIRROR)


def _loss(x: Array, y: Array) -> Array:
    """Return a smooth surface with one ridge outside the box."""
    return np.asarray(np.exp(-((x - 0.95) ** 2) / 0.35 - (y - 0.75) ** 2 / 0.12))


def _ascend(start: Array, origin: Array, steps: int, size: float, epsilon: float) -> Array:
    """Return the points of projected sign-gradient ascent; the gradient is a central difference."""
    points = [start]
    h = 1e-5
    for _ in range(steps):
        x, y = points[-1]
        gradient = np.array(
            [_loss(x + h, y) - _loss(x - h, y), _loss(x, y + h) - _loss(x, y - h)]
        ) / (2 * h)
        moved = points[-1] + size * np.sign(gradient)
        points.append(np.clip(moved, origin - epsilon, origin + epsilon))
    return np.array(points)


def _surface(across: alt.X, up: alt.Y) -> alt.Chart:
    """Return the loss as a grid of cells that overlap slightly, so that no gaps show."""
    cell = 1.0 / 28
    grid = np.arange(28) * cell
    x, y = (axis.ravel() for axis in np.meshgrid(grid, grid))
    reach = 1.06 * cell
    field = table(
        x=x,
        x2=np.minimum(x + reach, 1.0),
        y=y,
        y2=np.minimum(y + reach, 1.0),
        loss=_loss(x + cell / 2, y + cell / 2),
    )
    chart: alt.Chart = (
        alt.Chart(field)
        .mark_rect()
        .encode(
            x=across,
            x2="x2:Q",
            y=up,
            y2="y2:Q",
            color=alt.Color("loss:Q", scale=span(0, 1), legend=None),
        )
    )
    return chart


@figure("projected-steps", _STEPS)
def projected_steps() -> alt.TopLevelMixin:
    """Run the ascent from a random start on a surface known in closed form."""
    epsilon = 0.25
    origin, start = np.array([0.35, 0.35]), np.array([0.16, 0.44])
    path = _ascend(start, origin, 10, 0.05, epsilon)
    low, high = 0.35 - epsilon, 0.35 + epsilon
    unit = span(0, 1)
    axis = alt.Axis(values=[0, 0.5, 1], grid=False)
    across = alt.X("x:Q", title="first pixel", scale=unit, axis=axis)
    up = alt.Y("y:Q", title="second pixel", scale=unit, axis=axis)
    meaning = colour("what", {"original": "blue", "steps": "vermillion"})
    edges = table(
        x=[low, high, low, low],
        x2=[low, high, high, high],
        y=[low, low, low, high],
        y2=[high, high, low, high],
    )
    steps = table(x=path[:, 0], y=path[:, 1], k=np.arange(len(path)), what=["steps"] * len(path))
    walk = alt.Chart(steps).encode(x=across, y=up, color=meaning, order="k:Q")
    above = alt.layer(
        alt.Chart(edges)
        .mark_rule(strokeWidth=2, strokeDash=[5, 4])
        .encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q"),
        walk.mark_line(),
        walk.mark_point(size=50, opacity=1),
        alt.Chart(table(x=[0.35], y=[0.35], what=["original"]))
        .mark_point(size=90, opacity=1)
        .encode(x=across, y=up, color=meaning),
    )
    chart = alt.layer(_surface(across, up), above).resolve_scale(color="independent")
    note = "Illustration: two pixels, ε = 0.25, ten sign steps of 0.05"
    return panel(chart, "Climb, but stay in the box", note)
