"""The networks and figures that ship with the package, and the recipe that makes them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import checked
from pyfrontiers.multitask.methods import NETWORKS, file_name
from pyfrontiers.multitask.network import TaskNet
from pyfrontiers.multitask.runs import STUDY, Study, TaskRun, best_of_grid, graded_of
from pyfrontiers.multitask.study import train_table
from pyfrontiers.multitask.table import Interval, gains, table
from pyfrontiers.multitask.tasks import Task
from pyfrontiers.recording import Recipe, load_record, save_record
from pyfrontiers.recording.unfinished import unfinished_folder
from pyfrontiers.recording.weights import read_weights, write_weights

if TYPE_CHECKING:
    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = [
    "RECIPE",
    "TaskRecord",
    "load_network",
    "runs_folder",
    "save_network",
    "task_record",
    "trained_tasks",
]

FOLDER = Path(__file__).with_name("recorded")
_RUNS, _COMMAND = "runs.json", "pyfrontiers record C19 task-networks"


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """All trainings of the table.

    Attributes:
        runs: figures and trajectories of each network.
        table: mean of each figure with its interval, by method and name.
        gains: by how much learned variances are better than each task alone, by name.
        best_grid: network with the best hand weights.
        study: size of the study.
        provenance: seed, version, date, machine and processor time.
    """

    runs: tuple[TaskRun, ...]
    table: dict[str, dict[str, Interval]]
    gains: dict[str, Interval]
    best_grid: str
    study: Study
    provenance: Provenance


@cache
def task_record() -> TaskRecord:
    """Return the record.

    Raises:
        FileNotFoundError: there is none.
    """
    provenance, stored = load_record(FOLDER / _RUNS)
    runs = tuple(TaskRun.from_json(one) for one in stored["runs"])
    graded = graded_of(runs)
    return TaskRecord(
        runs=runs,
        table=table(graded),
        gains=gains(graded),
        best_grid=best_of_grid(runs),
        study=Study(**stored["study"]),
        provenance=provenance,
    )


@checked
def trained_tasks(name: str) -> TaskNet:
    """Return a network that ships: frozen, in eval mode, one object shared by all callers.

    Args:
        name: a key of `NETWORKS` whose network ships.

    Raises:
        ValueError: there is none of this name, or its file is not the one that was recorded.
        FileNotFoundError: it has not been recorded.
    """
    ships = [key for key, network in NETWORKS.items() if network.ships]
    if name not in ships:
        raise ValueError(f"name must be one of {', '.join(ships)}, got {name!r}")
    return _shipped(name)


@cache
def _shipped(name: str) -> TaskNet:
    file = FOLDER / f"{file_name(name)}.safetensors"
    _, about = load_record(file.with_suffix(".json"))
    model = TaskNet(NETWORKS[name].tasks)
    return read_weights(model, file, digest=about["sha256"], command=_COMMAND)


@checked
def save_network(model: TaskNet, path: Path) -> str:
    """Write a network's weights as safetensors, in half precision; return the file's SHA-256.

    Raises:
        ValueError: the file cannot be written.
    """
    return write_weights(model, path)


@checked
def load_network(
    path: Path, *, tasks: Sequence[Task] | None = None, digest: str | None = None
) -> TaskNet:
    """Read a network that `save_network` wrote.

    Args:
        path: the file.
        tasks: its heads; None finds them by the names in the file.
        digest: its SHA-256; None accepts any file.

    Returns:
        The network, frozen and in eval mode.

    Raises:
        ValueError: the file cannot be read, its digest is another, or it has no weights of a
            `TaskNet`.
    """
    model = TaskNet(_heads(path) if tasks is None else tasks)
    return read_weights(model, path, digest=digest, command="pyfrontiers tasks train")


def _heads(path: Path) -> tuple[Task, ...]:
    """Return the tasks whose heads a file has; all if it can't be read, which fails later."""
    from safetensors import SafetensorError, safe_open

    from pyfrontiers.multitask.tasks import TASKS

    try:
        with safe_open(path, "pt") as file:
            names = list(file.keys())
    except (OSError, SafetensorError):
        return TASKS
    found = tuple(t for t in TASKS if any(one.startswith(f"heads.{t}.") for one in names))
    return found or TASKS


def runs_folder(study: Study = STUDY) -> Path:
    """Return where the runs of a study are kept."""
    return unfinished_folder("tasks", study, ("multitask", "scenes", "training"))


def make(*, report: Callable[..., None] | None = None) -> dict[str, Any]:
    """Train what is not trained yet, and return the runs and where their weights are."""
    folder = runs_folder()
    return {"runs": train_table(folder, report=report), "folder": folder}


def _runs() -> list[dict[str, Any]]:
    return [{}]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    runs: tuple[TaskRun, ...] = one.result["runs"]
    total = sum(run.seconds for run in runs)
    whole = replace(one.provenance, seed=STUDY.seed, seconds=total)
    content = {"study": asdict(STUDY), "runs": [asdict(run) for run in runs]}
    files = [save_record(folder / _RUNS, whole, content)]
    for run in runs:
        if run.seed or not NETWORKS[run.network].ships:
            continue
        name = file_name(run.network)
        target = folder / f"{name}.safetensors"
        shutil.copyfile(one.result["folder"] / f"{name}-0.safetensors", target)
        about = {"sha256": sha256(target.read_bytes()).hexdigest(), "command": _COMMAND}
        made_at = replace(one.provenance, seed=STUDY.seed, seconds=run.seconds)
        files += [save_record(target.with_suffix(".json"), made_at, about), target]
    return files


RECIPE = Recipe(
    "Networks for three tasks, and their table", make, _runs, _write, FOLDER, alone=True
)
