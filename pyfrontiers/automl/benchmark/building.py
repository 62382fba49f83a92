"""Train every child of the benchmark's space, and write the record."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from pyfrontiers.automl.benchmark.stacked import Stack, groups, train_stack
from pyfrontiers.automl.data import digit_data
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.digits import load
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.recording import Recipe, joint_provenance, save_record
from pyfrontiers.recording.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from pyfrontiers.recording import Made

__all__ = ["BATCH", "BUDGETS", "FOLDER", "RATE", "RECIPE", "SEEDS", "SPACE", "train_group"]

FOLDER = Path(__file__).with_name("recorded")
TABLE, RECORD = "benchmark.npz", "benchmark.json"

#: Two convolutions: 24 settings of each, and whether the second one reads the first.
SPACE: Final = ImageSpace(
    shape=(1, 8, 8),
    classes=10,
    layers=2,
    heights=(1, 3),
    widths=(1, 3),
    filters=(2, 4, 8),
    strides=(1, 2),
)
SEEDS: Final = (0, 1, 2)
BUDGETS: Final = (2, 6, 18)
"""Epochs after which each child is measured; points along one training."""
BATCH: Final = 64
RATE: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class GroupResult:
    """What the children of one group reach; arrays of shape (architectures, seeds, budgets).

    Attributes:
        indices: (architectures,) their numbers in the space.
        validation, test: correct predictions.
        log_loss: mean validation loss in nats.
        seconds: processor time.

    """

    indices: np.ndarray[Any, Any]
    validation: np.ndarray[Any, Any]
    test: np.ndarray[Any, Any]
    log_loss: np.ndarray[Any, Any]
    seconds: float


def train_group(
    *,
    group: int,
    folder: str | None = None,
    budgets: Sequence[int] = BUDGETS,
    report: Callable[[float, str], None] | None = None,
) -> GroupResult:
    """Train one group of children with every seed.

    Args:
        group: its number in `groups`.
        folder: where to keep the result, and where to look for it first.
        budgets: ascending epochs.
        report: called with the fraction done and a message.

    """
    kept = None if folder is None else Path(folder) / f"group-{group:03d}.npz"
    if kept is not None and kept.exists():
        with np.load(kept) as arrays:
            return GroupResult(
                **{name: arrays[name] for name in arrays.files if name != "seconds"},
                seconds=float(arrays["seconds"]),
            )
    with one_thread():
        found = _trained(group, budgets, report)
    if kept is not None:
        content = io.BytesIO()
        np.savez(content, **asdict(found))
        write_whole(kept, content.getvalue())
    return found


def _trained(
    group: int, budgets: Sequence[int], report: Callable[[float, str], None] | None
) -> GroupResult:
    begin = process_time()
    children, data, digits = groups(SPACE)[group], digit_data(), load()
    stack = Stack(SPACE, children, SEEDS)
    shape = (len(SEEDS), len(children))
    columns: dict[str, list[Tensor]] = {"validation": [], "test": [], "log_loss": []}
    for epoch in train_stack(stack, data, SEEDS, budgets=budgets, batch=BATCH, rate=RATE):
        right, loss = stack.measure(data.validation_inputs, data.validation_labels)
        columns["validation"].append(right.view(shape))
        columns["log_loss"].append(loss.view(shape))
        right, _ = stack.measure(digits.test_images, digits.test_labels)
        columns["test"].append(right.view(shape))
        if report is not None:
            report(epoch / budgets[-1], f"group {group + 1}, epoch {epoch}")
    arrays = {name: torch.stack(each, 2).transpose(0, 1).numpy() for name, each in columns.items()}
    return GroupResult(
        np.array([SPACE.index(child) for child in children]),
        arrays["validation"].astype(np.uint16),
        arrays["test"].astype(np.uint16),
        # A child whose loss is infinite has failed; float16 can hold that.
        arrays["log_loss"].astype(np.float16),
        process_time() - begin,
    )


def settings() -> dict[str, Any]:
    """Return all that the record depends on, apart from the code."""
    return {
        "space": asdict(SPACE),
        "seeds": list(SEEDS),
        "budgets": list(BUDGETS),
        "batch": BATCH,
        "rate": RATE,
        "data": digit_data().digest,
        "validation": len(digit_data().validation_labels),
        "test": len(load().test_labels),
    }


def _runs() -> list[dict[str, Any]]:
    """Return one run for each group; finished ones are kept until the record is written."""
    return [{"group": group, "folder": str(_kept())} for group in range(len(groups(SPACE)))]


def _kept() -> Path:
    import platformdirs

    key = hashlib.sha256(json.dumps(settings(), sort_keys=True).encode()).hexdigest()[:16]
    cache = platformdirs.user_cache_path("pyfrontiers", appauthor=False)
    return cache / "automl-benchmark" / key


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    results: list[GroupResult] = [one.result for one in made]
    numbers = np.concatenate([one.indices for one in results])
    order = np.argsort(numbers)
    if numbers[order].tolist() != list(range(SPACE.size)):
        raise ValueError(f"made must cover all {SPACE.size} architectures, got {len(numbers)}")
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in results])[order]
        for name in ("validation", "test", "log_loss")
    }
    provenance = replace(
        joint_provenance(made), seed=None, seconds=sum(one.seconds for one in results)
    )
    written = [save_record(folder / RECORD, provenance, settings()), folder / TABLE]
    np.savez_compressed(written[1], **arrays)
    shutil.rmtree(_kept(), ignore_errors=True)
    return written


RECIPE = Recipe("Every child of a small space, trained", train_group, _runs, _write, FOLDER)
