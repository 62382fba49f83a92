"""A visitor's drawings: what each method makes of five classes and a drawing to be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, Sample, checked, described
from pyfrontiers.transfer.evaluation import after_steps
from pyfrontiers.transfer.pen import SIDE, ink
from pyfrontiers.transfer.tasks import WAYS, Tasks
from pyfrontiers.transfer.weights import trained_networks

__all__ = ["drawing_image", "read_drawings"]

_EXTENT = 0.68  # longer side of a drawing, as that of a usual glyph
_MOST_POINTS = 4000


@checked
def drawing_image(strokes: Sequence[Sequence[Sequence[float]]]) -> Tensor:
    """Draw pen strokes with the pen of the glyphs, centred and scaled to their size.

    Args:
        strokes: sequences of points (x, y) in [0, 1] with y pointing down; a single point is a dot.

    Returns:
        (256,) float32 in [0, 1], rows of 16 x 16 pixels.

    Raises:
        ValueError: there is no point or more than 4,000, or one is not a pair of numbers in [0, 1].
    """
    lines = [_points(stroke) for stroke in strokes if len(stroke)]
    count = sum(map(len, strokes))
    if not 1 <= count <= _MOST_POINTS:
        raise ValueError(f"strokes must have 1 to {_MOST_POINTS:,} points, got {count:,}")
    every = torch.cat(lines)
    low, high = every.amin(0), every.amax(0)
    # Drawings smaller than a tenth of the pad stay small, so that a dot stays one.
    scale = _EXTENT / max(float((high - low).max()), 0.1)
    segments = torch.cat([torch.stack([line[:-1], line[1:]], 1) for line in lines])
    return ink((segments - (low + high) / 2)[None] * scale + 0.5)[0]


def _points(stroke: Sequence[Sequence[float]]) -> Tensor:
    """Return the points (P, 2) of a stroke, P >= 2; a dot is a stroke of length 0."""
    for point in stroke:
        if len(point) != 2 or not all(math.isfinite(v) and 0 <= v <= 1 for v in point):
            raise ValueError(f"strokes must hold points (x, y) in [0, 1], got {described(point)}")
    points = torch.tensor(list(map(list, stroke)), dtype=torch.float32, device="cpu")
    return points if len(points) > 1 else points.expand(2, 2)


@checked
def read_drawings(
    images: Annotated[Tensor, Floats("N>0", SIDE * SIDE)],
    labels: Annotated[Tensor, Integers("N")],
    queries: Annotated[Tensor, Floats("Q>0", SIDE * SIDE)],
    *,
    steps: Sequence[Sample] = (0, 1, 5),
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Adapt every network that ships to drawings of up to five classes, and read others.

    Args:
        images: (N, 256) drawings to learn from, as `drawing_image` makes them.
        labels: (N,) their classes, 0 to 4; at least two different ones.
        queries: (Q, 256) drawings to be read.
        steps: numbers S of gradient steps, each from 0 to 100.

    Returns:
        Probabilities (S, Q, 5) by method, in ascending order of the steps.

    Raises:
        ValueError: an image is empty or not finite, a label is out of range, or there is one class
            only.
    """
    for name, values in (("images", images), ("queries", queries)):
        if not bool(torch.isfinite(values).all()):
            raise ValueError(f"{name} must hold finite pixels, got NaN or infinity")
        if empty := (values.amax(1) <= 0).nonzero().flatten().tolist():
            raise ValueError(f"{name} must hold drawings, got an empty one at place {empty[0]}")
    classes = sorted(set(labels.tolist()))
    if classes[0] < 0 or classes[-1] >= WAYS:
        wrong = classes[0] if classes[0] < 0 else classes[-1]
        raise ValueError(f"labels must be classes from 0 to {WAYS - 1}, got {wrong}")
    if len(classes) < 2:
        raise ValueError(
            f"labels must hold at least two classes, got class {classes[0]} only; draw an example "
            "of another class"
        )
    at = tuple(sorted(set(steps)))
    if not at or at[-1] > 100:
        raise ValueError(f"steps must hold numbers from 0 to 100, got {tuple(steps)}")
    answers = torch.zeros(1, len(queries), dtype=torch.int64, device="cpu")
    task = Tasks(images.float()[None], labels.long()[None], queries.float()[None], answers)
    found = {}
    for name, trained in trained_networks("classification").items():
        outputs = after_steps(trained, trained.rows[0], task, at)[0]
        found[name] = outputs.double().softmax(-1).numpy()
    return found
