"""What more training scenes do to each kind of uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.depth.cameras import focal_lengths_of
from pyfrontiers.depth.data import AS_TRAINED
from pyfrontiers.depth.fitting import train_depth
from pyfrontiers.depth.prediction import predict_depth
from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.scenes import StreetScenes, batch
from pyfrontiers.uncertainty.metrics.estimate import estimate

if TYPE_CHECKING:
    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["MEASURES", "DataRun", "recorded_data_runs", "train_and_test"]

FOLDER = Path(__file__).with_name("recorded")
_FILE = "depth_data.json"
_COUNTS: Final = (50, 300, 1500)
_SETTINGS: Final[dict[str, Any]] = {"steps": 500, "tests": 60, "samples": 20}
_SEED_OF_TESTS, _CHUNK, _RESAMPLES = 1, 16, 1000
MEASURES: Final = ("error", "aleatoric", "epistemic")


@dataclass(frozen=True, slots=True)
class DataRun:
    """A network that has seen `scenes` scenes, on others: means over each test scene, in 1/m."""

    scenes: int
    error: tuple[float, ...]
    aleatoric: tuple[float, ...]
    epistemic: tuple[float, ...]


@checked
def train_and_test(
    *,
    count: Count,
    steps: Count,
    tests: Count,
    samples: Count,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> DataRun:
    """Train a network on some scenes and measure error and uncertainty on others.

    Args:
        count: training scenes. With fewer, each is seen more often: the steps are the same.
        steps: batches, as for `fit_depth`.
        tests: test scenes, the same for every `count`.
        samples: passes for each test scene.
        seed: 64-bit seed of scenes, training and masks.
        report: called with the fraction done and a message.
    """
    told = None if report is None else lambda done, text: report(0.95 * done, text)
    model = train_depth(count=count, steps=steps, seed=seed, report=told).model
    source = StreetScenes(_SEED_OF_TESTS, tests, **AS_TRAINED)
    rows: dict[str, list[float]] = {name: [] for name in MEASURES}
    for start in range(0, tests, _CHUNK):
        scenes = source[start : start + _CHUNK]
        part, lengths = batch(scenes, range(len(scenes))), focal_lengths_of(scenes)
        maps = predict_depth(model, part.images, samples=samples, seed=seed, focal_lengths=lengths)
        found = (maps.error(part.inverse_depth), maps.aleatoric, maps.epistemic)
        for name, values in zip(MEASURES, found, strict=True):
            rows[name] += values.double().mean((1, 2)).tolist()
    return DataRun(count, *(tuple(rows[name]) for name in MEASURES))


@cache
def recorded_data_runs() -> tuple[dict[str, Any], Provenance] | None:
    """Return the recorded runs and their provenance, or None without a record.

    Returns:
        `runs`: for each number of scenes, each of `MEASURES` with its interval over test scenes, in
        1/m; `falls`: each measure with the most scenes over that with the fewest.
    """
    if not (FOLDER / _FILE).is_file():
        return None
    provenance, found = load_record(FOLDER / _FILE)
    return found, provenance


def _runs() -> list[dict[str, Any]]:
    return [{"count": count, "seed": 0, **_SETTINGS} for count in _COUNTS]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    runs: list[DataRun] = [one.result for one in made]

    def columns(name: str) -> list[torch.Tensor]:
        return [torch.tensor(getattr(run, name), dtype=torch.float64) for run in runs]

    def mean(column: torch.Tensor) -> Estimate:
        return estimate(lambda rows: rows.mean(1), ((column,),), _RESAMPLES, 0)

    def fall(first: torch.Tensor, last: torch.Tensor) -> Estimate:
        return estimate(lambda a, b: b.mean(1) / a.mean(1), ((first, last),), _RESAMPLES, 0)

    rows = [
        {"scenes": run.scenes, **{name: _rounded(mean(columns(name)[k])) for name in MEASURES}}
        for k, run in enumerate(runs)
    ]
    falls = {name: _rounded(fall(columns(name)[0], columns(name)[-1])) for name in MEASURES}
    content = {**_SETTINGS, "runs": rows, "falls": falls}
    return [save_record(folder / _FILE, joint_provenance(made), content)]


def _rounded(found: Estimate) -> dict[str, float]:
    figures = {"value": found.value, "low": found.low, "high": found.high}
    return {name: float(f"{value:.4g}") for name, value in figures.items() if value is not None}


RECIPE = Recipe("Depth networks of 50 to 1,500 scenes", train_and_test, _runs, _write, FOLDER)
