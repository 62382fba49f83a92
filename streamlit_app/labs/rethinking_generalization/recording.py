"""Recorded training runs: what stands on the page before anything ran.

Written by ``python -m streamlit_app.labs.rethinking_generalization``, read by the page.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.generalization.fitting import EPOCHS, Fit, fit_digits
from pyfrontiers.generalization.looking import Curves
from pyfrontiers.generalization.network import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FOLDER", "LEVELS", "SEEDS", "WIDTHS", "Circumstances", "recorded_fits", "write_fits"]

FOLDER = Path(__file__).parent / "recorded"

#: Shares of random labels of which runs are recorded, in per cent.
LEVELS = tuple(range(0, 101, 10))
WIDTHS = (1, 2, 4, 8, 16, 32)
SEEDS = (0, 1, 2)
_FILE = "fits.json"
_SPREADS = ("clean_losses", "redrawn_losses")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a record came about."""

    date: str
    version: str
    cpu: str
    cores: int


def _plan() -> list[dict[str, Any]]:
    """List the runs that are recorded, as parameters of `fit_digits`."""
    settings = [("labels", level / 100, WIDTH) for level in LEVELS]
    settings += [(name, 0.0, WIDTH) for name in ("shuffled", "random", "gaussian")]
    settings += [("labels", share, width) for width in WIDTHS[:-1] for share in (0.0, 1.0)]
    return [
        {"condition": name, "share": share, "width": width, "epochs": EPOCHS, "seed": seed}
        for name, share, width in settings
        for seed in SEEDS
    ]


@cache
def recorded_fits() -> tuple[tuple[Fit, ...], Circumstances]:
    """Read the recorded runs and how they came about.

    The spreads of the losses are kept for the first seed of the levels alone.
    """
    stored = json.loads((FOLDER / _FILE).read_text(encoding="utf-8"))
    fits = tuple(_restored(entry) for entry in stored["fits"])
    return fits, Circumstances(**stored["circumstances"])


def _restored(entry: dict[str, Any]) -> Fit:
    curves: dict[str, Any] = {name: tuple(values) for name, values in entry["curves"].items()}
    for name in _SPREADS:
        curves[name] = tuple(map(tuple, curves[name]))
    # JSON has no NaN, which stands for the accuracy among labels of a kind that there is none of.
    whole: dict[str, Any] = {
        name: tuple(float("nan") if value is None else value for value in values)
        for name, values in curves.items()
    }
    return Fit(**{**entry, "curves": Curves(**whole)})


def _stored(fit: Fit) -> dict[str, Any]:
    entry = asdict(fit)
    entry["seconds"] = round(fit.seconds, 2)
    if fit.seconds_to_fit is not None:
        entry["seconds_to_fit"] = round(fit.seconds_to_fit, 2)
    keep_spreads = fit.seed == SEEDS[0] and fit.condition == "labels" and fit.width == WIDTH
    for name, values in entry["curves"].items():
        if name in _SPREADS:
            entry["curves"][name] = values if keep_spreads else ()
        else:
            entry["curves"][name] = [None if v != v else round(v, 4) for v in values]
    return entry


def write_fits(report: Callable[[str], None], folder: Path = FOLDER) -> None:
    """Train every network of the record in worker processes and keep what was seen.

    Args:
        report: Told what was finished.
        folder: Where the file goes.

    """
    from pyfrontiers.compute import submit
    from pyfrontiers.machine import this_machine

    jobs = [submit(fit_digits, label=str(settings), **settings) for settings in _plan()]
    entries = []
    for number, job in enumerate(jobs, start=1):
        fit: Fit = job.result()
        entries.append(_stored(fit))
        report(f"{number} of {len(jobs)}: {job.label}, test {fit.test_accuracy:.3f}")
    machine = this_machine()
    circumstances = Circumstances(
        datetime.now(UTC).date().isoformat(), version("pyfrontiers"), machine.cpu, machine.cores
    )
    rows = ",\n".join(
        json.dumps(entry, separators=(",", ":"), allow_nan=False) for entry in entries
    )
    text = f'{{"circumstances": {json.dumps(asdict(circumstances))},\n"fits": [\n{rows}\n]}}\n'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_text(text, encoding="utf-8")
