"""Recorded training runs, which a page shows before a visitor starts one."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.generalization.fitting import EPOCHS, Fit, fit_digits
from pyfrontiers.generalization.metrics import Curves
from pyfrontiers.generalization.network import WIDTH
from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["LEVELS", "RECIPE", "SEEDS", "WIDTHS", "recorded_fits"]

FOLDER = Path(__file__).with_name("recorded")

#: Recorded shares of randomised labels in per cent.
LEVELS = tuple(range(0, 101, 10))
WIDTHS = (1, 2, 4, 8, 16, 32)
SEEDS = (0, 1, 2)
_FILE = "fits.json"
_SPREADS = ("clean_losses", "redrawn_losses")


def _runs() -> list[dict[str, Any]]:
    """Return the arguments of `fit_digits` for each recorded run."""
    settings = [("labels", level / 100, WIDTH) for level in LEVELS]
    settings += [(name, 0.0, WIDTH) for name in ("shuffled", "random", "gaussian")]
    settings += [("labels", share, width) for width in WIDTHS[:-1] for share in (0.0, 1.0)]
    return [
        {"condition": name, "share": share, "width": width, "epochs": EPOCHS, "seed": seed}
        for name, share, width in settings
        for seed in SEEDS
    ]


@cache
def recorded_fits() -> tuple[tuple[Fit, ...], Provenance]:
    """Read the recorded runs and their provenance.

    Loss histograms are stored only for the first seed of each level.
    """
    provenance, stored = load_record(FOLDER / _FILE)
    return tuple(_restored(entry) for entry in stored["fits"]), provenance


def _restored(entry: dict[str, Any]) -> Fit:
    curves: dict[str, Any] = {name: tuple(values) for name, values in entry["curves"].items()}
    for name in _SPREADS:
        curves[name] = tuple(map(tuple, curves[name]))
    # JSON has no NaN, the accuracy on randomised labels when there are no such labels.
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


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    fits = [_stored(one.result) for one in made]
    return [save_record(folder / _FILE, joint_provenance(made), {"fits": fits})]


RECIPE = Recipe("Networks fitted to random labels", fit_digits, _runs, _write, FOLDER)
