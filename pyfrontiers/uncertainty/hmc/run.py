"""The state of an HMC run, and its iterations."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from pyfrontiers.kernels import fold_in, normal, uniform
from pyfrontiers.uncertainty.hmc.adaptation import DualAveraging, Spread
from pyfrontiers.uncertainty.hmc.leapfrog import Batched, Point, energy, leapfrog

__all__ = ["Course", "Settings"]

# Streams of an iteration's seed.
_MOMENTUM, _ACCEPT, _LENGTH, _FIRST = range(4)
#: Growth of the energy beyond which a trajectory counts as divergent, as in Stan.
_DIVERGENT = 1000.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for; see `hmc_chains`."""

    draws: int
    warmup: int
    thin: int
    path: float
    acceptance: float
    longest: int
    seed: int

    @property
    def iterations(self) -> int:
        """Iterations of the run with the warm-up."""
        return self.warmup + self.draws * self.thin

    def numbers(self) -> dict[str, Any]:
        """Return the settings by name."""
        return asdict(self)


class Course:
    """How far a run is: positions, adaptation, and the draws so far."""

    def __init__(self, settings: Settings, evaluate: Batched, start: Tensor, step: float) -> None:
        self._settings, self._evaluate = settings, evaluate
        chains, size = start.shape
        with torch.no_grad():
            self._slope, self._log_density = (part.clone() for part in evaluate(start))
        if not (torch.isfinite(self._log_density).all() and torch.isfinite(self._slope).all()):
            raise ValueError(
                "start must have a finite log density and gradient, got NaN or infinity"
            )
        self._position = start
        self.variances = start.new_ones(size)
        self._spread = Spread()
        self._rate = DualAveraging(settings.acceptance, step)
        self.done = self.divergences = self.gradients = 0
        self.accepted = 0.0
        self.draws = start.new_zeros(chains, settings.draws, size)
        self.log_densities = start.new_zeros(chains, settings.draws)

    @property
    def step(self) -> float:
        """The present step size."""
        adapted = self._settings.warmup > 0 and self.done >= self._settings.warmup
        return self._rate.averaged if adapted else self._rate.step

    def advance(self, end: int) -> None:
        """Iterate until `end` iterations are done."""
        if self.done == 0 and self._settings.warmup:
            self._restart(self._reasonable())
        while self.done < end:
            probability, diverged = self._iterate()
            self.done += 1
            if self.done <= self._settings.warmup:
                self._adapt(probability)
            else:
                self._keep(probability, diverged)

    def _iterate(self) -> tuple[float, int]:
        """Run one iteration; return the mean acceptance probability and the divergences."""
        seed = fold_in(self._settings.seed, self.done)
        draw = float(uniform((1,), seed=fold_in(seed, _LENGTH), dtype=torch.float64))
        count = math.ceil((0.5 + draw) * self._settings.path / self.step)
        count = min(max(count, 1), self._settings.longest)
        before = self._kicked(fold_in(seed, _MOMENTUM))
        after = leapfrog(self._evaluate, before, self.step, count, self.variances)
        self.gradients += count
        grown = energy(after, self.variances) - energy(before, self.variances)
        # A NaN is no energy: infinite growth, never accepted.
        grown = torch.where(grown.isnan(), math.inf, grown)
        probability = (-grown).exp().clamp_max(1.0)
        bar = uniform((len(grown),), seed=fold_in(seed, _ACCEPT), dtype=torch.float64)
        taken = bar < probability
        self._position = torch.where(taken[:, None], after.position, self._position)
        self._slope = torch.where(taken[:, None], after.slope, self._slope)
        self._log_density = torch.where(taken, after.log_density, self._log_density)
        return float(probability.mean()), int((grown > _DIVERGENT).sum())

    def _kicked(self, seed: int) -> Point:
        """Return the chains with momenta drawn anew."""
        noise = normal(tuple(self._position.shape), seed=seed, dtype=torch.float64)
        momentum = noise / self.variances.sqrt()
        return Point(self._position, momentum, self._log_density, self._slope)

    def _keep(self, probability: float, diverged: int) -> None:
        self.accepted += probability
        self.divergences += diverged
        number, left = divmod(self.done - self._settings.warmup, self._settings.thin)
        if left == 0:
            self.draws[:, number - 1] = self._position
            self.log_densities[:, number - 1] = self._log_density

    def _adapt(self, probability: float) -> None:
        """Adapt the step size; in the middle of the warm-up collect variances, then use them."""
        self._rate.update(probability)
        first, last = self._settings.warmup // 4, 2 * self._settings.warmup // 3
        if first <= self.done < last:
            self._spread.update(self._position)
        if self.done == last and self._spread.count > 1:
            self.variances = self._spread.variances()
            self._restart(self._reasonable())

    def _restart(self, step: float) -> None:
        self._rate = DualAveraging(self._settings.acceptance, step)

    def _reasonable(self) -> float:
        """Double or halve the step size until a single step is accepted half of the time."""
        step, direction = self._rate.step, 0
        before = self._kicked(fold_in(fold_in(self._settings.seed, self.done), _FIRST))
        start = energy(before, self.variances)
        for _ in range(50):
            after = leapfrog(self._evaluate, before, step, 1, self.variances)
            change = (start - energy(after, self.variances)).nan_to_num(-math.inf, neginf=-math.inf)
            wanted = 1 if float(change.exp().clamp_max(1.0).mean()) > 0.5 else -1
            if direction and wanted != direction:
                break
            direction = wanted
            step *= 2.0**direction
        return step

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""
        return {
            "done": self.done,
            "divergences": self.divergences,
            "gradients": self.gradients,
            "accepted": self.accepted,
            "position": self._position,
            "log_density": self._log_density,
            "slope": self._slope,
            "variances": self.variances,
            "spread": [self._spread.count, self._spread.mean, self._spread.squares],
            "rate": self._rate.state_dict(),
            "draws": self.draws,
            "log_densities": self.log_densities,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        if state["draws"].shape != self.draws.shape:
            raise ValueError(
                f"draws must have shape {tuple(self.draws.shape)}, "
                f"got {tuple(state['draws'].shape)}"
            )
        self.done, self.divergences = state["done"], state["divergences"]
        self.gradients, self.accepted = state["gradients"], state["accepted"]
        self._position, self._log_density = state["position"], state["log_density"]
        self._slope, self.variances = state["slope"], state["variances"]
        self._spread = Spread(*state["spread"])
        self._rate.load_state_dict(state["rate"])
        self.draws, self.log_densities = state["draws"], state["log_densities"]
