"""Weights of networks as files: safetensors in half precision, known by their SHA-256."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import torch

from pyfrontiers.recording.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

__all__ = ["read_metadata", "read_weights", "write_weights"]

Model = TypeVar("Model", bound="nn.Module")


def write_weights(model: nn.Module, path: Path, *, metadata: dict[str, str] | None = None) -> str:
    """Write a network's parameters in half precision; return the file's SHA-256.

    Statistics of batch normalisation are written in single precision.

    Args:
        model: the network.
        path: the file; it is replaced at once, and its folder is made.
        metadata: what `read_metadata` returns.

    Raises:
        ValueError: the file cannot be written, or a weight is not finite or too large for it.
    """
    from safetensors.torch import save

    if not path.name:
        raise ValueError(f"path must be a file, got {str(path)!r}")
    tensors = {name: value.detach().half() for name, value in model.named_parameters()}
    tensors |= {name: value for name, value in model.named_buffers() if "running" in name}
    if wrong := [name for name, value in tensors.items() if not value.isfinite().all()]:
        raise ValueError(
            f"model must have finite weights of at most 65,504, got others in {wrong[0]}"
        )
    content = save({name: value.cpu().contiguous() for name, value in tensors.items()}, metadata)
    try:
        write_whole(path, content)
    except OSError as error:
        raise ValueError(
            f"path must be a file that can be written, got {str(path)!r} ({error.strerror})"
        ) from error
    return sha256(content).hexdigest()


def read_metadata(path: Path) -> dict[str, str]:
    """Return the metadata that `write_weights` wrote; {} if there is none or no such file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError):
        return {}


def read_weights(model: Model, path: Path, *, digest: str | None = None, command: str) -> Model:
    """Read weights that `write_weights` wrote into a network.

    Args:
        model: the network, with weights of any value.
        path: the file.
        digest: its SHA-256; None accepts any file.
        command: makes the file again; for the message.

    Returns:
        The network, frozen and in eval mode.

    Raises:
        ValueError: the file cannot be read, its digest is another, or its weights are not finite or
            those of another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    kind = type(model).__name__
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
            f"changed; restore it or train it again with: {command}"
        )
    try:
        tensors = {name: value.float() for name, value in load(content).items()}
    except SafetensorError as error:
        raise ValueError(
            f"path must be weights of a {kind}, got {path.name}, which is no safetensors file or "
            f"an incomplete one; make it again with: {command}"
        ) from error
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    for name, value in tensors.items():
        if name in shapes and shapes[name] != value.shape:
            raise ValueError(
                f"path must be weights of a {kind}, got {path.name}, in which {name} has shape "
                f"{tuple(value.shape)} and not {tuple(shapes[name])}"
            )
    missing, unknown = model.load_state_dict(tensors, strict=False)
    left = [name for name in missing if not name.endswith((".stream", ".num_batches_tracked"))]
    if left or unknown:
        raise ValueError(
            f"path must be weights of a {kind}, got {path.name}, in which {len(left)} tensors "
            f"are missing and {len(unknown)} unknown"
        )
    if not all(bool(torch.isfinite(value).all()) for value in tensors.values()):
        raise ValueError(f"path must be finite weights, got NaN or infinity in {path.name}")
    return model.eval().requires_grad_(False)
