"""The norm-specific parts of an attack: the random start and the projected step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from pyfrontiers import kernels

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial.threat import Limits

__all__ = ["L1", "L2", "NORMS", "Linf", "Norm"]


class Norm(Protocol):
    """Interface between a norm and the attack loop; all tensors are batches (N, ...)."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a random point of the ball around each sample, within the box."""

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return x after one normalised gradient step, projected onto the ball within the box."""


class Linf:
    """The L-infinity norm ||d|| = max_i |d_i|."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return x + u with u uniform in (-epsilon, epsilon), clipped to the box.

        Sample n draws from (seed, first_sample + n) only, so a batch may be split.
        """
        return _uniform("linf", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return x ± step · sign(grad), clipped to [x0 - epsilon, x0 + epsilon] and the box."""
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
    """The Euclidean norm ||d|| = sqrt(sum_i d_i^2)."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a uniform point of the ball, clipped to the box; seeded as for L-infinity."""
        return _uniform("l2", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return the point of the ball within the box nearest to x ± step · grad / ||grad||."""
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
    """The L1 norm ||d|| = sum_i |d_i|."""

    def start(self, origin: Tensor, limits: Limits, *, seed: int, first_sample: int) -> Tensor:
        """Return a uniform point of the ball, clipped to the box; seeded as for L-infinity."""
        return _uniform("l1", origin, limits, seed, first_sample)

    def step(
        self, x: Tensor, grad: Tensor, origin: Tensor, limits: Limits, *, ascend: bool
    ) -> Tensor:
        """Return the point of the ball within the box nearest to x ± step · e.

        e has unit L1 norm, spread over the 1 % of components with the largest gradient; see
        `pyfrontiers.kernels.l1_step`.
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
    # Rounding the elements of a start to nearest may push its norm just past epsilon.
    return kernels.project(point, origin, norm=norm, epsilon=limits.epsilon, bounds=bounds)


NORMS: Final[dict[str, Norm]] = {"linf": Linf(), "l2": L2(), "l1": L1()}
"""Norms by the name that `ThreatModel.norm` takes."""
