"""Minimise one loss from many initial points at once.

The points are the rows of a matrix. `torch.func.vmap` turns the gradient of one row's loss into the
gradient for all rows. All optimisers used here work element by element, so one optimiser on the
matrix is equivalent to a separate optimiser for each row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.func import grad, vmap
from torch.fx.experimental.proxy_tensor import make_fx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

__all__ = ["OPTIMISERS", "TRAINABLE", "Recipe", "descend_together"]

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """An optimiser and its initial learning rate, which decays to 0 along a cosine.

    Attributes:
        make: Takes parameters and a learning rate and returns the optimiser.
        rate: The initial learning rate.
        relative: Whether `rate` is relative to the inverse curvature of the loss in the output
            weights, which is twice the sum over units of the mean square hidden value. Plain
            gradient descent diverges with larger steps.

    """

    make: Callable[..., torch.optim.Optimizer]
    rate: float
    relative: bool = False


def _sgd(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=lr, fused=True)


def _momentum(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True, fused=True)


def _rmsprop(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(parameters, lr=lr)


def _adam(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=lr, fused=True)


#: Optimisers by name; all work element by element, which `descend_together` relies on.
OPTIMISERS: Mapping[str, Recipe] = MappingProxyType(
    {
        "adam": Recipe(_adam, 0.01),
        "momentum": Recipe(_momentum, 1.0, relative=True),
        "rmsprop": Recipe(_rmsprop, 0.003),
        "sgd": Recipe(_sgd, 2.0, relative=True),
    }
)

#: Differentiable activation functions by name.
TRAINABLE: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "sine": torch.sin}
)

#: Steps between reports.
_REPORT = 50


def descend_together(
    loss: Callable[..., Tensor],
    start: Tensor,
    data: tuple[Tensor, ...],
    *,
    steps: int,
    make: Callable[..., torch.optim.Optimizer],
    rate: float,
    own_data: bool = False,
    tell: Callable[[int, Tensor, Tensor], None] | None = None,
) -> tuple[Tensor, Array, tuple[int, ...]]:
    """Minimise one loss from many initial points at once.

    Args:
        loss: Maps one row of parameters and the data to a scalar.
        start: (seeds, parameters) float32 initial points.
        data: Further arguments of `loss`, shared by all rows unless `own_data`.
        steps: Steps of the optimiser.
        make: Creates the optimiser, which must work element by element.
        rate: Initial learning rate.
        own_data: Whether each row has separate data, along the first dimension of each entry.
        tell: Called every 50 steps with the steps done, the rows and their losses.

    Returns:
        The final rows, their losses (seeds, records) in float64, and the steps at which the losses
        were recorded.

    """
    axes = (0, *(0 if own_data else None for _ in data))
    each_loss = vmap(loss, in_dims=axes)
    # Trace vmap and grad once into a flat list of operations: running them at every step would add
    # half of the time of the arithmetic.
    gradient = make_fx(vmap(grad(loss), in_dims=axes))(start, *data)
    rows = torch.nn.Parameter(start.clone())
    optimiser = make([rows], lr=rate)
    curve, recorded = [], []
    for done in range(steps + 1):
        if done % _REPORT == 0 or done == steps:
            with torch.no_grad():
                now = each_loss(rows, *data)
            curve.append(now)
            recorded.append(done)
            if tell is not None:
                tell(done, rows.detach(), now)
        if done < steps:
            with torch.no_grad():
                rows.grad = gradient(rows.detach(), *data)
            optimiser.param_groups[0]["lr"] = rate * 0.5 * (1 + math.cos(math.pi * done / steps))
            optimiser.step()
    losses = torch.stack(curve, dim=1).double().numpy()
    return rows.detach(), losses, tuple(recorded)
