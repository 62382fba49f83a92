"""What differs between norms: the start in the ball, and a step that stays in ball and box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from pyfrontiers import kernels

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial.threat import Limits

__all__ = ["L1", "L2", "NORMS", "Linf", "Norm"]


class Norm(Protocol):
    """A norm as the attack loop sees it; every tensor is a batch (N, ...) of one shape."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a random point of the ball within the box around each sample."""

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return x after one normalised gradient step, projected on the ball within the box."""


class Linf:
    """The largest change of one component: ||d|| = max_i |d_i|."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return x + u with u uniform in (-epsilon, epsilon), cut to the box.

        Sample n takes its randomness from (seed, first_sample + n) alone, so a batch may be split.
        """
        return _uniform("linf", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return clip(x ± step · sign(grad)) to [x0 - epsilon, x0 + epsilon] and the box."""
        return kernels.linf_step(
            x,
            grad,
            origin,
            step=limits.step,
            epsilon=limits.epsilon,
            bounds=(limits.low, limits.high),
            ascend=ascend,
        )


class L2:
    """The length of the change: ||d|| = sqrt(sum_i d_i^2)."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a point uniform in the ball, cut to the box; randomness as for L-infinity."""
        return _uniform("l2", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return the point of ball and box that is nearest to x ± step · grad / ||grad||."""
        return kernels.l2_step(
            x,
            grad,
            origin,
            step=limits.step,
            epsilon=limits.epsilon,
            bounds=(limits.low, limits.high),
            ascend=ascend,
        )


class L1:
    """The sum of the changes: ||d|| = sum_i |d_i|."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a point uniform in the ball, cut to the box; randomness as for L-infinity."""
        return _uniform("l1", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return the point of ball and box that is nearest to x ± step · e.

        e shares a length of 1 among the steepest hundredth of the components; see `l1_step`.
        """
        return kernels.l1_step(
            x,
            grad,
            origin,
            step=limits.step,
            epsilon=limits.epsilon,
            bounds=(limits.low, limits.high),
            ascend=ascend,
        )


def _uniform(
    norm: Literal["linf", "l2", "l1"], origin: Tensor, limits: Limits, seed: int, first_sample: int
) -> Tensor:
    bounds = (limits.low, limits.high)
    point = kernels.random_start(
        origin,
        norm=norm,
        epsilon=limits.epsilon,
        seed=seed,
        first_sample=first_sample,
        bounds=bounds,
    )
    # A start's elements are rounded to nearest, which may take its norm past epsilon's last digits.
    return kernels.project(point, origin, norm=norm, epsilon=limits.epsilon, bounds=bounds)


NORMS: Final[dict[str, Norm]] = {"linf": Linf(), "l2": L2(), "l1": L1()}
"""The norms an attack knows, by the name that `ThreatModel.norm` gives."""
