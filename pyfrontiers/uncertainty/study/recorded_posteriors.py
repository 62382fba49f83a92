"""Recorded posteriors of the shipped data sets, which a page shows before anything has run."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.uncertainty.study.comparison import compare_methods
from pyfrontiers.uncertainty.study.data_sets import DATA_SETS
from pyfrontiers.uncertainty.study.functions import Functions
from pyfrontiers.uncertainty.study.reference import sample_posterior

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made
    from pyfrontiers.uncertainty.study.reference import Reference

__all__ = ["RECIPE", "STAGES", "posteriors_of", "recorded_posteriors"]

FOLDER = Path(__file__).with_name("recorded")
#: Numbers of examples at which the posterior is recorded, apart from all of them.
STAGES = (3, 8)
_LONG: dict[str, Any] = {"chains": 32, "draws": 120, "warmup": 100}
_PARTS = ("curves", "bands", "mean", "spread")


def posteriors_of(
    name: str, *, seed: int = 0, report: Callable[..., None] | None = None
) -> dict[str, Any]:
    """Compute what the page shows of a data set: the reference after some examples, the methods.

    Args:
        name: a key of `DATA_SETS`.
        seed: 64-bit seed.
        report: called with the fraction done and a message.

    Returns:
        ``functions``: `Functions` by the number of examples or the method's name, and ``mixing``:
        how well the chains mixed, by the number of examples.
    """
    points = DATA_SETS[name]
    functions: dict[str, Functions] = {}
    mixing: dict[str, dict[str, float]] = {}
    counts = (*STAGES, len(points.rows))
    for number, count in enumerate(counts):
        long = _LONG if count == counts[-1] else {}
        found = sample_posterior(points.first(count), seed=seed, **long)
        functions[str(count)] = found.functions
        mixing[str(count)] = _mixing(found)
        if report is not None:
            report((number + 1) / 5, f"{name}, HMC on {count} examples")
    methods = compare_methods(points, functions[str(counts[-1])], seed=seed)
    functions |= {method: one.functions for method, one in methods.items()}
    return {"name": name, "functions": functions, "mixing": mixing}


def _mixing(found: Reference) -> dict[str, float]:
    return {
        "r_hat": round(found.r_hat, 4),
        "effective_samples": round(found.effective_samples),
        "draws": found.draws,
        "chains": found.chains,
        "acceptance": round(found.acceptance, 3),
        "divergences": found.divergences,
    }


@lru_cache(maxsize=1)
def recorded_posteriors() -> tuple[Provenance, dict[str, dict[str, Any]]]:
    """Return the provenance, and what `posteriors_of` returned by the data set's name.

    Raises:
        FileNotFoundError: the record is missing.

    """
    provenance, stored = load_record(FOLDER / "posteriors.json")
    found: dict[str, dict[str, Any]] = {}
    with np.load(FOLDER / "posteriors.npz") as arrays:
        for name, one in stored["data_sets"].items():
            functions = {
                key: Functions(
                    DATA_SETS[name].task,
                    *(arrays[f"{name}/{key}/{part}"].astype(np.float32) for part in _PARTS),
                )
                for key in one["functions"]
            }
            found[name] = {**one, "functions": functions}
    return provenance, found


def _runs() -> list[dict[str, Any]]:
    return [{"name": name, "seed": 0} for name in DATA_SETS]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    content: dict[str, Any] = {}
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for one in made:
        name = one.result["name"]
        content[name] = {**one.result, "functions": list(one.result["functions"])}
        for key, functions in one.result["functions"].items():
            # Half precision is finer than a pixel of any drawing.
            parts = {part: getattr(functions, part).astype(np.float16) for part in _PARTS}
            arrays |= {f"{name}/{key}/{part}": values for part, values in parts.items()}
    path = save_record(folder / "posteriors.json", joint_provenance(made), {"data_sets": content})
    packed = folder / "posteriors.npz"
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # names are the keywords
    return [path, packed]


RECIPE = Recipe("Posteriors of a tiny network", posteriors_of, _runs, _write, FOLDER)
