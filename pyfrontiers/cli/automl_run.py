"""The work of `pyfrontiers automl`: settings, progress and results."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.cli.outputs import check_output_folder
from pyfrontiers.cli.progress import progress

if TYPE_CHECKING:
    from pyfrontiers.automl.service import Dataset, SearchResult

__all__ = ["Settings", "begin", "resume", "seconds_in", "status"]

_UNITS = {"s": 1, "m": 60, "h": 3600}
_SETTINGS, _STUDY, _CARD = "fit.json", "study", "README.md"


@dataclass(frozen=True)
class Settings:
    """What a search depends on, kept next to it."""

    data: str
    target: str | None
    metrics: tuple[str, ...]
    budget: float
    parameters: int
    method: str
    seed: int


def seconds_in(text: str) -> float:
    """Read a time such as ``90s``, ``10m``, ``1.5h`` or ``90``.

    Raises:
        ValueError: it is not a time above 0.

    """
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*([smh]?)", text.strip())
    seconds = float(found[1]) * _UNITS[found[2] or "s"] if found else 0.0
    if seconds <= 0:
        raise ValueError(f"--budget must be a time above 0, such as 90s, 10m or 2h, got {text!r}")
    return seconds


def begin(
    settings: Settings, output: Path, *, workers: int, children: int | None, cluster: str | None
) -> dict[str, Any]:
    """Search in a new folder and write the child there.

    Raises:
        FileExistsError: the folder holds something.
        ValueError: data, metrics or a number cannot be used; nothing was written then.

    """
    from pyfrontiers.automl.metrics import check_metrics
    from pyfrontiers.automl.service import read_dataset
    from pyfrontiers.automl.service.export import KEPT

    check_output_folder(output)
    if (output / KEPT / _SETTINGS).exists():
        raise FileExistsError(
            f"--output must be a new or empty folder, got {output}, which holds a search; continue "
            f"it with 'pyfrontiers automl resume {output}', or choose another folder"
        )
    if output.exists() and any(output.iterdir()):
        raise FileExistsError(
            f"--output must be a new or empty folder, got {output}, which holds other files"
        )
    check_metrics(settings.metrics)
    data = read_dataset(Path(settings.data), target=settings.target)
    kept = output / KEPT
    kept.mkdir(parents=True)
    (kept / _SETTINGS).write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    try:
        return _run(data, settings, output, settings.budget, workers, children, cluster)
    except Exception:
        if not (kept / _STUDY).exists():  # nothing has begun, so there is nothing to resume
            shutil.rmtree(kept, ignore_errors=True)
            with contextlib.suppress(OSError):
                output.rmdir()
        raise


def resume(
    folder: Path,
    *,
    budget: float | None,
    workers: int,
    children: int | None,
    cluster: str | None,
) -> dict[str, Any]:
    """Continue a search and write the child anew.

    Raises:
        FileNotFoundError: the folder holds no search.

    """
    from pyfrontiers.automl.service import read_dataset

    settings = _read(folder)
    data = read_dataset(Path(settings.data), target=settings.target)
    return _run(data, settings, folder, budget or settings.budget, workers, children, cluster)


def status(folder: Path) -> dict[str, Any]:
    """Return what a search has trained so far, of JSON's types.

    Raises:
        FileNotFoundError: the folder holds no search.

    """
    from pyfrontiers.automl.service.candidates import ranked
    from pyfrontiers.automl.service.export import KEPT
    from pyfrontiers.automl.study import read_study

    settings = _read(folder)
    study = read_study(folder / KEPT / _STUDY)
    try:
        counts, trials = study.counts(), study.trials()
    finally:
        study.close()
    best, front = ranked(trials, settings.metrics)
    return {
        "settings": asdict(settings) | {"metrics": list(settings.metrics)},
        "trials": counts,
        "best": None if best is None else _plain(best),
        "front": [_plain(each) for each in front],
        "exported": (folder / _CARD).exists(),
    }


def _read(folder: Path) -> Settings:
    from pyfrontiers.automl.service.export import KEPT

    path = folder / KEPT / _SETTINGS
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Settings(**{**stored, "metrics": tuple(stored["metrics"])})
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(
            f"FOLDER must hold a search that 'pyfrontiers automl fit' began, got {folder}"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"FOLDER must hold a search that 'pyfrontiers automl fit' began, got {folder}, in "
            f"which {path.name} is damaged; begin again in another folder"
        ) from error


def _run(
    data: Dataset,
    settings: Settings,
    folder: Path,
    budget: float,
    workers: int,
    children: int | None,
    cluster: str | None,
) -> dict[str, Any]:
    from pyfrontiers.automl import Limit
    from pyfrontiers.automl.service import fit
    from pyfrontiers.automl.service.export import KEPT

    with progress("reading the data") as report:
        result = fit(
            data,
            metrics=settings.metrics,
            budget=budget,
            workers=workers,
            children=children,
            limit=Limit(parameters=settings.parameters),
            search=settings.method,  # type: ignore[arg-type]  # checked by fit
            seed=settings.seed,
            cluster=cluster,
            folder=folder / KEPT / _STUDY,
            report=report,
        )
        report(1.0, "writing the child")
        files = _export(result, folder)
    return _as_json(result, folder, files)


def _export(result: SearchResult, folder: Path) -> list[str]:
    """Write the child; replace that of an earlier run of this search only when it is complete."""
    from pyfrontiers.automl.service.export import KEPT
    from pyfrontiers.automl.service.exported_files import FILES

    fresh = folder / KEPT / "child"
    shutil.rmtree(fresh, ignore_errors=True)
    names = result.best.export(fresh)
    for name in names:
        (fresh / name).replace(folder / name)
    for name in set(FILES) - set(names):  # of an earlier child, such as model.onnx
        (folder / name).unlink(missing_ok=True)
    fresh.rmdir()
    return names


def _as_json(result: SearchResult, folder: Path, files: list[str]) -> dict[str, Any]:
    from pyfrontiers.automl.service.export import NO_ONNX

    best = result.best
    return {
        "folder": str(folder),
        "files": files,
        "notes": [] if "model.onnx" in files else [NO_ONNX.replace("`", "")],
        "test": {name: asdict(figure) for name, figure in best.figures.items()},
        "parameters": best.cost.parameters,
        "flops": best.cost.flops,
        "epochs": best.epochs,
        "trained": best.context["trained"],
        "front": [_plain(each) for each in result.front],
        "ending": result.ending,
        "seconds": round(result.seconds, 3),
    }


def _plain(candidate: Any) -> dict[str, Any]:
    found = asdict(candidate)
    return found | {"architecture": list(found["architecture"])}
