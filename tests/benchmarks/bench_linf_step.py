"""One projected sign step, compared with torch eager and compiled, and with NumPy.

If foolbox is installed, also with the three functions that its attack calls for a step.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from pyfrontiers.kernels import linf_step, linf_step_reference

from .peers import load
from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

STEP, EPSILON = 2 / 255, 8 / 255
_MEMORY = (
    "the step moves 154 MB; reading its three inputs alone takes longer than the target allows"
)


def benchmark(elements: int) -> Benchmark:
    """Compare in place and into another tensor; reads x, grad and origin and writes the result."""
    origin = torch.rand(elements)
    grad = torch.randn(elements)
    x, out = origin.clone(), torch.empty(elements)
    baselines = _eager(x, grad, origin) | _compiled(x, grad, origin) | _others(x, grad, origin)

    def ours(target: torch.Tensor) -> torch.Tensor:
        return linf_step(x, grad, origin, step=STEP, epsilon=EPSILON, out=target)

    def verify() -> None:
        cut = slice(0, 50_000)
        arguments = {"step": STEP, "epsilon": EPSILON}
        wanted = linf_step_reference(x[cut], grad[cut], origin[cut], **arguments)
        assert linf_step(x[cut], grad[cut], origin[cut], **arguments).equal(wanted)
        for name, baseline in baselines.items():
            torch.testing.assert_close(
                baseline()[cut],
                wanted,
                rtol=0,
                atol=1e-6,
                msg=lambda text, name=name: f"{name}: {text}",
            )

    traffic = 16 * elements
    candidates = (
        Candidate("linf_step in place", partial(ours, x), traffic),
        Candidate("linf_step into out", partial(ours, out), traffic),
        Candidate(
            "linf_step", lambda: linf_step(x, grad, origin, step=STEP, epsilon=EPSILON), traffic
        ),
        Candidate("torch copy_", lambda: out.copy_(x), 8 * elements),
        *(Candidate(name, baseline, traffic) for name, baseline in baselines.items()),
    )
    in_place = tuple(name for name in baselines if name.startswith("eager in place"))
    best = "linf_step in place"
    targets = (
        Target("bandwidth of a copy", best, ("torch copy_",), 0.85, True),
        Target("bandwidth of a copy", "linf_step into out", ("torch copy_",), 0.85, True),
        Target("best in-place eager form", best, in_place, 6, if_missed=_MEMORY),
        Target(
            "torch.compile of the idiomatic form",
            "linf_step",
            ("torch.compile",),
            10,
            if_missed=_MEMORY,
        ),
        Target(
            "torch.compile, in place",
            best,
            ("torch.compile in place",),
            10,
            if_missed=_MEMORY,
        ),
        Target("idiomatic eager form", "linf_step", ("eager, idiomatic",), 20),
        Target("foolbox's step", "linf_step", ("foolbox",), 20),
        Target("NumPy in place", best, ("NumPy in place",), 6, if_missed=_MEMORY),
    )
    return Benchmark("linf_step", verify, candidates, targets)


def _eager(
    x: torch.Tensor, grad: torch.Tensor, origin: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    y, z = origin.clone(), origin.clone()
    sign, low, high = (torch.empty_like(x) for _ in range(3))

    def clamp_in_place() -> torch.Tensor:
        y.add_(torch.sign(grad, out=sign), alpha=STEP)
        torch.sub(origin, EPSILON, out=low)
        torch.add(origin, EPSILON, out=high)
        return y.clamp_(low, high).clamp_(0, 1)

    def offset_in_place() -> torch.Tensor:
        z.add_(torch.sign(grad, out=sign), alpha=STEP)
        return z.sub_(origin).clamp_(-EPSILON, EPSILON).add_(origin).clamp_(0, 1)

    return {
        "eager in place, clamp to tensors": clamp_in_place,
        "eager in place, through the offset": offset_in_place,
        "eager, idiomatic": partial(_idiomatic, x, grad, origin),
    }


def _idiomatic(x: torch.Tensor, grad: torch.Tensor, origin: torch.Tensor) -> torch.Tensor:
    moved = x + STEP * grad.sign()
    inside = torch.max(torch.min(moved, origin + EPSILON), origin - EPSILON)
    return torch.clamp(inside, 0, 1)


def _compiled(
    x: torch.Tensor, grad: torch.Tensor, origin: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    y = origin.clone()

    def in_place(z: torch.Tensor, slope: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
        return z.copy_(_idiomatic(z, slope, centre))

    return {
        "torch.compile": partial(torch.compile(_idiomatic), x, grad, origin),
        "torch.compile in place": partial(torch.compile(in_place), y, grad, origin),
    }


def _others(
    x: torch.Tensor, grad: torch.Tensor, origin: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    moved, sign, low, high = (np.empty(x.shape, np.float32) for _ in range(4))
    start, slope, centre = (tensor.numpy() for tensor in (x, grad, origin))

    def numpy_in_place() -> torch.Tensor:
        np.sign(slope, out=sign)
        np.multiply(sign, np.float32(STEP), out=sign)
        np.add(start, sign, out=moved)
        np.subtract(centre, np.float32(EPSILON), out=low)
        np.add(centre, np.float32(EPSILON), out=high)
        np.clip(moved, low, high, out=moved)
        return torch.from_numpy(np.clip(moved, 0, 1, out=moved))

    found: dict[str, Callable[[], torch.Tensor]] = {"NumPy in place": numpy_in_place}
    foolbox, eagerpy = load("foolbox"), load("eagerpy")
    if foolbox is not None and eagerpy is not None:
        attack = foolbox.attacks.LinfPGD()
        position, slopes, middle = (eagerpy.astensor(tensor) for tensor in (x, grad, origin))

        def foolbox_step() -> torch.Tensor:
            direction = attack.normalize(slopes, x=position, bounds=(0, 1))
            inside = attack.project(position + STEP * direction, middle, EPSILON)
            result: torch.Tensor = eagerpy.clip(inside, 0, 1).raw
            return result

        found["foolbox"] = foolbox_step
    return found
