"""Hamiltonian Monte Carlo with many chains side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Range, Seed, checked
from pyfrontiers.one_line import one_line
from pyfrontiers.training.checkpoint import Checkpoint, Saver
from pyfrontiers.uncertainty.hmc.diagnostics import effective_samples, split_r_hat
from pyfrontiers.uncertainty.hmc.leapfrog import batched
from pyfrontiers.uncertainty.hmc.run import Course, Settings

__all__ = ["Chains", "hmc_chains"]

#: Reports in a run.
_REPORTS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Draws of C chains, and how they were made.

    Attributes:
        draws: (C, T, D) positions after the warm-up, float64.
        log_densities: (C, T) log density there, up to a constant.
        acceptance: mean acceptance probability after the warm-up.
        divergences: trajectories after the warm-up whose energy grew by more than 1,000 or was not
            finite. They are rejected; more than a few mean that parts of the density are missed.
        step: step size after the warm-up.
        variances: (D,) inverse diagonal of the mass matrix.
        gradients: evaluations of the gradient for each chain.
    """

    draws: Tensor
    log_densities: Tensor
    acceptance: float
    divergences: int
    step: float
    variances: Tensor
    gradients: int
    __repr__ = one_line

    @property
    def flat(self) -> Tensor:
        """(C T, D) all draws, chain by chain."""
        return self.draws.flatten(0, 1)

    def r_hat(self, quantity: Callable[[Tensor], Tensor] | None = None) -> Tensor:
        """Return the split R-hat of each coordinate, or of what `quantity` maps the draws to."""
        return split_r_hat(self.draws if quantity is None else quantity(self.draws))

    def effective_samples(self, quantity: Callable[[Tensor], Tensor] | None = None) -> Tensor:
        """Return the effective sample size, as for `r_hat`."""
        return effective_samples(self.draws if quantity is None else quantity(self.draws))


@checked
def hmc_chains(
    log_density: Callable[[Tensor], Tensor],
    start: Annotated[Tensor, Floats("C>0", "D>0")],
    *,
    draws: Annotated[int, Range(1, 1_000_000)] = 500,
    warmup: Annotated[int, Range(0, 1_000_000)] = 500,
    thin: Count = 1,
    path: float = 2.0,
    step: float = 0.1,
    acceptance: float = 0.8,
    longest: Annotated[int, Range(1, 1 << 16)] = 128,
    gradient: Callable[[Tensor], tuple[Tensor, Tensor]] | None = None,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Chains:
    """Sample from a density known up to a constant, with many chains at once.

    Each iteration draws a momentum, follows the Hamiltonian dynamics with the leapfrog integrator,
    and accepts the end with probability min(1, exp(-change of the energy)). `torch.func.vmap`
    evaluates the gradients of all chains in one call, so 32 chains of a small network take hardly
    longer than one.

    During the warm-up, dual averaging adapts the step size, and the variances over all chains
    become the inverse mass matrix. The number of leapfrog steps is drawn anew for each iteration,
    between half and one and a half times `path / step`: a fixed length could return to its start.

    Args:
        log_density: maps one position (D,), float64, to a scalar; made of torch operations that
            `torch.func` can differentiate and batch.
        start: (C, D) first positions of C chains. For R-hat to mean anything they should differ
            more than the density's draws do.
        draws: kept draws T of each chain.
        warmup: iterations before the first kept draw. With 0 nothing is adapted.
        thin: iterations for each kept draw.
        path: mean length of a trajectory, step size times number of steps, in standard deviations.
        step: first step size.
        acceptance: target of the mean acceptance probability, in (0, 1).
        longest: largest number of leapfrog steps in a trajectory.
        gradient: maps positions (C, D) to the gradients (C, D) and the values (C,) of the log
            density, in place of automatic differentiation: where a formula is known, it saves most
            of the time of a small network.
        seed: 64-bit seed; iteration i depends on the positions before and on (seed, i) alone.
        report: called with the fraction done and a message.
        checkpoint: where to save the run, and to resume it from with the same bits.

    Returns:
        The draws.

    Raises:
        ValueError: an argument is out of range, or the log density at a start is not finite.

    Source:
        Neal, MCMC using Hamiltonian dynamics, 2011; Hoffman and Gelman, JMLR 15, 2014, for the step
        size.
    """
    for name, value in (("path", path), ("step", step)):
        if value <= 0:
            raise ValueError(f"{name} must be a number above 0, got {value:g}")
    if not 0 < acceptance < 1:
        raise ValueError(f"acceptance must be between 0 and 1, got {acceptance:g}")
    first = start.detach().double().contiguous()
    evaluate = gradient or batched(log_density, first)
    settings = Settings(draws, warmup, thin, path, acceptance, longest, seed)
    course = Course(settings, evaluate, first, step)
    _run(course, settings, report, checkpoint)
    kept = max(draws * thin, 1)
    return Chains(
        course.draws,
        course.log_densities,
        course.accepted / kept,
        course.divergences,
        course.step,
        course.variances,
        course.gradients,
    )


def _run(
    course: Course,
    settings: Settings,
    report: Callable[[float, str], None] | None,
    checkpoint: Checkpoint | None,
) -> None:
    """Iterate to the end, with reports and checkpoints in between."""
    saver = Saver(checkpoint, {"chains": course}, settings.numbers())
    saver.restore()
    total = settings.iterations
    every = max(total // _REPORTS, 1)
    while course.done < total:
        with torch.no_grad():
            course.advance(min(course.done + every, total))
        if report is not None:
            what = "warm-up" if course.done <= settings.warmup else "sampling"
            text = f"{what}, iteration {course.done:,} of {total:,}, step {course.step:.2g}"
            report(course.done / total, text)
        saver.save(last=course.done == total)
