"""What differs between norms: the start in the ball, and a step that stays in ball and box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import torch

from pyfrontiers import kernels

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial.threat import Limits

__all__ = ["NORMS", "Linf", "Norm"]


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
        """Return x + u with u uniform in [-epsilon, epsilon], cut to ball and box.

        Sample n takes its randomness from (seed, first_sample + n) alone, so a batch may be split.
        """
        noise = torch.empty(origin.shape, dtype=torch.float32, device=origin.device)
        blocks = -(-origin[0].numel() // 4)  # a Philox block gives four numbers
        for row, target in enumerate(noise):
            draw = kernels.uniform(
                target.shape,
                seed=seed,
                offset=(first_sample + row) * blocks,
                dtype=torch.float32,
                device=origin.device,
            )
            target.copy_(2 * draw - 1)
        moved = origin + noise * limits.epsilon
        still = torch.zeros_like(origin)
        return self.step(moved.to(origin.dtype), still, origin, limits, ascend=True)

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


NORMS: Final[dict[str, Norm]] = {"linf": Linf()}
"""The norms an attack knows, by the name that `ThreatModel.norm` gives."""
