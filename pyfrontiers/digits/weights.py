"""Load the shipped weights of the digit network, and the recipe that records them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.digits.network import CHANNELS, DigitNet
from pyfrontiers.digits.training import Training, train
from pyfrontiers.recording import Recipe, load_record, save_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

FOLDER = Path(__file__).with_name("recorded")
_SETTINGS: dict[str, Any] = {"epochs": 120, "p": 0.5, "channels": CHANNELS}
_WEIGHTS, _RECORD = "digit_net.npz", "digit_net.json"


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """Settings and results of the training run behind the shipped weights.

    Attributes:
        epochs, p, channels: settings of the training; see `train`.
        train_accuracy, test_accuracy: accuracies without dropout, in [0, 1].
        provenance: seed, version, date, machine and duration of the run.
    """

    epochs: int
    p: float
    channels: tuple[int, int, int]
    train_accuracy: float
    test_accuracy: float
    provenance: Provenance


@cache
def training_record() -> TrainingRecord:
    """Return the record of the training run behind the shipped weights."""
    provenance, fields = load_record(FOLDER / _RECORD)
    return TrainingRecord(
        **{**fields, "channels": tuple(fields["channels"])}, provenance=provenance
    )


@cache
def trained() -> DigitNet:
    """Return the shipped network: frozen, in eval mode, one object shared by all callers."""
    made = training_record()
    model = DigitNet(made.channels, p=made.p, seed=made.provenance.seed or 0)
    with np.load(FOLDER / _WEIGHTS) as arrays:
        model.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays.files})
    model.eval().requires_grad_(False)
    return model


def _runs() -> list[dict[str, Any]]:
    return [{"seed": 0, **_SETTINGS}]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    run: Training = one.result
    shares = {"train_accuracy": run.train_accuracy, "test_accuracy": run.test_accuracy}
    content = _SETTINGS | {name: round(share, 4) for name, share in shares.items()}
    written = [save_record(folder / _RECORD, one.provenance, content), folder / _WEIGHTS]
    # Without the seeds and mask counts of the dropout layers, which are also in the state.
    state: dict[str, Any] = {
        name: value.detach().numpy() for name, value in run.model.named_parameters()
    }
    np.savez_compressed(written[1], **state)
    return written


RECIPE = Recipe("Weights of the digit network", train, _runs, _write, FOLDER)
