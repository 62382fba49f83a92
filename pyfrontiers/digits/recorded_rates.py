"""The recorded study of drop rates, and the recipe that remakes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.digits.drop_rates import FOLDS, KINDS, RATES, VARIANTS, VIEWS, predict_fold
from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.uncertainty.metrics import (
    expected_calibration_error,
    negative_log_likelihood,
    reliability,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from pyfrontiers.digits.drop_rates import FoldPredictions
    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["BINS", "RECIPE", "best_rate", "recorded_rates", "summarise"]

FOLDER = Path(__file__).with_name("recorded")
_FILE = "drop_rates.json"
#: Bins of equal mass: 180 digits each.
BINS = 10
_RESAMPLES = 1000
_DIGITS = 4


@cache
def recorded_rates() -> tuple[dict[str, Any], Provenance]:
    """Return what `summarise` returned, and its provenance.

    Raises:
        FileNotFoundError: the record is missing.
    """
    provenance, found = load_record(FOLDER / _FILE)
    return found, provenance


def best_rate(found: dict[str, Any], kind: str, way: str = "passes") -> str:
    """Return the drop rate, as a key, that gives held-out digits the highest likelihood.

    Args:
        found: what `summarise` returned.
        kind: one of `KINDS`.
        way: ``"passes"`` or ``"plain"``.
    """
    rates: dict[str, Any] = found["networks"][kind]
    return min(rates, key=lambda rate: float(rates[rate]["held_out"][way][0]))


def summarise(folds: Sequence[Sequence[FoldPredictions]]) -> dict[str, Any]:
    """Pool the predictions of all folds: every digit was held out once and tested once.

    Args:
        folds: results of `predict_fold`.

    Returns:
        ``networks`` by kind of mask and rate: ``held_out`` negative log-likelihood by way to
        predict, mean ``temperatures``, and ``test`` by view and variant: ``nll`` and ``ece``,
        each [value, low, high], ``accuracy`` and reliability ``bins``; ``digits``, how many.
    """
    networks: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for settings in zip(*folds, strict=True):
        first = settings[0]
        found = _pooled(settings)
        for kind in KINDS if first.rate == 0 else (first.granularity,):
            networks[kind][f"{first.rate:g}"] = found
    tested = sum(len(fold[0].test_labels) for fold in folds)
    return {"digits": tested, "networks": networks}


def _pooled(settings: Sequence[FoldPredictions]) -> dict[str, Any]:
    held = torch.cat([one.held_labels for one in settings])
    labels = torch.cat([one.test_labels for one in settings])
    return {
        "held_out": {
            how: _rounded(negative_log_likelihood(pooled, held, resamples=_RESAMPLES))
            for how in ("plain", "passes")
            for pooled in [torch.cat([one.held_out[how] for one in settings])]
        },
        "temperatures": {
            how: round(sum(one.temperatures[how] for one in settings) / len(settings), _DIGITS)
            for how in ("plain", "passes")
        },
        "test": {
            view: {
                variant: _calibration(
                    torch.cat([one.test[view][variant] for one in settings]), labels
                )
                for variant in VARIANTS
            }
            for view in VIEWS
        },
    }


def _calibration(probabilities: Tensor, labels: Tensor) -> dict[str, Any]:
    error = expected_calibration_error(
        probabilities, labels, bins=BINS, binning="mass", resamples=_RESAMPLES
    )
    bars = reliability(probabilities, labels, bins=BINS, binning="mass")
    return {
        "nll": _rounded(negative_log_likelihood(probabilities, labels, resamples=_RESAMPLES)),
        "ece": _rounded(error),
        "accuracy": round(float((probabilities.argmax(1) == labels).double().mean()), _DIGITS),
        "bins": {
            name: [round(value, _DIGITS) for value in getattr(bars, name).tolist()]
            for name in ("count", "confidence", "accuracy", "low", "high")
        },
    }


def _rounded(found: Estimate) -> list[float]:
    assert found.low is not None
    assert found.high is not None
    return [round(value, _DIGITS) for value in (found.value, found.low, found.high)]


def _runs() -> list[dict[str, Any]]:
    return [{"fold": fold, "seed": 0} for fold in range(FOLDS)]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    content = {"rates": list(RATES), **summarise([one.result for one in made])}
    return [save_record(folder / _FILE, joint_provenance(made), content)]


RECIPE = Recipe("Drop rates and calibration", predict_fold, _runs, _write, FOLDER)
