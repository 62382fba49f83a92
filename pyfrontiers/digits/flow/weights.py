"""Load the shipped weights of the flow, and the recipe that records them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.digits.flow.network import WIDTH, DigitFlow
from pyfrontiers.digits.flow.training import train_flow
from pyfrontiers.recording import Recipe, load_record, save_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["FOLDER", "FlowRecord", "flow_record", "trained_flow"]

FOLDER = Path(__file__).parents[1] / "recorded"
_WEIGHTS, _RECORD = "digit_flow.npz", "digit_flow.json"


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """Settings of the training run behind the shipped weights, and the quality of its samples.

    Attributes:
        steps, width: settings of the training; see `train_flow`.
        check: the fields of `SampleCheck` for 1,000 samples with seed 0.
        provenance: seed, version, date, machine and duration of the run.
    """

    steps: int
    width: int
    check: dict[str, Any]
    provenance: Provenance


@cache
def flow_record() -> FlowRecord:
    """Return the record of the training run behind the shipped weights."""
    provenance, fields = load_record(FOLDER / _RECORD)
    return FlowRecord(**fields, provenance=provenance)


@cache
def trained_flow() -> DigitFlow:
    """Return the shipped flow: frozen, in eval mode, one object shared by all callers."""
    model = DigitFlow(flow_record().width)
    with np.load(FOLDER / _WEIGHTS) as arrays:
        state = {name: torch.from_numpy(arrays[name]).float() for name in arrays.files}
    model.load_state_dict(state)
    return model.eval().requires_grad_(False)


def trained_and_checked(
    *, seed: int, steps: int, report: Callable[[float, str], None] | None = None
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Train the flow, round its weights to half precision, and check its samples.

    Args:
        seed: 64-bit seed of the training.
        steps: updates, at least 1.
        report: called with the fraction done and a message.

    Returns:
        The weights by name, and the fields of `SampleCheck`.

    Raises:
        ValueError: `steps` is less than 1.
    """
    from pyfrontiers.digits.flow.checking import check_samples

    model = train_flow(seed=seed, steps=steps, report=report)
    state = {name: value.half() for name, value in model.state_dict().items()}
    model.load_state_dict({name: value.float() for name, value in state.items()})
    return state, asdict(check_samples(model=model))


def _runs() -> list[dict[str, Any]]:
    return [{"seed": 0, "steps": 10_000}]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    state, check = one.result
    content = {"steps": _runs()[0]["steps"], "width": WIDTH, "check": check}
    written = [save_record(folder / _RECORD, one.provenance, content), folder / _WEIGHTS]
    np.savez_compressed(written[1], **{name: value.numpy() for name, value in state.items()})
    return written


RECIPE = Recipe("Weights of the digit flow", trained_and_checked, _runs, _write, FOLDER)
