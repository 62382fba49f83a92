"""The shipped weights of the flow: read them, or train them again and record how."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.digits.flow.network import WIDTH, DigitFlow
from pyfrontiers.digits.flow.training import train_flow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FOLDER", "FlowRecord", "flow_record", "record_flow", "trained_flow"]

FOLDER = Path(__file__).parents[1] / "recorded"
_WEIGHTS, _RECORD = "digit_flow.npz", "digit_flow.json"


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """How the shipped weights were made and what their samples are like; beside them as JSON.

    Attributes:
        command: makes them again.
        seed, steps, width: of the training.
        check: the fields of `SampleCheck` for 1,000 samples, seed 0.
        date, version, torch, seconds: of the run.
    """

    command: str
    seed: int
    steps: int
    width: int
    check: dict[str, Any]
    date: str
    version: str
    torch: str
    seconds: float


def record_flow(
    folder: Path = FOLDER,
    *,
    seed: int = 0,
    steps: int = 10_000,
    report: Callable[[float, str], None] | None = None,
) -> FlowRecord:
    """Train the flow, check its samples, and write `digit_flow.npz` and `digit_flow.json`.

    The weights are stored with 16 bits each; the check is made with what is stored.
    """
    from pyfrontiers.digits.flow.checking import check_samples

    start = perf_counter()
    model = train_flow(seed=seed, steps=steps, report=report)
    seconds = perf_counter() - start
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.half() for name, value in model.state_dict().items()}
    np.savez_compressed(folder / _WEIGHTS, **{name: v.numpy() for name, v in state.items()})
    model.load_state_dict({name: value.float() for name, value in state.items()})
    made = FlowRecord(
        command=f"python -m pyfrontiers.digits.flow --seed {seed} --steps {steps}",
        seed=seed,
        steps=steps,
        width=WIDTH,
        check=asdict(check_samples(model=model)),
        date=datetime.now(UTC).date().isoformat(),
        version=version("pyfrontiers"),
        torch=torch.__version__,
        seconds=round(seconds, 1),
    )
    (folder / _RECORD).write_text(json.dumps(asdict(made), indent=2) + "\n")
    return made


@cache
def flow_record() -> FlowRecord:
    """Read how the shipped weights were made."""
    return FlowRecord(**json.loads((FOLDER / _RECORD).read_text()))


@cache
def trained_flow() -> DigitFlow:
    """Load the shipped flow: frozen, in evaluation mode, one object for all callers."""
    model = DigitFlow(flow_record().width)
    with np.load(FOLDER / _WEIGHTS) as arrays:
        state = {name: torch.from_numpy(arrays[name]).float() for name in arrays.files}
    model.load_state_dict(state)
    return model.eval().requires_grad_(False)
