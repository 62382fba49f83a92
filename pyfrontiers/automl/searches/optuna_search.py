"""Optuna's samplers behind the interface of our searches; needs the extra ``automl``."""

from __future__ import annotations

import json
from typing import Any, Literal

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.fronts import Objectives
from pyfrontiers.automl.protocols import Outcome, Proposal
from pyfrontiers.automl.searches.ledger import Ledger
from pyfrontiers.automl.space import SearchSpace
from pyfrontiers.kernels import fold_in

__all__ = ["OptunaSearch"]


class OptunaSearch:
    """TPE, a model of good and of bad tokens, or NSGA-II, a genetic algorithm for several metrics.

    The sampler gets a new seed for each proposal, so a proposal is a function of the outcomes told
    so far, of the seed and of its number.

    Args:
        space: the space.
        sampler: ``"tpe"`` or ``"nsga2"``.
        seed: 64-bit seed.
        budget: of every child.
        objectives: what to optimise; default: the reward alone.
        population: of NSGA-II.

    Raises:
        ModuleNotFoundError: Optuna is not installed.

    Source:
        Akiba, Sano, Yanase, Ohta and Koyama, Optuna, KDD 2019; Bergstra, Bardenet, Bengio and
        Kégl, Algorithms for hyper-parameter optimization, NIPS 2011; Deb, Pratap, Agarwal and
        Meyarivan, A fast and elitist multiobjective genetic algorithm: NSGA-II, 2002.

    """

    @checked
    def __init__(
        self,
        space: SearchSpace,
        *,
        sampler: Literal["tpe", "nsga2"] = "tpe",
        seed: Seed = 0,
        budget: Count = 1,
        objectives: Objectives | None = None,
        population: Count = 50,
    ) -> None:
        self._optuna = _imported()
        self._space, self._kind, self._seed, self._budget = space, sampler, seed, budget
        self._objectives, self._population = objectives, population
        self._names = [
            f"{place:03d} layer {choice.layer} {choice.name}"
            for place, choice in enumerate(space.tokens)
        ]
        self._distributions = {
            name: self._optuna.distributions.CategoricalDistribution(range(size))
            for name, size in zip(self._names, space.sizes, strict=True)
        }
        self._ledger = Ledger()
        self._study = self._new_study()
        self._trials: dict[int, Any] = {}

    def _new_study(self) -> Any:
        count = 1 if self._objectives is None else len(self._objectives.metrics)
        return self._optuna.create_study(directions=["maximize"] * count)

    def _sampler(self, number: int) -> Any:
        seed = fold_in(self._seed, number) % 2**32
        samplers = self._optuna.samplers
        if self._kind == "tpe":
            return samplers.TPESampler(seed=seed)
        return samplers.NSGAIISampler(seed=seed, population_size=self._population)

    @checked
    def ask(self, count: Count = 1) -> list[Proposal]:
        """Return ``count`` children; see `Search.ask`."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Proposal:
        self._study.sampler = self._sampler(self._ledger.made)
        trial = self._study.ask(self._distributions)
        architecture = tuple(int(trial.params[name]) for name in self._names)
        self._trials[self._ledger.made] = trial.number
        return self._ledger.new(architecture, self._budget)

    @checked
    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Give the sampler an outcome, or that the child failed; see `Search.tell`."""
        trial = self._trials.pop(self._ledger.close(proposal))
        if outcome.value is None:
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        elif self._objectives is None:
            self._study.tell(trial, outcome.value)
        else:
            self._study.tell(trial, list(self._objectives.point(outcome)))

    def state(self) -> dict[str, Any]:
        """Return the state; see `Search.state`."""
        rows = [
            {
                "state": trial.state.name,
                "values": None if trial.values is None else list(trial.values),
                "tokens": [trial.params[name] for name in self._names],
                "system": json.dumps(trial.system_attrs, sort_keys=True),
            }
            for trial in self._study.get_trials(deepcopy=False)
        ]
        return {"ledger": self._ledger.state(), "rows": rows, "open": dict(self._trials)}

    @checked
    def restore(self, state: dict[str, Any]) -> None:
        """Restore a state; see `Search.restore`."""
        self._ledger.restore(state["ledger"])
        self._trials = dict(state["open"])
        self._study = self._new_study()
        trial = self._optuna.trial
        for row in state["rows"]:
            self._study.add_trial(
                trial.create_trial(
                    state=trial.TrialState[row["state"]],
                    values=row["values"],
                    params=dict(zip(self._names, row["tokens"], strict=True)),
                    distributions=self._distributions,
                    system_attrs=json.loads(row["system"]),
                )
            )


def _imported() -> Any:
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "this search needs Optuna; install it with pip install 'pyfrontiers[automl]'"
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
