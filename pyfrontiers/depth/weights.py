"""The shipped depth network, and the recipe that trains it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import checked
from pyfrontiers.depth.fitting import Training, train_depth
from pyfrontiers.depth.network import DepthNet
from pyfrontiers.recording import Recipe, load_record, save_record
from pyfrontiers.recording.unfinished import unfinished_folder
from pyfrontiers.recording.weights import read_metadata, read_weights, write_weights
from pyfrontiers.uncertainty import MCDropout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["DepthRecord", "depth_record", "load_weights", "save_weights", "trained_depth"]

FOLDER = Path(__file__).with_name("recorded")
_WEIGHTS, _RECORD = "depth_net.safetensors", "depth_net.json"
_SETTINGS: dict[str, Any] = {
    "count": 3000,
    "steps": 4500,
    "p": 0.08,
    "likelihood": "laplace",
    "beta": 0.5,
}
_COMMAND = "pyfrontiers record depth-net"


@dataclass(frozen=True, slots=True)
class DepthRecord:
    """Settings of the training run behind the shipped weights.

    Attributes:
        count, steps, p, likelihood, beta: settings of the training; see `train_depth`.
        losses: mean loss of each hundredth of the run, in nats a pixel.
        sha256: of the file of weights.
        command: trains them again.
        provenance: seed, version, date, machine and duration of the run.
    """

    count: int
    steps: int
    p: float
    likelihood: str
    beta: float
    losses: tuple[float, ...]
    sha256: str
    command: str
    provenance: Provenance


@cache
def depth_record() -> DepthRecord:
    """Return the record of the training run behind the shipped weights."""
    provenance, fields = load_record(FOLDER / _RECORD)
    return DepthRecord(**{**fields, "losses": tuple(fields["losses"])}, provenance=provenance)


@cache
def trained_depth() -> DepthNet:
    """Return the shipped network: frozen, in eval mode, one object shared by all callers.

    Raises:
        ValueError: the file of weights is not the one that was recorded.
    """
    return load_weights(FOLDER / _WEIGHTS, digest=depth_record().sha256)


@checked
def save_weights(model: DepthNet, path: Path) -> str:
    """Write a network's weights as safetensors, in half precision; return the file's SHA-256.

    Statistics of batch normalisation are written in single precision, and the dropout probability
    as metadata.

    Raises:
        ValueError: the file cannot be written.
    """
    drop = model.drop[0]
    assert isinstance(drop, MCDropout)
    return write_weights(model, path, metadata={"p": repr(float(drop.p))})


@checked
def load_weights(path: Path, *, digest: str | None = None) -> DepthNet:
    """Read a network that `save_weights` wrote.

    Args:
        path: the file.
        digest: its SHA-256; None accepts any file.

    Returns:
        The network, frozen and in eval mode, with the dropout probability of its training.

    Raises:
        ValueError: the file cannot be read, its digest is another, or it has no weights of a
            `DepthNet`.
    """
    return read_weights(DepthNet(p=_probability(path)), path, digest=digest, command=_COMMAND)


def _probability(path: Path) -> float:
    """Return the dropout probability in a file's metadata, that of the shipped network without."""
    stored = read_metadata(path).get("p", _SETTINGS["p"])
    try:
        return float(stored)
    except ValueError:
        raise ValueError(
            f"path must be weights of a DepthNet, got {path.name} with the drop rate {stored!r}"
        ) from None


def _runs() -> list[dict[str, Any]]:
    return [{"seed": 0, **_SETTINGS, "folder": str(_unfinished())}]


def _unfinished() -> Path:
    return unfinished_folder("depth-net", _SETTINGS, ("depth", "scenes", "training"))


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    run: Training = one.result
    digest = save_weights(run.model, folder / _WEIGHTS)
    losses = [round(loss, 4) for loss in run.losses]
    content = _SETTINGS | {"losses": losses, "sha256": digest, "command": _COMMAND}
    provenance = replace(one.provenance, seconds=run.seconds)
    written = [save_record(folder / _RECORD, provenance, content), folder / _WEIGHTS]
    shutil.rmtree(_unfinished(), ignore_errors=True)
    return written


RECIPE = Recipe("Weights of the depth network", train_depth, _runs, _write, FOLDER)
