"""Train and evaluate all networks of the table; what is done is kept in a folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.generalization.litter import is_litter
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.multitask.data import TaskData, load_tasks
from pyfrontiers.multitask.evaluation import evaluate_tasks
from pyfrontiers.multitask.fitting import fit_tasks
from pyfrontiers.multitask.methods import NETWORKS, file_name
from pyfrontiers.multitask.runs import STUDY, Study, TaskRun, best_of_grid
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import load_record, save_record
from pyfrontiers.recording.weights import write_weights
from pyfrontiers.training import Checkpoint

if TYPE_CHECKING:
    from pyfrontiers.scenes import Scene

__all__ = ["train_table"]

_STUDY = "study.json"


@checked
def train_table(
    folder: Path,
    *,
    study: Study = STUDY,
    device: torch.device | str = "cpu",
    report: Callable[[float, str], None] | None = None,
) -> tuple[TaskRun, ...]:
    """Train and evaluate every network of the table with every seed.

    Each finished training is written to the folder, and one under way is saved every half minute:
    after an interruption, the same call goes on where it was.

    Args:
        folder: for the runs of this study: new, empty, or that of an interrupted call.
        study: its size.
        device: where to train.
        report: called with the fraction done and a message.

    Raises:
        ValueError: the folder cannot be written, or holds other files or runs of another study.
    """
    trainer = _Trainer(folder, study, device, report)
    runs = [trainer.run(name, 0) for name in NETWORKS]
    best = best_of_grid(runs)
    for seed in range(1, study.seeds):
        for name, network in NETWORKS.items():
            if network.method != "grid" or name == best:
                runs.append(trainer.run(name, seed))
    return tuple(runs)


class _Trainer:
    """Trains one network after the other."""

    def __init__(
        self,
        folder: Path,
        study: Study,
        device: torch.device | str,
        report: Callable[[float, str], None] | None,
    ) -> None:
        self._folder, self._study, self._device, self._report = folder, study, device, report
        self._data: TaskData | None = None
        self._scenes: dict[str, list[Scene]] = {}
        self._done = 0
        hand = sum(network.method == "grid" for network in NETWORKS.values())
        rest = (study.seeds - 1) * (len(NETWORKS) - hand + 1)
        self._count = len(NETWORKS) + rest
        self._check()

    def _check(self) -> None:
        path, wanted = self._folder / _STUDY, asdict(self._study)
        allowed = f"folder must be new, be empty or hold runs of this study, got {self._folder}"
        try:
            found = load_record(path)[1]
        except FileNotFoundError:
            if others := _names(self._folder):
                raise ValueError(
                    f"{allowed}, which holds {', '.join(others[:3])}{', ...' * (len(others) > 3)}; "
                    "choose another folder"
                ) from None
            save_record(path, Provenance.now(seed=self._study.seed), wanted)
            return
        except ValueError as error:
            raise ValueError(f"{allowed}, in which {error}; choose another folder") from error
        if found != wanted:
            differing = [name for name in wanted if found.get(name) != wanted[name]]
            told = ", ".join(f"{name} {found.get(name)}, not {wanted[name]}" for name in differing)
            raise ValueError(
                f"{allowed}, which holds runs of another one ({told or 'with further settings'}); "
                "choose another folder"
            )

    def run(self, name: str, seed: int) -> TaskRun:
        """Return a finished run, or train it."""
        path = self._folder / f"{file_name(name)}-{seed}.json"
        try:
            found = TaskRun.from_json(load_record(path)[1])
        except FileNotFoundError:
            with one_thread():
                found = self._train(name, seed, path)
        self._done += 1
        return found

    def _train(self, name: str, seed: int, path: Path) -> TaskRun:
        if self._data is None:
            self._data = load_tasks(self._study.source("train"), report=self._told("scenes", 0.0))
        network = NETWORKS[name]
        saved = path.with_suffix(".pt")
        begin = time.process_time()
        made = fit_tasks(
            self._data,
            tasks=network.tasks,
            way=network.way,
            weights=network.weights and [w for w in network.weights if w],
            steps=self._study.steps,
            seed=self._study.seed + seed,
            checkpoint=Checkpoint(saved),
            device=self._device,
            report=self._told(f"{network.title}, seed {seed}", 1.0),
        )
        seconds = time.process_time() - begin
        write_weights(made.model, path.with_suffix(".safetensors"))
        chooses = seed == 0 and network.method in ("alone", "equal", "grid")
        run = TaskRun(
            network=name,
            method=network.method,
            seed=seed,
            scores=evaluate_tasks(made.model, self._source("test")),
            validation=evaluate_tasks(made.model, self._source("validation")) if chooses else None,
            losses=_rounded(made.losses),
            task_weights=_rounded(made.task_weights),
            log_variances=_rounded(made.log_variances),
            seconds=round(seconds, 1),
        )
        provenance = replace(Provenance.now(seed=self._study.seed + seed), seconds=run.seconds)
        save_record(path, provenance, asdict(run))
        saved.unlink(missing_ok=True)
        return run

    def _source(self, part: str) -> list[Scene]:
        if part not in self._scenes:
            self._scenes[part] = list(self._study.source(part))
        return self._scenes[part]

    def _told(self, title: str, share: float) -> Callable[[float, str], None] | None:
        if self._report is None:
            return None
        tell = self._report

        def told(fraction: float, text: str) -> None:
            done = (self._done + share * fraction) / self._count
            tell(done, f"{self._done + 1} of {self._count}: {title}, {text}")

        return told


def _names(folder: Path) -> list[str]:
    """Return the names in a folder, without the files that systems leave there."""
    if not folder.exists():
        return []
    entries = sorted(folder.iterdir())
    return [each.name for each in entries if not is_litter(each.name, folder=each.is_dir())]


def _rounded(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(f"{value:.4g}") for value in row) for row in rows)
