"""All searches on the benchmark at equal budget, as figures that claim C20 and its page show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from scipy.stats import wilcoxon

from pyfrontiers.automl.benchmark.races import BASELINES, CONTROLLERS, race, race_controllers
from pyfrontiers.automl.benchmark.table import benchmark
from pyfrontiers.kernels import randint

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from pyfrontiers.automl.benchmark.races import Race
    from pyfrontiers.automl.benchmark.table import Benchmark

__all__ = ["compare_searches"]

_JUDGED = 100  # full trainings after which regrets are compared
_BUDGETS = (5, 10, 20, 40, 60, 80, 100, 150, 200)
_RESAMPLES = 2000
_OPTUNA = ("tpe", "nsga2")


def compare_searches(
    *,
    runs: int,
    trainings: int,
    optuna_runs: int,
    seed: int,
    report: Callable[[float, str], None],
) -> dict[str, Any]:
    """Run every search on the benchmark and compare them at equal budget.

    Args:
        runs: of each search.
        trainings: full trainings that each run may spend.
        optuna_runs: of TPE and NSGA-II, the first ones of the others; 0 to leave both out.
        seed: 64-bit seed of all runs and of the resampling.
        report: called with the fraction done and a message.

    Returns:
        ``searches`` by name: mean ``regret`` at ``judged`` trainings with its 95 % interval, the
        ``curve`` of mean regrets at ``budgets``, and against random search the ``difference`` with
        its interval and the one-sided ``p``, also after all trainings (``last``); ``mass``:
        probability of the best 1 % before each update, mean and interval, of both controllers;
        ``rewards``: mean accuracy of each ten children; and ``architectures``, ``best`` (how many
        are the best 1 %), ``runs``, ``trainings``.

    """
    table = benchmark()
    races = _races(table, runs, trainings, optuna_runs, seed, report)
    judged = min(_JUDGED, trainings)
    budgets = [b for b in _BUDGETS if b <= trainings]
    regrets = {name: each.regret(table, judged) for name, each in races.items()}
    return {
        "runs": runs,
        "trainings": trainings,
        "judged": judged,
        "budgets": budgets,
        "architectures": table.space.size,
        "best": len(table.best()),
        "searches": {
            name: {
                **_compared(regrets[name], regrets["random"], seed),
                "curve": [_round(each.regret(table, b).mean()) for b in budgets],
                "last": _compared(
                    each.regret(table, trainings), races["random"].regret(table, trainings), seed
                ),
            }
            for name, each in races.items()
        },
        "mass": {name: _mass(each, seed) for name, each in races.items() if each.mass.size},
        "rewards": {name: _smoothed(each) for name, each in races.items()},
    }


def _races(
    table: Benchmark,
    runs: int,
    trainings: int,
    optuna_runs: int,
    seed: int,
    report: Callable[[float, str], None],
) -> dict[str, Race]:
    others = ["random", "evolution", "asha", *(_OPTUNA if optuna_runs else [])]
    names = [*CONTROLLERS, *others]
    found = {}
    for done, name in enumerate(names):

        def part(fraction: float, message: str, done: int = done) -> None:
            report((done + fraction) / len(names), message)

        settings: dict[str, Any] = {
            "runs": optuna_runs if name in _OPTUNA else runs,
            "trainings": trainings,
            "seed": seed,
            "report": part,
        }
        if name in CONTROLLERS:
            found[name] = race_controllers(table, name=name, learning=CONTROLLERS[name], **settings)
        else:
            settings |= BASELINES.get(name, {})
            found[name] = race(name, table, **settings)
    return found


def _compared(
    regret: np.ndarray[Any, Any], baseline: np.ndarray[Any, Any], seed: int
) -> dict[str, Any]:
    """Compare the regrets of runs with those that random search has in the same runs."""
    difference = regret - baseline[: len(regret)]
    same = bool((difference == 0).all())
    p = (
        1.0
        if same
        else float(wilcoxon(difference, alternative="less", zero_method="zsplit").pvalue)
    )
    return {
        "runs": len(regret),
        "regret": _round(regret.mean()),
        "regret_span": _interval(regret, seed),
        "difference": _round(difference.mean()),
        "difference_span": _interval(difference, seed),
        "p": float(f"{p:.3g}"),
    }


def _interval(values: np.ndarray[Any, Any], seed: int) -> list[float]:
    """Return the 95 % bootstrap interval of a mean over runs."""
    drawn = randint((_RESAMPLES, len(values)), 0, len(values), seed=seed)
    means = torch.from_numpy(values)[drawn].mean(1)
    ends = torch.tensor([0.025, 0.975], dtype=means.dtype, device="cpu")
    return [_round(end) for end in means.quantile(ends).tolist()]


def _mass(race: Race, seed: int) -> dict[str, Any]:
    count = race.mass.shape[1]  # before each update, and after the last one
    shown = sorted({*range(0, count, max(1, count // 50)), count - 1})
    size = len(race.runs[0].rows) // (count - 1)
    return {
        "children": [k * size for k in shown],
        "mean": [_round(race.mass[:, k].mean()) for k in shown],
        "span": [_interval(race.mass[:, k], seed) for k in shown],
        "rise": _round(race.mass[:, -1].mean() / race.mass[:, 0].mean()),
        "rise_span": [
            _round(end / race.mass[:, 0].mean()) for end in _interval(race.mass[:, -1], seed)
        ],
    }


def _smoothed(race: Race) -> list[float]:
    """Return the mean accuracy of each ten children, over the runs."""
    values = race.mean_values
    return [_round(values[k : k + 10].mean()) for k in range(0, len(values) - 9, 10)]


def _round(value: float) -> float:
    return float(f"{float(value):.4g}")
