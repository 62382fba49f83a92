"""Generate digits of a chosen class by integrating the flow from noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Integers, Range, Seed, checked
from pyfrontiers.digits.flow.network import ANY_CLASS, DigitFlow
from pyfrontiers.digits.flow.weights import trained_flow
from pyfrontiers.kernels import normal

__all__ = ["Samples", "sample_digits"]

_MAX_GUIDANCE = 10.0


@dataclass(frozen=True, slots=True)
class Samples:
    """Generated digits and their paths from noise.

    Attributes:
        images: (N, 1, 8, 8) float32, multiples of 1/16 in [0, 1] as in the data set.
        path: (steps + 1, N, 1, 8, 8) float32, the images at times 0, 1 / steps, ..., 1 before
            rounding; pixels of the noise may lie outside [0, 1].
    """

    images: Tensor
    path: Tensor


@checked
@torch.no_grad()
def sample_digits(
    classes: Annotated[Tensor, Integers("N")],
    *,
    seed: Seed,
    guidance: float = 1.5,
    steps: Annotated[int, Range(1, 10_000)] = 20,
    model: DigitFlow | None = None,
) -> Samples:
    """Generate one digit per requested class.

    Integrates dx/dt = v_any + guidance (v_class - v_any) with Heun's method, where v_class is the
    velocity for the class and v_any the velocity for any digit.

    Args:
        classes: (N,) integers from 0 to 9.
        seed: 64-bit seed of the noise. Sample i depends on the seed, its class and i only.
        guidance: strength of the class, in [0, 10]; 0 ignores it, 1 follows it as learned, and
            larger values exaggerate it at the cost of variety.
        steps: steps of the solver, at least 1, with two evaluations of the network each.
        model: the flow. Default: the shipped one.

    Returns:
        The digits and their paths.

    Raises:
        ValueError: an argument is out of range.

    Source:
        Ho and Salimans, Classifier-free diffusion guidance, 2022, sec. 3.2.
    """
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) <= 9:
        raise ValueError(
            f"classes must be digits from 0 to 9, got {int(classes.min())} to {int(classes.max())}"
        )
    if not 0 <= guidance <= _MAX_GUIDANCE:
        raise ValueError(f"guidance must be from 0 to {_MAX_GUIDANCE:g}, got {guidance!r}")
    flow = trained_flow() if model is None else model
    # One pass over twice the batch computes both velocities.
    both = torch.cat([classes.long(), torch.full_like(classes, ANY_CLASS, dtype=torch.int64)])

    def velocity(x: Tensor, time: float) -> Tensor:
        found = flow(x.repeat(2, 1), x.new_full((len(both),), time), both)
        of_class, of_any = found.chunk(2)
        return torch.lerp(of_any, of_class, guidance)

    x = normal((len(classes), 64), dtype=torch.float32, seed=seed)
    path = [x]
    for step in range(steps):
        first = velocity(x, step / steps)
        second = velocity(x + first / steps, (step + 1) / steps)
        x = x + (first + second) / (2 * steps)
        path.append(x)
    passed = (torch.stack(path).reshape(steps + 1, -1, 1, 8, 8) + 1) / 2
    return Samples((passed[-1].clamp(0, 1) * 16).round() / 16, passed)
