"""How much training on one family of tasks helps with another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.reports import part_of
from pyfrontiers.transfer.evaluation import best_rate, evaluate
from pyfrontiers.transfer.intervals import over_runs
from pyfrontiers.transfer.meta_training import meta_train
from pyfrontiers.transfer.methods import Plan
from pyfrontiers.transfer.sinusoids import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["RECIPE", "Similarity", "help_of", "similarity_record"]

FOLDER = Path(__file__).with_name("recorded")
_RECORD, _SEEDS, _STEPS, _TASKS = "similarity.json", (0, 1, 2, 3, 4), 10, 300

#: Help below which a run has diverged: its error is more than a hundred times that from scratch.
_DIVERGED = -100.0


@dataclass(frozen=True, slots=True)
class Similarity:
    """What training on one family does for another.

    Attributes:
        names: the families.
        help: by the family trained on, then the other one: share of the error from scratch that is
            gone, with its 95 % interval over runs; 1 at best, 0 for no help, negative for harm, and
            -infinity without an interval if a run diverged.
        steps: gradient steps after which errors are compared.
        provenance: seed, version, date, machine and duration.
    """

    names: tuple[str, ...]
    help: Mapping[str, Mapping[str, Estimate]]
    steps: int
    provenance: Provenance


@cache
def similarity_record() -> Similarity:
    """Return the recorded matrix.

    Raises:
        FileNotFoundError: there is none.
    """
    provenance, stored = load_record(FOLDER / _RECORD)
    found = {
        learned: {
            name: over_runs([_read(share) for share in shares]) for name, shares in row.items()
        }
        for learned, row in stored["help"].items()
    }
    return Similarity(tuple(stored["names"]), found, stored["steps"], provenance)


@checked
def help_of(
    learned: str,
    *,
    names: Sequence[str] = tuple(FAMILIES),
    plan: Plan | None = None,
    seeds: Sequence[Seed] = _SEEDS,
    steps: Count = _STEPS,
    tasks: Count = _TASKS,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, tuple[float, ...]]:
    """Train MAML on one family of sinusoids and measure what it gains on others.

    The help is 1 - e / e', with e the mean squared error after adaptation and e' that after as many
    steps from the same run's random weights, with the step size that is best there.

    Args:
        learned: the family to train on, a key of `FAMILIES`.
        names: the families to adapt to, keys of `FAMILIES`.
        plan: settings of the training; None for those of the networks that ship.
        seeds: 64-bit seeds of the runs.
        steps: gradient steps, at least 1.
        tasks: tasks of each family.
        report: called with the fraction done and a message.

    Returns:
        The help of each run, by the name of the family; -infinity if it diverged.

    Raises:
        ValueError: an argument is out of range, or there is no such family.
    """
    for name, keys in (("learned", [learned]), ("names", names)):
        if unknown := [key for key in keys if key not in FAMILIES]:
            raise ValueError(
                f"{name} must be of the families {', '.join(FAMILIES)}, got {unknown[0]!r}"
            )
    begun = meta_train("scratch", FAMILIES[learned], seeds=seeds)
    trained = meta_train(
        "maml", FAMILIES[learned], plan=plan, seeds=seeds, report=part_of(report, 0.0, 0.9)
    )
    settings: dict[str, Any] = {"tasks": tasks, "steps": (steps,), "resamples": 0}
    found = {}
    for place, name in enumerate(names):
        family = FAMILIES[name]
        alone = begun.with_rate(best_rate(begun, family, steps=steps, tasks=tasks))
        before = evaluate(alone, family, **settings).runs[0]
        after = evaluate(trained, family, **settings).runs[0]
        found[name] = tuple((1 - after / before).tolist())
        if report is not None:
            report(0.9 + 0.1 * (place + 1) / len(names), f"{learned} for {name}")
    return found


def _plain(share: float) -> float | None:
    """Return null for a run that diverged, as JSON has no infinity."""
    return float(f"{share:.4g}") if math.isfinite(share) else None


def _read(share: float | None) -> float:
    """Return -infinity for a run that diverged on some task, as its mean says nothing else."""
    return -math.inf if share is None or share < _DIVERGED else share


def _runs() -> list[dict[str, Any]]:
    return [{"learned": name, "seeds": list(_SEEDS)} for name in FAMILIES]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    content = {
        "names": list(FAMILIES),
        "steps": _STEPS,
        "tasks": _TASKS,
        "help": {
            name: {key: [_plain(share) for share in shares] for key, shares in one.result.items()}
            for name, one in zip(FAMILIES, made, strict=True)
        },
    }
    return [save_record(folder / _RECORD, joint_provenance(made), content)]


RECIPE = Recipe("How much one family of tasks helps with another", help_of, _runs, _write, FOLDER)
