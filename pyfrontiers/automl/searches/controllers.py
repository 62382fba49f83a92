"""Policy-gradient learning of controllers: REINFORCE and PPO, for several runs side by side."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Share, checked
from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.searches.policy import Policy

__all__ = ["Controllers", "Learning"]

_COINS = 1  # stream of the seed


@checked
@dataclass(frozen=True, slots=True)
class Learning:
    """How controllers learn from rewards.

    Attributes:
        batch: children in an update, M.
        rate: learning rate.
        optimiser: ``"adam"``, or ``"sgd"`` for plain gradient steps.
        power: the reward is raised to it; Zoph and Le cube the accuracy.
        decay: of the moving average of rewards that is the baseline, in [0, 1).
        entropy: weight of the policy's entropy, which is added to the objective.
        floor: reward of a failed child.
        clip: PPO's bound on the change of an architecture's probability; ``None`` for REINFORCE.
        passes: gradient steps for each batch; more than one is for PPO.

    Raises:
        ValueError: a number is out of range, or REINFORCE has several passes.

    """

    batch: Count = 8
    rate: float = 0.01
    optimiser: str = "adam"
    power: float = 3.0
    decay: Share = 0.95
    entropy: float = 0.0
    floor: float = 0.0
    clip: float | None = None
    passes: Count = 1

    def __post_init__(self) -> None:
        if self.optimiser not in ("adam", "sgd"):
            raise ValueError(f"optimiser must be 'adam' or 'sgd', got {self.optimiser!r}")
        for name in ("rate", "power"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")
        if self.decay == 1:
            raise ValueError("decay must be below 1, so that the baseline moves, got 1.0")
        if self.clip is not None and self.clip <= 0:
            raise ValueError(f"clip must be above 0, got {self.clip}")
        if self.clip is None and self.passes > 1:
            raise ValueError(
                f"passes must be 1 without clip, because the samples are of the first policy, got "
                f"{self.passes}"
            )


class Controllers:
    """R controllers that learn at the same time, each from its own children.

    REINFORCE follows the gradient of the expected reward with a baseline b,

        1 / M sum_k (R_k - b) grad log pi(a_k),

    where b is the moving average of the rewards of earlier batches, at first the mean of the first
    one. PPO maximises the mean of min(r A, clip(r, 1 - c, 1 + c) A) with A = R - b and r the ratio
    of an architecture's probability to that before the first step of the update.

    Args:
        policy: what is learned; it holds R sets of weights.
        seeds: R seeds; batch b of a run depends on its seed, b and its weights alone.
        learning: how.

    Source:
        Williams, Simple statistical gradient-following algorithms for connectionist reinforcement
        learning, 1992; Schulman et al., Proximal policy optimization algorithms, 2017.

    """

    def __init__(self, policy: Policy, seeds: Sequence[int], learning: Learning) -> None:
        self.policy, self._seeds, self.learning = policy, tuple(seeds), learning
        kind = torch.optim.Adam if learning.optimiser == "adam" else torch.optim.SGD
        self._optimiser: torch.optim.Optimizer = kind(policy.weights, lr=learning.rate)
        self.baseline: Tensor | None = None

    @torch.no_grad()
    def draw(self, batch: int, tokens: int) -> Tensor:
        """Draw the children of a batch, (R, M, T).

        Args:
            batch: its number.
            tokens: T.

        """
        shape = (self.learning.batch, tokens)
        coins = [
            uniform(shape, seed=fold_in(fold_in(seed, _COINS), batch), dtype=torch.float64)
            for seed in self._seeds
        ]
        return self.policy.unroll(coins=torch.stack(coins)).tokens

    def learn(self, tokens: Tensor, rewards: Tensor) -> None:
        """Update the weights from a batch.

        Args:
            tokens: (R, M, T) children.
            rewards: (R, M) what they reached; NaN for a failed child.

        """
        shaped = self.shaped(rewards)
        mean = shaped.mean(1)
        advantage = shaped - (mean if self.baseline is None else self.baseline)[:, None]
        before = None
        for _ in range(self.learning.passes):
            objective, log_probability = self.objective(tokens, advantage, before)
            before = log_probability.detach() if before is None else before
            self._optimiser.zero_grad(set_to_none=True)
            (-objective.sum()).backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
            self._optimiser.step()
        decay = self.learning.decay
        self.baseline = (
            mean if self.baseline is None else decay * self.baseline + (1 - decay) * mean
        )

    def shaped(self, rewards: Tensor) -> Tensor:
        """Return the rewards as the controllers see them: floored, and raised to the power."""
        floored = rewards.double().nan_to_num(nan=self.learning.floor)
        return floored.sign() * floored.abs() ** self.learning.power

    def objective(
        self, tokens: Tensor, advantage: Tensor, before: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return what is maximised, (R,), and the log-probabilities of the children, (R, M).

        Args:
            tokens: (R, M, T).
            advantage: (R, M) rewards minus baseline.
            before: (R, M) log-probabilities before the first step; default: the present ones.

        """
        unrolled = self.policy.unroll(tokens=tokens)
        log, entropy = unrolled.log_probability, unrolled.entropy.mean(1)
        advantage = advantage.to(log.dtype)
        if self.learning.clip is None:
            gain = (advantage * log).mean(1)
        else:
            ratio = (log - (log.detach() if before is None else before)).exp()
            clipped = ratio.clamp(1 - self.learning.clip, 1 + self.learning.clip)
            gain = torch.minimum(ratio * advantage, clipped * advantage).mean(1)
        return gain + self.learning.entropy * entropy, log

    @torch.no_grad()
    def probability(self, architectures: Tensor) -> Tensor:
        """Return the probability of each of some architectures, (R, A).

        Args:
            architectures: (A, T) tokens.

        """
        runs = len(self._seeds)
        tokens = architectures.expand(runs, *architectures.shape)
        return self.policy.unroll(tokens=tokens).log_probability.double().exp()

    def state(self) -> dict[str, Any]:
        """Return weights, optimiser and baseline."""
        return {
            "weights": [each.detach().clone() for each in self.policy.weights],
            "optimiser": copy.deepcopy(self._optimiser.state_dict()),
            "baseline": None if self.baseline is None else self.baseline.clone(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore what :meth:`state` returned."""
        with torch.no_grad():
            for mine, stored in zip(self.policy.weights, state["weights"], strict=True):
                mine.copy_(stored)
        self._optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))
        self.baseline = None if state["baseline"] is None else state["baseline"].clone()
