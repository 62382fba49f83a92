"""A short live comparison of the kernels with torch on this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import torch
from torch.nn import functional

from pyfrontiers import kernels
from pyfrontiers.arguments import Count, Range, checked
from pyfrontiers.claims import Report
from pyfrontiers.comparison.interleaving import Candidate, Spread, one_turn, rounds_of
from pyfrontiers.comparison.load import OtherWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Prepared = tuple[Callable[[], object], Callable[[], object], Callable[[], None]]

__all__ = ["CASES", "Case", "Compared", "Comparison", "compare", "step_in_torch"]

ELEMENTS = 1 << 22
_PASSES = 32
_LEAST_ROUNDS, _MAX_ROUNDS = 3, 1000
_STEP, _EPSILON = 2 / 255, 8 / 255


@dataclass(frozen=True, slots=True)
class Case:
    """A kernel and its baseline in torch.

    Attributes:
        kernel: Name of the kernel.
        baseline: Short description of the baseline.
        prepare: Takes a number of elements and returns the kernel's call, the baseline's call, and
            a check that raises AssertionError if the kernel disagrees with its reference.

    """

    kernel: str
    baseline: str
    prepare: Callable[[int], Prepared]


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of one case.

    Attributes:
        kernel: Name of the kernel.
        baseline: Short description of the baseline.
        ours: Median seconds per call of the kernel.
        theirs: Median seconds per call of the baseline.
        faster: Speed-up of the kernel, computed round by round: median and quartiles.
        rounds: Number of rounds.

    """

    kernel: str
    baseline: str
    ours: float
    theirs: float
    faster: Spread
    rounds: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of all cases.

    Attributes:
        rows: One result per case.
        elements: Elements per tensor.
        threads: Threads available to both sides.
        other_cores: Average number of cores kept busy by other programs, or None if unknown.

    """

    rows: tuple[Compared, ...]
    elements: int
    threads: int
    other_cores: float | None


_PLAIN: Final[dict[str, Any]] = {"dtype": torch.float32, "device": "cpu"}


@checked
def compare(
    *,
    threads: Annotated[int, Range(1, 4096)],
    seconds: Annotated[float, Range(0)] = 4.5,
    elements: Count = ELEMENTS,
    moment: int = 0,
    report: Report | None = None,
) -> Comparison:
    """Verify each kernel against its reference, then time it interleaved with its baseline.

    Args:
        threads: Threads of torch and of the kernels, at least 1.
        seconds: Total time for the measurements, divided equally among the cases; each case gets
            at least three rounds.
        elements: Elements per tensor.
        moment: Time of the request. Jobs with equal arguments share a result, so runs requested at
            different times are measured separately.
        report: Called with the fraction done, a message and the results so far.

    Returns:
        The results in the order of `CASES`.

    Raises:
        AssertionError: A kernel disagrees with its reference.

    """
    del moment
    rows: list[Compared] = []
    before, others = torch.get_num_threads(), OtherWork()
    torch.set_num_threads(threads)
    try:
        with torch.no_grad():
            for number, case in enumerate(CASES):
                if report is not None:
                    report(number / len(CASES), f"{case.kernel} against torch", tuple(rows))
                rows.append(_timed(case, elements, seconds / len(CASES)))
    finally:
        torch.set_num_threads(before)
    if report is not None:
        report(1.0, "Done", tuple(rows))
    return Comparison(tuple(rows), elements, threads, others.cores())


def _timed(case: Case, elements: int, seconds: float) -> Compared:
    ours, theirs, check = case.prepare(elements)
    check()
    until = time.monotonic() + seconds
    rounds = []
    candidates = (Candidate("ours", ours), Candidate("theirs", theirs))
    for taken in rounds_of(candidates, _MAX_ROUNDS, one_turn):
        rounds.append(taken)
        if len(rounds) >= _LEAST_ROUNDS and time.monotonic() >= until:
            break
    return Compared(
        case.kernel,
        case.baseline,
        Spread.of([one["ours"] for one in rounds]).median,
        Spread.of([one["theirs"] for one in rounds]).median,
        Spread.of([one["theirs"] / one["ours"] for one in rounds]),
        len(rounds),
    )


def step_in_torch(x: Tensor, grad: Tensor, origin: Tensor, step: float, epsilon: float) -> Tensor:
    """Take a signed gradient step and project it onto ball and box: the baseline of `linf_step`.

    Args:
        x: Current point, any shape.
        grad: Gradient at `x`, of the same shape.
        origin: Centre of the L-infinity ball, of the same shape.
        step: Step size.
        epsilon: Radius of the ball; the box is [0, 1].

    """
    moved = x + step * grad.sign()
    inside = torch.max(torch.min(moved, origin + epsilon), origin - epsilon)
    return inside.clamp(0, 1)


def _dropout(n: int) -> Prepared:
    x = torch.rand(n, **_PLAIN)

    def check() -> None:
        part = x[:2000]
        assert kernels.dropout(part, 0.1, seed=1).equal(
            kernels.dropout_reference(part, 0.1, seed=1)
        )

    ours = partial(kernels.dropout, x, 0.1, seed=1)
    return ours, partial(functional.dropout, x, 0.1), check


def _mc_dropout(n: int) -> Prepared:
    x = torch.rand(n // _PASSES, **_PLAIN)
    copies = x.expand(_PASSES, -1)

    def check() -> None:
        one = kernels.mc_dropout(x[:2000], 0.5, 3, seed=1)
        assert one.equal(kernels.mc_dropout_reference(x[:2000], 0.5, 3, seed=1))

    ours = partial(kernels.mc_dropout, x, 0.5, _PASSES, seed=1)
    return ours, partial(functional.dropout, copies, 0.5), check


def _mask(n: int) -> Prepared:
    def check() -> None:
        drawn = kernels.dropout_mask(2000, 0.1, seed=1, packed=True)
        assert drawn.equal(kernels.dropout_mask_reference(2000, 0.1, seed=1, packed=True))

    ours = partial(kernels.dropout_mask, n, 0.1, seed=1, packed=True)
    return ours, lambda: torch.empty(n, **_PLAIN).bernoulli_(0.1), check


def _linf_step(n: int) -> Prepared:
    x, grad = torch.rand(n, **_PLAIN), torch.randn(n, **_PLAIN)
    origin = x.clone()

    def check() -> None:
        part = x[:2000], grad[:2000], origin[:2000]
        wanted = kernels.linf_step_reference(*part, step=_STEP, epsilon=_EPSILON)
        assert kernels.linf_step(*part, step=_STEP, epsilon=_EPSILON).equal(wanted)

    ours = partial(kernels.linf_step, x, grad, origin, step=_STEP, epsilon=_EPSILON)
    return ours, partial(step_in_torch, x, grad, origin, _STEP, _EPSILON), check


def _moments(n: int) -> Prepared:
    samples = torch.randn(_PASSES, n // _PASSES, **_PLAIN)

    def check() -> None:
        part = samples[:, :500]
        for one, other in zip(kernels.moments(part), kernels.moments_reference(part), strict=True):
            torch.testing.assert_close(one, other)

    return (
        partial(kernels.moments, samples),
        partial(torch.var_mean, samples, 0, correction=0),
        check,
    )


def _normal(n: int) -> Prepared:
    def check() -> None:
        drawn, wanted = kernels.normal(2000, seed=1), kernels.normal_reference(2000, seed=1)
        torch.testing.assert_close(drawn, wanted, rtol=0, atol=1e-6)

    return partial(kernels.normal, n, seed=1), partial(torch.randn, n), check


CASES = (
    Case("dropout", "torch.nn.functional.dropout, p = 0.1", _dropout),
    Case("mc_dropout", "torch's dropout of 32 copies, p = 0.5", _mc_dropout),
    Case("dropout_mask", "torch's bernoulli_, p = 0.1", _mask),
    Case("linf_step", "sign, max, min and clamp", _linf_step),
    Case("moments", "torch.var_mean of 32 passes", _moments),
    Case("normal", "torch.randn", _normal),
)
