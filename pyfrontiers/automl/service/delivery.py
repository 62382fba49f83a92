"""An order and what is delivered for it: the service as one job, as the page runs it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.automl.service.baselines import LOGISTIC, baselines
from pyfrontiers.automl.service.checking import predictions_elsewhere
from pyfrontiers.automl.service.figures import TestFigure, difference, figures_of, logits_of
from pyfrontiers.automl.service.fitting import fit
from pyfrontiers.automl.service.plans import space_for
from pyfrontiers.automl.service.points import ChildPoint, chosen_point, points_of
from pyfrontiers.automl.service.sources import Source, Summary, summary_of
from pyfrontiers.automl.service.splits import split_dataset
from pyfrontiers.automl.service.usage import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.automl.images import ImageSpace
    from pyfrontiers.automl.service.dataset import Dataset
    from pyfrontiers.automl.service.fitted import SearchResult
    from pyfrontiers.automl.study import Trial
    from pyfrontiers.automl.tables import TableSpace

__all__ = ["Delivery", "deliver", "stop_file"]

#: Test inputs that the exported child predicts in another process, and numbers in them, at most.
_CHECKED, _NUMBERS = 512, 500_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the page shows and hands over.

    Attributes:
        summary: of the data.
        parts: examples for training, validation and the test.
        metrics: what counted; the first decided.
        figures: the child's, on the test part.
        others: those of each baseline.
        gain: by how much the child is better than logistic regression in the first metric.
        points: the children of the search.
        chosen: number of the one that is handed over; `None` if it is none of them.
        layers: of the child, in words.
        parameters, flops, epochs: of the child.
        trained: how it was trained.
        ending: why the search ended.
        seconds: of search and training.
        checked: test inputs that the exported child predicted in a process without this package.
        same: those of the same class as here.
        deviation: largest difference of their probabilities.
        files: names and sizes in bytes.
        archive: the exported folder as a zip file.
        card: the model card, Markdown.
        usage: commands that run the child, with an input of the test part.

    """

    summary: Summary
    parts: tuple[int, int, int]
    metrics: tuple[str, ...]
    figures: dict[str, TestFigure]
    others: dict[str, dict[str, TestFigure]]
    gain: TestFigure
    points: tuple[ChildPoint, ...]
    chosen: int | None
    layers: tuple[str, ...]
    parameters: int
    flops: int
    epochs: int
    trained: str
    ending: str
    seconds: float
    checked: int
    same: int
    deviation: float
    files: dict[str, int]
    archive: bytes
    card: str
    usage: str


def stop_file(folder: str) -> Path:
    """Return the file whose existence ends an order that works in a folder."""
    return Path(folder) / "stop"


def deliver(
    *,
    source: Source,
    metrics: tuple[str, ...],
    budget: float,
    seed: int,
    folder: str,
    report: Callable[..., None],
) -> Delivery:
    """Fit a network in this process, export it, and run the export in another one.

    Args:
        source: of the data.
        metrics: as for `fit`.
        budget: seconds for search and training.
        seed: as for `fit`.
        folder: an existing folder for the search and the export; the caller deletes it. Creating
            `stop_file` in it ends search and training; the best child so far is delivered.
        report: called with the fraction, a message and the points so far.

    Raises:
        ValueError: the data or metrics cannot be used.

    """
    data = source.read()
    space = space_for(data, split_dataset(data, seed=seed))
    shown: tuple[ChildPoint, ...] = ()

    def watch(trials: Sequence[Trial]) -> None:
        nonlocal shown
        shown = points_of(trials, space)

    result = fit(
        data,
        metrics=metrics,
        budget=budget,
        workers=0,
        seed=seed,
        folder=Path(folder) / "search",
        report=lambda fraction, message: report(min(fraction, 0.99), message, shown),
        watch=watch,
        stop=stop_file(folder).exists,
    )
    report(0.99, "exporting the child and running it elsewhere", shown)
    return _delivered(data, result, metrics, seed, Path(folder) / "child", space)


def _delivered(
    data: Dataset,
    result: SearchResult,
    metrics: tuple[str, ...],
    seed: int,
    folder: Path,
    space: ImageSpace | TableSpace,
) -> Delivery:
    child, split = result.best, result.split
    child.export(folder)
    inputs, labels = data.inputs[split.test], data.labels[split.test]
    logits = logits_of(child.model, inputs)
    others = baselines(data, split)
    names = tuple(child.figures)
    few = inputs[: max(1, min(_CHECKED, _NUMBERS // inputs[0].numel()))]
    elsewhere = predictions_elsewhere(folder, few)
    here = child.predict(few).double()
    files = sorted(folder.iterdir())
    return Delivery(
        summary=summary_of(data),
        parts=(len(split.train), len(split.validation), len(split.test)),
        metrics=metrics,
        figures=dict(child.figures),
        others={name: figures_of(each, labels, names, seed) for name, each in others.items()},
        gain=difference(logits, others[LOGISTIC], labels, metrics[0], seed),
        points=points_of(result.trials, space),
        chosen=chosen_point(result),
        layers=tuple(map(_layer, child.description["layers"])),
        parameters=child.cost.parameters,
        flops=child.cost.flops,
        epochs=child.epochs,
        trained=child.context["trained"],
        ending=result.ending,
        seconds=result.seconds,
        checked=len(few),
        same=int((here.argmax(1) == elsewhere.argmax(1)).sum()),
        deviation=float((here - elsewhere).abs().max()),
        files={file.name: file.stat().st_size for file in files},
        archive=_zipped(files),
        card=(folder / "README.md").read_text(encoding="utf-8"),
        usage=commands(child.description, inputs[0]),
    )


def _layer(layer: dict[str, Any]) -> str:
    if "width" in layer and "filters" not in layer:
        return f"{layer['width']} units, {layer['activation']}"
    pool = f", pooling {layer['pool']}" if layer["pool"] > 1 else ""
    return (
        f"{layer['filters']} filters {layer['height']} × {layer['width']}, stride "
        f"{layer['stride']}{pool}"
    )


def _zipped(files: Sequence[Path]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"child/{file.name}")
    return stored.getvalue()
