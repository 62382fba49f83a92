"""The shipped weights: read them, or train them again and record how."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch

from pyfrontiers.digits.network import CHANNELS, DigitNet
from pyfrontiers.digits.training import train

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).with_name("recorded")


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """How the shipped weights were made; stands beside them as JSON."""

    command: str
    seed: int
    epochs: int
    p: float
    channels: tuple[int, int, int]
    train_accuracy: float
    test_accuracy: float
    date: str
    version: str
    torch: str
    seconds: float


def record(
    folder: Path = FOLDER,
    *,
    seed: int = 0,
    epochs: int = 120,
    p: float = 0.5,
    report: Callable[[float, str], None] | None = None,
) -> TrainingRecord:
    """Train the network and write `digit_net.npz` and `digit_net.json` into `folder`."""
    start = perf_counter()
    run = train(seed=seed, epochs=epochs, p=p, report=report)
    made = TrainingRecord(
        command=f"python -m pyfrontiers.digits --seed {seed} --epochs {epochs} --p {p}",
        seed=seed,
        epochs=epochs,
        p=p,
        channels=CHANNELS,
        train_accuracy=round(run.train_accuracy, 4),
        test_accuracy=round(run.test_accuracy, 4),
        date=datetime.now(UTC).date().isoformat(),
        version=version("pyfrontiers"),
        torch=torch.__version__,
        seconds=round(perf_counter() - start, 1),
    )
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.numpy() for name, value in run.model.state_dict().items()}
    np.savez_compressed(folder / "digit_net.npz", **state)
    (folder / "digit_net.json").write_text(json.dumps(asdict(made), indent=2) + "\n")
    return made


def training_record() -> TrainingRecord:
    """Read how the shipped weights were made."""
    fields = json.loads((FOLDER / "digit_net.json").read_text())
    return TrainingRecord(**{**fields, "channels": tuple(fields["channels"])})


@cache
def trained() -> DigitNet:
    """Load the shipped network: frozen, in evaluation mode, one object for all callers."""
    made = training_record()
    model = DigitNet(made.channels, p=made.p, seed=made.seed)
    with np.load(FOLDER / "digit_net.npz") as arrays:
        model.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays.files})
    model.eval().requires_grad_(False)
    return model
