"""Hamiltonian dynamics of many chains: batched gradients and the leapfrog integrator.

With U(q) = -log p(q) and a diagonal mass matrix M, the dynamics conserve

    H(q, p) = U(q) + p' M^-1 p / 2.

Source: Neal, MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo, 2011.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad_and_value, vmap

__all__ = ["Batched", "Point", "batched", "energy", "leapfrog"]

#: Maps positions (C, D) to gradients (C, D) of the log density and its values (C,).
Batched = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class Point:
    """The state of C chains.

    Attributes:
        position: (C, D).
        momentum: (C, D).
        log_density: (C,) log p at the positions, up to a constant.
        slope: (C, D) gradient of log p there.
    """

    position: Tensor
    momentum: Tensor
    log_density: Tensor
    slope: Tensor


def batched(log_density: Callable[[Tensor], Tensor], start: Tensor) -> Batched:
    """Return the function that evaluates a log density and its gradient for all chains at once.

    Args:
        log_density: maps one position (D,) to a scalar.
        start: (C, D) positions, whose shape the function will keep.
    """
    from torch.fx.experimental.proxy_tensor import make_fx

    whole: Batched = vmap(grad_and_value(log_density))
    try:
        # Recorded once as a flat list of operations: going through vmap and grad at every step
        # takes longer than the arithmetic of a small network.
        recorded: Batched = make_fx(whole)(start)
    except Exception:  # what cannot be recorded still runs
        return whole
    return recorded


def energy(point: Point, variances: Tensor) -> Tensor:
    """Return H (C,) for the mass matrix with the inverse diagonal `variances` (D,)."""
    kinetic = 0.5 * (point.momentum.square() * variances).sum(1)
    return kinetic - point.log_density


def leapfrog(evaluate: Batched, point: Point, step: float, count: int, variances: Tensor) -> Point:
    """Follow the dynamics for `count` steps.

    The map is reversible (negate the momentum and go the same way back), preserves volume, and
    changes the energy by O(step^2) over a fixed time.

    Args:
        evaluate: as returned by `batched`.
        point: state at the start.
        step: step size.
        count: number of steps, at least 1.
        variances: (D,) inverse diagonal of the mass matrix.

    Returns:
        The state at the end.
    """
    position, slope, log_density = point.position, point.slope, point.log_density
    momentum = point.momentum + 0.5 * step * slope
    moved = step * variances
    for number in range(count):
        position = torch.addcmul(position, moved, momentum)
        slope, log_density = evaluate(position)
        momentum = momentum.add(slope, alpha=step if number < count - 1 else 0.5 * step)
    return Point(position, momentum, log_density, slope)
