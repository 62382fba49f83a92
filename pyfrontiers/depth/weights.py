"""The shipped depth network, and the recipe that trains it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.arguments import checked
from pyfrontiers.depth.fitting import Training, train_depth
from pyfrontiers.depth.network import DepthNet
from pyfrontiers.recording import Recipe, load_record, save_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["DepthRecord", "depth_record", "load_weights", "save_weights", "trained_depth"]

FOLDER = Path(__file__).with_name("recorded")
_WEIGHTS, _RECORD = "depth_net.safetensors", "depth_net.json"
_SETTINGS: dict[str, Any] = {"count": 1500, "steps": 1200, "p": 0.15, "likelihood": "laplace"}
_COMMAND = "pyfrontiers record depth-net"


@dataclass(frozen=True, slots=True)
class DepthRecord:
    """Settings of the training run behind the shipped weights.

    Attributes:
        count, steps, p, likelihood: settings of the training; see `train_depth`.
        losses: mean negative log-likelihood of each hundredth of the run, in nats a pixel.
        sha256: of the file of weights.
        command: trains them again.
        provenance: seed, version, date, machine and duration of the run.
    """

    count: int
    steps: int
    p: float
    likelihood: str
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

    Statistics of batch normalisation are written in single precision.

    Raises:
        ValueError: the file cannot be written.
    """
    from safetensors.torch import save

    tensors = {name: value.detach().half() for name, value in model.named_parameters()}
    tensors |= {name: value for name, value in model.named_buffers() if "running" in name}
    content = save({name: value.contiguous() for name, value in tensors.items()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ValueError(
            f"path must be a file that can be written, got {str(path)!r} ({error.strerror})"
        ) from error
    return sha256(content).hexdigest()


@checked
def load_weights(path: Path, *, digest: str | None = None) -> DepthNet:
    """Read a network that `save_weights` wrote.

    Args:
        path: the file.
        digest: its SHA-256; None accepts any file.

    Returns:
        The network, frozen and in eval mode, with the recorded dropout probability of 0.15.

    Raises:
        ValueError: the file cannot be read, its digest is another, or it has no weights of a
            `DepthNet`.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"path must be a file of weights, got {str(path)!r} ({error.strerror})"
        ) from error
    found = sha256(content).hexdigest()
    if digest is not None and found != digest:
        raise ValueError(
            f"digest must be the SHA-256 of {path.name}, {found}, got {digest!r}: the file has "
            f"changed; restore it or train it again with: {_COMMAND}"
        )
    model = DepthNet(p=_SETTINGS["p"])
    try:
        tensors = {name: value.float() for name, value in load(content).items()}
        missing, unknown = model.load_state_dict(tensors, strict=False)
    except (SafetensorError, RuntimeError) as error:
        raise ValueError(
            f"path must be weights of a DepthNet, got {path.name}: {str(error).splitlines()[0]}"
        ) from error
    left = [name for name in missing if not name.endswith((".stream", ".num_batches_tracked"))]
    if left or unknown:
        raise ValueError(
            f"path must be weights of a DepthNet, got {path.name}, in which {len(left)} tensors "
            f"are missing and {len(unknown)} unknown"
        )
    if not all(bool(torch.isfinite(value).all()) for value in tensors.values()):
        raise ValueError(f"path must be finite weights, got NaN or infinity in {path.name}")
    return model.eval().requires_grad_(False)


def _runs() -> list[dict[str, Any]]:
    return [{"seed": 0, **_SETTINGS}]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    run: Training = one.result
    digest = save_weights(run.model, folder / _WEIGHTS)
    losses = [round(loss, 4) for loss in run.losses]
    content = _SETTINGS | {"losses": losses, "sha256": digest, "command": _COMMAND}
    return [save_record(folder / _RECORD, one.provenance, content), folder / _WEIGHTS]


RECIPE = Recipe("Weights of the depth network", train_depth, _runs, _write, FOLDER)
