"""The step of Langevin dynamics as an optimiser."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch.optim import Optimizer

from pyfrontiers.kernels import fold_in
from pyfrontiers.uncertainty.free_weights import gaussian

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn

_MEMORY, _FLOOR = 0.99, 1e-5


class Langevin(Optimizer):
    """Moves parameters by w <- w - (e / 2) G g + sqrt(e G) z with z ~ N(0, 1).

    g is the gradient of U = -log p(w, data), e the learning rate, and G is 1 or, preconditioned,

        G = 1 / (1e-5 + sqrt(v)),   v <- 0.99 v + 0.01 (g / N)^2.

    The noise of a step is a function of the seed and the step's number.

    Args:
        parameters: the parameters.
        lr: step size e.
        seed: 64-bit seed of the noise.
        examples: number of examples N.
        preconditioned: whether G adapts to the gradients. Its small drift term is left out, as in
            the paper.

    Source:
        Welling and Teh, Bayesian Learning via Stochastic Gradient Langevin Dynamics, ICML 2011,
        eq. 4; for G, Li et al., Preconditioned Stochastic Gradient Langevin Dynamics for Deep
        Neural Networks, AAAI 2016, algorithm 1.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        *,
        seed: int,
        examples: int,
        preconditioned: bool,
    ) -> None:
        super().__init__(parameters, {"lr": lr})
        self._seed, self._examples, self._preconditioned = seed, examples, preconditioned
        self._number = 0

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # returns no loss
        """Take one step."""
        seed = fold_in(self._seed, self._number)
        self._number += 1
        size = self.param_groups[0]["lr"]
        for number, parameter in enumerate(self.param_groups[0]["params"]):
            if parameter.grad is None:
                continue
            drift, noise = parameter.grad, gaussian(parameter, fold_in(seed, number))
            if self._preconditioned:
                square = (drift / self._examples).square()
                state = self.state[parameter]
                state["v"] = torch.lerp(square, state.get("v", square), _MEMORY)
                metric = 1 / (_FLOOR + state["v"].sqrt())
                drift, noise = drift * metric, noise * metric.sqrt()
            parameter.add_(drift, alpha=-size / 2).add_(noise, alpha=math.sqrt(size))
