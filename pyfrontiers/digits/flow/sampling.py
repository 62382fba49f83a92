"""New digits of a chosen class: noise that follows the flow."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyfrontiers.digits.flow.network import ANY_CLASS, DigitFlow
from pyfrontiers.digits.flow.weights import trained_flow
from pyfrontiers.kernels import normal

__all__ = ["Samples", "sample_digits"]

_MOST_GUIDANCE = 10.0


@dataclass(frozen=True, slots=True)
class Samples:
    """Digits that were drawn, and how they came out of the noise.

    Attributes:
        images: (N, 1, 8, 8) float32, sixteenths from 0 to 1 as the data set has them.
        path: (steps + 1, N, 1, 8, 8) float32, the images at times 0, 1 / steps, ..., 1 before
            rounding; the pixels of the noise lie outside [0, 1] too.
    """

    images: Tensor
    path: Tensor


@torch.no_grad()
def sample_digits(
    classes: Tensor,
    *,
    seed: int,
    guidance: float = 1.5,
    steps: int = 20,
    model: DigitFlow | None = None,
) -> Samples:
    """Draw a digit for each class asked for.

    Heun's method for dx/dt = v_any + guidance (v_class - v_any): the velocity for the class,
    pushed away from that for any digit.

    Args:
        classes: (N,) integers 0 to 9.
        seed: 64-bit seed of the noise. Sample i depends on the seed, its class and i alone.
        guidance: 1 follows the class as learned, 0 ignores it, more than 1 exaggerates it, at the
            price of variety; in [0, 10].
        steps: steps of the solver, at least 1; two evaluations of the network each.
        model: the shipped flow when left out.

    Returns:
        The digits and the path that led to them.

    Raises:
        ValueError: a class, `guidance` or `steps` is out of range; it is named.

    Source:
        Ho and Salimans, Classifier-free diffusion guidance, 2022, sec. 3.2.
    """
    if classes.ndim != 1 or classes.is_floating_point():
        raise ValueError(f"classes is {classes.dtype} {tuple(classes.shape)}; wanted (N,) integers")
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) <= 9:
        raise ValueError(
            f"classes holds {int(classes.min())} to {int(classes.max())}; wanted digits from 0 to 9"
        )
    if not 0 <= guidance <= _MOST_GUIDANCE:
        raise ValueError(f"guidance is {guidance!r}; wanted a number from 0 to 10")
    if steps < 1:
        raise ValueError(f"steps is {steps!r}; wanted at least 1")
    flow = trained_flow() if model is None else model
    # The two velocities are one pass of twice the batch.
    both = torch.cat([classes.long(), torch.full_like(classes, ANY_CLASS, dtype=torch.int64)])

    def velocity(x: Tensor, time: float) -> Tensor:
        found = flow(x.repeat(2, 1), torch.full((len(both),), time), both)
        of_class, of_any = found.chunk(2)
        return torch.lerp(of_any, of_class, guidance)

    x = normal((len(classes), 64), seed=seed)
    path = [x]
    for step in range(steps):
        first = velocity(x, step / steps)
        second = velocity(x + first / steps, (step + 1) / steps)
        x = x + (first + second) / (2 * steps)
        path.append(x)
    passed = (torch.stack(path).reshape(steps + 1, -1, 1, 8, 8) + 1) / 2
    return Samples((passed[-1].clamp(0, 1) * 16).round() / 16, passed)
