"""Many descents at once: one loss, one matrix of starts, one optimiser.

`torch.func.vmap` turns the gradient of one run's loss into that of all. Every optimiser used here
treats each number by itself, so one optimiser on the matrix is that many optimisers on its rows.
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
    """An optimiser and the step size that it starts with; the step size falls like a cosine to 0.

    Attributes:
        make: Takes parameters and a step size.
        rate: The step size; for plain gradients in units of one over the loss's curvature in the
            output weights, 2 times the mean square of all hidden values: larger steps diverge.
        relative: Whether `rate` is in that unit.

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


#: Optimisers by name. All work on each number by itself, which `train` relies on.
OPTIMISERS: Mapping[str, Recipe] = MappingProxyType(
    {
        "adam": Recipe(_adam, 0.01),
        "momentum": Recipe(_momentum, 1.0, relative=True),
        "rmsprop": Recipe(_rmsprop, 0.003),
        "sgd": Recipe(_sgd, 2.0, relative=True),
    }
)

#: Activations that have a gradient.
TRAINABLE: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "sine": torch.sin}
)

#: Steps between two reports.
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
    """Minimise one loss from many starts at once.

    Args:
        loss: Takes one row of parameters and the data, gives a number.
        start: (seeds, parameters) float32.
        data: Further arguments of `loss`, the same for all rows.
        steps: Steps of the optimiser.
        make: Makes the optimiser, one that works on each number by itself.
        rate: Its step size at the start.
        own_data: Whether each row has data of its own, along the first axis of each entry.
        tell: Told the steps done, the rows and their losses, every 50 steps.

    Returns:
        The rows in the end, their losses (seeds, records) as float64, and after which steps these
        were recorded.

    """
    axes = (0, *(0 if own_data else None for _ in data))
    each_loss = vmap(loss, in_dims=axes)
    # Recorded once as a flat list of operations: walking through vmap and grad anew in every step
    # would take half as long again as the arithmetic.
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
