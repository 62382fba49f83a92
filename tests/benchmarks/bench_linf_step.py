"""One projected sign step, against the eager forms that one would write instead."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import linf_step, linf_step_reference

from .timing import Benchmark, Contender, Target

STEP, EPSILON = 2 / 255, 8 / 255


def benchmark(elements: int) -> Benchmark:
    """Compare in place and into another tensor; reads x, grad and origin, writes the result."""
    origin = torch.rand(elements)
    grad = torch.randn(elements)
    x, out = origin.clone(), torch.empty(elements)
    y, sign, low, high = origin.clone(), *(torch.empty(elements) for _ in range(3))

    def ours(target: torch.Tensor) -> torch.Tensor:
        return linf_step(x, grad, origin, step=STEP, epsilon=EPSILON, out=target)

    def clamp_in_place() -> torch.Tensor:
        y.add_(torch.sign(grad, out=sign), alpha=STEP)
        torch.sub(origin, EPSILON, out=low)
        torch.add(origin, EPSILON, out=high)
        return y.clamp_(low, high).clamp_(0, 1)

    def offset_in_place() -> torch.Tensor:
        y.add_(torch.sign(grad, out=sign), alpha=STEP)
        return y.sub_(origin).clamp_(-EPSILON, EPSILON).add_(origin).clamp_(0, 1)

    def idiomatic() -> torch.Tensor:
        moved = x + STEP * grad.sign()
        inside = torch.max(torch.min(moved, origin + EPSILON), origin - EPSILON)
        return torch.clamp(inside, 0, 1)

    def verify() -> None:
        cut = slice(0, 50_000)
        arguments = {"step": STEP, "epsilon": EPSILON}
        wanted = linf_step_reference(x[cut], grad[cut], origin[cut], **arguments)
        assert linf_step(x[cut], grad[cut], origin[cut], **arguments).equal(wanted)
        for eager in (clamp_in_place, offset_in_place, idiomatic):
            y.copy_(x)
            torch.testing.assert_close(eager()[cut], wanted, rtol=0, atol=1e-6)

    traffic = 16 * elements
    contenders = (
        Contender("linf_step in place", lambda: ours(x), traffic),
        Contender("linf_step into out", lambda: ours(out), traffic),
        Contender(
            "linf_step", lambda: linf_step(x, grad, origin, step=STEP, epsilon=EPSILON), traffic
        ),
        Contender("torch copy_", lambda: out.copy_(x), 8 * elements),
        Contender("eager in place, clamp to tensors", clamp_in_place, traffic),
        Contender("eager in place, through the offset", offset_in_place, traffic),
        Contender("eager, idiomatic", idiomatic, traffic),
    )
    in_place = ("eager in place, clamp to tensors", "eager in place, through the offset")
    targets = (
        Target("best in-place eager form", "linf_step in place", in_place, 6),
        Target("idiomatic eager form", "linf_step", ("eager, idiomatic",), 20),
        Target("bandwidth of a copy", "linf_step in place", ("torch copy_",), 0.80, True),
        Target("bandwidth of a copy", "linf_step into out", ("torch copy_",), 0.80, True),
    )
    return Benchmark("linf_step", verify, contenders, targets)
