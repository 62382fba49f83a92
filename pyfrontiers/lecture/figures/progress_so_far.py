"""Figures of the section `progress-so-far`."""

from __future__ import annotations

import numpy as np

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_DIRECTIONS = (
    "A grid of pixels on the left and bars of class probabilities on the right. The arrow from "
    "pixels to bars is labelled recognise, the arrow back is labelled sample."
)
_TASKS = (
    "Three rows with a wall between them: a digit and its name, speech and its words, a board and "
    "the next move. Each row has its own network and its own loss."
)
_SIDE = 9  # pixels


def _ring() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return an image of a zero: intensity falls with the distance from an ellipse."""
    grid = np.linspace(-1.0, 1.0, _SIDE)
    x, y = np.meshgrid(grid, grid)
    return np.asarray(np.exp(-((np.hypot(x / 0.55, y / 0.8) - 1.0) ** 2) / 0.06))


@figure("data-and-decision", _DIRECTIONS)
def data_and_decision() -> Svg:
    """Draw a digit, its class probabilities and the two directions between them."""
    pen = Drawing(440, 270)
    cell = 16.0
    for (row, column), ink in np.ndenumerate(_ring()):
        x, y = 12 + cell * column, 62 + cell * row
        pen.box(x, y, cell, cell, fill="sunken", radius=0, stroke="card")
        if ink >= 0.05:
            pen.box(x, y, cell, cell, fill="blue", stroke="none", radius=0, opacity=float(ink))
    pen.text(84, 30, "data", bold=True)
    pen.text(356, 30, "decision", bold=True)
    score = np.array([4.0, -1.0, 0.2, -0.5, 0.0, 1.0])
    probability = np.exp(score) / np.exp(score).sum()
    for digit, share in enumerate(probability):
        y = 74 + 24.0 * digit
        pen.text(300, y, str(digit), size=14, colour="muted")
        pen.box(314, y - 7, 112, 14, fill="sunken", stroke="none", radius=3)
        pen.box(314, y - 7, 112 * float(share), 14, fill="blue", stroke="none", radius=3)
    pen.arrow((174, 104), (282, 104), colour="blue")
    pen.text(228, 86, "recognise", colour="blue")
    pen.arrow((282, 166), (174, 166), colour="purple")
    pen.text(228, 186, "sample", colour="purple")
    pen.text(84, 236, "pixels", size=14, colour="muted")
    pen.text(370, 236, "probabilities", size=14, colour="muted")
    return pen.finish(_DIRECTIONS)


@figure("one-network-per-task", _TASKS)
def one_network_per_task() -> Svg:
    """Draw three tasks with a network and a loss each, and walls between them."""
    pen = Drawing(440, 300)
    tasks = (
        ("digit", "its name", "cross-entropy", "blue"),
        ("speech", "words", "word errors", "purple"),
        ("board", "next move", "games won", "green"),
    )
    for row, (data, answer, loss, token) in enumerate(tasks):
        y = 44 + 104 * row
        pen.box(4, y - 24, 86, 48, fill="card", stroke="muted")
        pen.text(47, y, data)
        pen.arrow((92, y), (142, y))
        pen.box(144, y - 28, 104, 56, fill=token, stroke="none")
        pen.text(196, y, f"network {row + 1}", colour="card", bold=True)
        pen.arrow((250, y), (300, y))
        pen.text(306, y - 10, answer, anchor="start", bold=True)
        pen.text(306, y + 12, loss, anchor="start", size=14, colour="muted")
        if row:
            pen.line((4, y - 52), (436, y - 52), colour="vermillion", width=2, dashed=True)
    return pen.finish(_TASKS)
