"""One projected step along the normalised gradient, compared with the usual torch code."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import l2_step, l2_step_reference

from .timing import Benchmark, Candidate, Target

PHOTOGRAPH = 3 * 224 * 224
STEP, EPSILON = 0.5, 3.0
_ARITHMETIC = (
    "varied from 0.52x to 0.96x over a day: the step is bound by float64 sums, the copy by memory "
    "bandwidth shared with other virtual machines"
)


def benchmark(elements: int) -> Benchmark:
    """Compare photographs on the sphere around their origins, where a step needs the projection."""
    samples = max(1, elements // PHOTOGRAPH)
    shape = (samples, elements // samples)
    origin = torch.rand(shape)
    grad = torch.randn(shape)
    x, out = origin.clone(), torch.empty(shape)
    arguments = {"step": STEP, "epsilon": EPSILON}
    for seed in range(8):
        way = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        l2_step(x, way, origin, step=2.0, epsilon=EPSILON, out=x)

    def ours(target: torch.Tensor) -> torch.Tensor:
        return l2_step(x, grad, origin, **arguments, out=target)

    def idiomatic() -> torch.Tensor:
        moved = x + STEP * grad / grad.norm(dim=1, keepdim=True).clamp(min=1e-12)
        change = moved - origin
        length = change.norm(dim=1, keepdim=True).clamp(min=1e-12)
        return torch.clamp(origin + change * (EPSILON / length).clamp(max=1), 0, 1)

    def verify() -> None:
        part = slice(0, 2)
        wanted = l2_step_reference(x[part], grad[part], origin[part], **arguments)
        given = l2_step(x[part], grad[part], origin[part], **arguments)
        torch.testing.assert_close(given, wanted, rtol=0, atol=2.0**-23)
        # Clipped after the projection instead of within it: close, but inside the sphere.
        torch.testing.assert_close(idiomatic()[part], wanted, rtol=0, atol=1e-3)

    # Both norms need a full read before the second read can use them.
    two_reads = 28 * elements
    candidates = (
        Candidate("l2_step in place", lambda: ours(x), two_reads),
        Candidate("l2_step into out", lambda: ours(out), two_reads),
        Candidate("l2_step", lambda: l2_step(x, grad, origin, **arguments), two_reads),
        Candidate("torch copy_", lambda: out.copy_(x), 8 * elements),
        Candidate("eager, idiomatic", idiomatic, two_reads),
    )
    targets = (
        Target("two reads and a write at a copy's bandwidth", "l2_step into out", ("torch copy_",),
               0.70, True, if_missed=_ARITHMETIC),
        Target("idiomatic eager form", "l2_step", ("eager, idiomatic",), 8),
    )  # fmt: skip
    return Benchmark("l2_step", verify, candidates, targets)
