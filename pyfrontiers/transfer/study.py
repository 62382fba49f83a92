"""All methods on new tasks, inside the family they learned from and outside it: claim C22."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.reports import part_of
from pyfrontiers.transfer.evaluation import FewShotCurve, evaluate
from pyfrontiers.transfer.glyphs import glyph_images
from pyfrontiers.transfer.images import digit_images
from pyfrontiers.transfer.intervals import over_runs
from pyfrontiers.transfer.methods import METHODS
from pyfrontiers.transfer.sinusoids import FAMILIES
from pyfrontiers.transfer.weights import kept_training

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyfrontiers.transfer.meta_training import Trained
    from pyfrontiers.transfer.tasks import Family, Kind
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["compare_methods", "new_families", "train_all"]

_OUTSIDE = ("other phases", "larger", "faster")


def new_families(kind: Kind) -> dict[str, Family]:
    """Return families of new tasks by name: first the one that was learned from, then others."""
    if kind == "regression":
        return {name: FAMILIES[name] for name in ("standard", *_OUTSIDE)}
    return {"new glyphs": glyph_images("test"), "handwritten digits": digit_images()}


def train_all(
    kind: Kind,
    *,
    seeds: Sequence[int],
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Trained]:
    """Train every method with every seed; see `kept_training`.

    Args:
        kind: "regression" for sinusoids, "classification" for glyphs.
        seeds: 64-bit seeds of the runs.
        report: called with the fraction done and a message.
    """
    names = [name for name, method in METHODS.items() if kind in method.kinds]
    found = {}
    for place, name in enumerate(names):
        part = part_of(report, place / len(names), (place + 1) / len(names))
        found[name] = kept_training(name, kind, seeds=seeds, report=part)
    return found


def compare_methods(
    networks: Mapping[str, Trained],
    families: Mapping[str, Family],
    *,
    tasks: int = 600,
    seed: int = 0,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Evaluate methods on families of new tasks.

    Args:
        networks: weights of each method, with equal seeds.
        families: tasks to adapt to, by name.
        tasks: new tasks of each family.
        seed: 64-bit seed of the tasks.
        report: called with the fraction done and a message.

    Returns:
        Plain JSON values: `steps`, `measure`, and `table`, by family and method a list with the
        measure after each number of steps as `[value, low, high]`, with intervals over runs if
        there are several, otherwise over tasks; and `runs`, by family and method the values of each
        run at each number of steps.
    """
    table: dict[str, dict[str, Any]] = {}
    runs: dict[str, dict[str, Any]] = {}
    about: dict[str, Any] = {}
    done = 0
    for family, drawn in families.items():
        table[family], runs[family] = {}, {}
        for name, trained in networks.items():
            curve = evaluate(trained, drawn, tasks=tasks, seed=seed)
            about = {"steps": list(curve.steps), "measure": curve.measure}
            table[family][name] = [[e.value, e.low, e.high] for e in _estimates(curve)]
            runs[family][name] = curve.runs.tolist()
            done += 1
            if report is not None:
                text = f"{METHODS[name].title}, {family}"
                report(done / len(families) / len(networks), text)
    return about | {"table": table, "runs": runs}


def _estimates(curve: FewShotCurve) -> Sequence[Estimate]:
    if curve.runs.shape[1] == 1:
        return curve.estimates
    return [over_runs(each) for each in curve.runs.tolist()]
