"""The checks and preparations before the first step of an attack."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from pyfrontiers import kernels
from pyfrontiers.adversarial.threat import Amount, Limits, as_amount, check_amount
from pyfrontiers.arguments import as_integer
from pyfrontiers.first_run import check_finite_inputs
from pyfrontiers.training.checkpoint import Checkpoint, Saver

if TYPE_CHECKING:
    from pyfrontiers.adversarial.methods import Method
    from pyfrontiers.adversarial.trace import Trace

__all__ = ["check_bounds", "check_device", "check_steps", "projected", "saver_of", "weights_of"]

_MAX_STEPS: Final = 1_000_000
"""The history has one row per step."""


def projected(
    start: Tensor, origin: Tensor, norm: str, limits: Limits, random_start: bool | None
) -> Tensor:
    """Return the points of the ball within the box that are nearest to the caller's start."""
    if random_start:
        raise ValueError("random_start must be False or None with start, got True")
    if start.shape != origin.shape or start.dtype != origin.dtype:
        raise ValueError(
            f"start must be {origin.dtype} of shape {tuple(origin.shape)} like x, got "
            f"{start.dtype} of shape {tuple(start.shape)}"
        )
    bounds = (limits.low, limits.high)
    return kernels.project(start.detach(), origin, norm=norm, epsilon=limits.epsilon, bounds=bounds)


def saver_of(checkpoint: Checkpoint | None, trace: Trace, **settings: int) -> Saver:
    """Return the saver of the trace; it rejects a checkpoint of other samples or settings."""
    if checkpoint is not None:
        settings["samples"] = zlib.crc32(trace.iterate.cpu().numpy().tobytes())
    return Saver(checkpoint, {"attack": trace}, settings)


def weights_of(amount: Amount, x: Tensor) -> Tensor | None:
    """Return one weight per sample (N,), or None if all are zero."""
    value = as_amount("distance_weight", amount)
    check_amount("distance_weight", value)
    weights = torch.as_tensor(value, dtype=torch.float64, device=x.device)
    if weights.ndim and weights.shape != (len(x),):
        raise ValueError(
            f"distance_weight must be a number or have shape ({len(x)},) for the samples, got "
            f"{tuple(weights.shape)}"
        )
    return None if bool((weights == 0).all()) else weights.expand(len(x))


def check_steps(method: str, plan: Method, steps: int | None) -> int:
    """Return the number of steps, the method's own by default."""
    if steps is None:
        return plan.steps
    steps = as_integer("steps", steps, least=1, most=_MAX_STEPS)
    if plan.fixed and steps != plan.steps:
        raise ValueError(
            f"steps must be {plan.steps} for method={method!r}, got {steps}; "
            "use method='pgd' for more steps"
        )
    return steps


def check_device(x: Tensor, y: Tensor) -> None:
    """Raise unless samples and classes are on one device."""
    if x.device != y.device:
        raise ValueError(f"y must be on {x.device} like x, got a tensor on {y.device}")


def check_bounds(x: Tensor, limits: Limits) -> None:
    """Raise unless the samples are finite and lie in the box."""
    check_finite_inputs(x)
    if not ((x >= limits.low) & (x <= limits.high)).all():
        raise ValueError(
            "x must lie within the threat model's bounds, got values from "
            f"{float(x.min()):.6g} to {float(x.max()):.6g}; rescale x, or set the bounds of its "
            "input space"
        )
