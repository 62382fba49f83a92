"""A visitor's five points: the curve that each method makes of them, and what it knew before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch

from pyfrontiers.arguments import Array, Count, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, normal, uniform
from pyfrontiers.transfer.evaluation import after_steps
from pyfrontiers.transfer.methods import method_named
from pyfrontiers.transfer.sinusoids import REACH
from pyfrontiers.transfer.tasks import Tasks
from pyfrontiers.transfer.weights import trained_networks

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["GRID", "HEIGHT", "curves_through", "prior_curves"]

Points = np.ndarray[Any, np.dtype[np.float64]]

HEIGHT = 10.0
"""Values lie in [-HEIGHT, HEIGHT]."""
GRID: tuple[float, ...] = tuple(np.linspace(-REACH, REACH, 201).tolist())
"""Inputs at which curves are evaluated."""
_MOST = 50


@checked
def curves_through(
    x: Annotated[Points, Array("N>0")],
    y: Annotated[Points, Array("N>0")],
    *,
    steps: Sequence[Sample] = (0, 1, 5),
    run: Sample = 0,
) -> dict[str, Points]:
    """Adapt every network that ships to some points.

    Args:
        x: (N,) inputs in [-5, 5], at least two different ones and at most 50.
        y: (N,) values in [-10, 10].
        steps: numbers S of gradient steps, each at least 0.
        run: which of the five seeds.

    Returns:
        The curves (S, 201) at `GRID` by method, in ascending order of the steps. Where a method
        diverges, they are NaN.

    Raises:
        ValueError: a point is not finite or outside the canvas, all inputs are equal, or there are
            too many points.
    """
    _require_points(x, y)
    at = tuple(sorted(set(steps)))
    if not at or at[-1] > 100:
        raise ValueError(f"steps must hold numbers from 0 to 100, got {tuple(steps)}")
    networks = trained_networks("regression")
    _require_run(run, len(next(iter(networks.values())).rows))
    task = _task(torch.tensor(np.stack([x, y], 1)[None], dtype=torch.float32, device="cpu"))
    found = {}
    for name, trained in networks.items():
        curve = after_steps(trained, trained.rows[run], task, at)[0, :, :, 0].double()
        found[name] = curve.where(curve.isfinite(), torch.nan).numpy()
    return found


@checked
def prior_curves(
    method: str, *, count: Count = 30, steps: Count = 1, run: Sample = 0, seed: Seed = 0
) -> Points:
    """Draw curves from what a network knows before it sees anything.

    Each is the network's answer to five random points, which no curve of the family goes through:
    what the answers have in common was there before.

    Args:
        method: a key of `METHODS` for regression.
        count: number of curves.
        steps: gradient steps, at least 1.
        run: which of the five seeds.
        seed: 64-bit seed of the points: uniform inputs, normal values with standard deviation 3.

    Returns:
        The curves (count, 201) at `GRID`.

    Raises:
        ValueError: there is no such method or run.
    """
    method_named(method, "regression")
    trained = trained_networks("regression")[method]
    _require_run(run, len(trained.rows))
    x = REACH * (2 * uniform((count, 5), seed=fold_in(seed, 0), dtype=torch.float32) - 1)
    y = 3 * normal((count, 5), seed=fold_in(seed, 1), dtype=torch.float32)
    drawn = after_steps(trained, trained.rows[run], _task(torch.stack([x, y], 2)), (steps,))
    found: Points = drawn[:, 0, :, 0].double().numpy()
    return found


def _task(points: Tensor) -> Tasks:
    """Return tasks with points (T, N, 2) to learn from and the grid as queries."""
    grid = torch.tensor(GRID, dtype=torch.float32, device="cpu")
    queries = grid.expand(len(points), -1)[..., None]
    return Tasks(points[..., :1], points[..., 1:], queries, torch.zeros_like(queries))


def _require_points(x: Points, y: Points) -> None:
    if len(x) > _MOST:
        raise ValueError(f"x must hold at most {_MOST} numbers, got {len(x)}")
    for name, values, limit in (("x", x, REACH), ("y", y, HEIGHT)):
        if outside := [value for value in values.tolist() if abs(value) > limit]:
            raise ValueError(
                f"{name} must be within -{limit:g} and {limit:g}, the canvas, got {outside[0]:g}"
            )
    if len(set(x.tolist())) < 2:
        raise ValueError(
            f"x must hold at least two different places, got {len(x)} times {x[0]:g}; move a point "
            "to the left or right"
        )


def _require_run(run: int, runs: int) -> None:
    if run >= runs:
        raise ValueError(f"run must be from 0 to {runs - 1}, got {run}")
