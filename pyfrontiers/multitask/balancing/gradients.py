"""Balances that look at the gradient of each task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.multitask.balancing.balance import Balance, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.multitask.tasks import Task

__all__ = ["GradNorm", "GradientBalance"]


class GradNorm(Balance):
    """Learned weights that make the tasks train at similar rates.

    With G_k the norm of w_k times the gradient of L_k by the last shared layer, and r_k the loss as
    a share of the first one, relative to the mean share, the weights minimise

        sum of |G_k - mean(G) r_k^alpha|,

    in which the second term is constant; after each step they are scaled to a sum of K.

    Args:
        tasks: the K tasks.
        alpha: how strongly slow tasks are favoured; 1.5 as published for three tasks.

    Source:
        Chen, Badrinarayanan, Lee and Rabinovich, GradNorm, ICML 2018, algorithm 1.
    """

    first: Tensor

    def __init__(self, tasks: tuple[Task, ...], *, alpha: float = 1.5) -> None:
        super().__init__(tasks)
        self._alpha = alpha
        self.factors = nn.Parameter(torch.ones(len(tasks), device="cpu", dtype=torch.float32))
        self.register_buffer("first", torch.zeros_like(self.weights))

    def forward(self, step: Step) -> Tensor:
        """Return the weighted sum plus the loss of the weights."""
        layer = step.network.last_shared
        with torch.no_grad():
            self.factors.clamp_min_(1e-3)
            self.factors.mul_(len(self.factors) / self.factors.sum())
            self.weights.copy_(self.factors)
            if not self.first.any():
                self.first.copy_(step.losses.clamp_min(1e-8))
        norms = torch.stack([_gradients(loss, [layer])[0].norm() for loss in step.losses])
        with torch.no_grad():
            shares = step.losses / self.first
            rates = (shares / shares.mean().clamp_min(1e-12)) ** self._alpha
            goal = (self.weights * norms).mean() * rates
        balance = (self.factors * norms - goal).abs().sum()
        return (self.weights * step.losses).sum() + balance


class GradientBalance(Balance):
    """The shared layers move along a combination of the tasks' gradients; each head by its own.

    Args:
        tasks: the K tasks.
        weighting: maps the Gramian (K, K) of the gradients by the shared weights to their factors
            (K,), such as torchjd's `PCGradWeighting()` and `IMTLGWeighting()`.

    Source:
        Yu et al., Gradient Surgery for Multi-Task Learning, NeurIPS 2020 (PCGrad); Liu et al.,
        Towards Impartial Multi-Task Learning, ICLR 2021 (IMTL-G).
    """

    def __init__(self, tasks: tuple[Task, ...], weighting: Callable[[Tensor], Tensor]) -> None:
        super().__init__(tasks)
        self._weighting = weighting

    def forward(self, step: Step) -> Tensor:
        """Return the sum of the losses, with the combined gradient."""
        shared = list(step.network.shared_parameters())
        parameters, gradients, rows = list(shared), [], []
        for task, loss in zip(self.tasks, step.losses, strict=True):
            head = list(step.network.heads[task].parameters())
            found = _gradients(loss, shared + head)
            rows.append(torch.cat([one.flatten() for one in found[: len(shared)]]))
            parameters += head
            gradients += found[len(shared) :]
        jacobian = torch.stack(rows)
        factors = self._weighting(jacobian @ jacobian.T).to(jacobian)
        with torch.no_grad():
            self.weights.copy_(factors * len(factors) / factors.sum().clamp_min(1e-12))
        parts = torch.split(factors @ jacobian, [one.numel() for one in shared])
        combined = [part.view_as(one) for part, one in zip(parts, shared, strict=True)]
        value: Tensor = _Prescribed.apply(  # type: ignore[no-untyped-call]  # torch ships it untyped
            step.losses.detach().sum(), combined + gradients, *parameters
        )
        return value


class _Prescribed(torch.autograd.Function):
    """A value whose gradient by the parameters is given."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, gradients: list[Tensor], *_: Tensor) -> Tensor:
        ctx.gradients = gradients
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *above: Tensor) -> tuple[Any, ...]:
        return None, None, *(above[0] * one for one in ctx.gradients)


def _gradients(loss: Tensor, parameters: list[nn.Parameter]) -> list[Tensor]:
    """Return the gradient by each parameter and keep the graph."""
    found = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
    return [
        torch.zeros_like(parameter) if one is None else one
        for parameter, one in zip(parameters, found, strict=True)
    ]
