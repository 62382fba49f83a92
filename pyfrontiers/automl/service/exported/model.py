"""The exported network: description, weights, and the network itself."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from pyfrontiers.automl.networks import ConvChild, ConvLayer, DenseChild, DenseLayer

DESCRIPTION, WEIGHTS = "model.json", "model.safetensors"


class Model(nn.Module):
    """A child and the normalisation of its inputs; maps inputs (N, ...) to logits (N, K)."""

    mean: Tensor
    scale: Tensor

    def __init__(self, network: nn.Module, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the logits of inputs as they are in the data."""
        logits: Tensor = self.network((inputs - self.mean) / self.scale)
        return logits


def build(description: dict[str, Any]) -> Model:
    """Build the network that a description describes, with weights that are still to be loaded."""
    with torch.device("cpu"):
        network = _network(description)
        channels = description["shape"][0]
        mean = torch.zeros((channels, 1, 1) if description["kind"] == "image" else (channels,))
        return Model(network, mean, mean + 1).float()


def _network(description: dict[str, Any]) -> nn.Module:
    shape, classes = tuple(description["shape"]), len(description["classes"])
    rows = [{**row, "inputs": tuple(row["inputs"])} for row in description["layers"]]
    if description["kind"] == "table":
        return DenseChild(shape[0], classes, [DenseLayer(**row) for row in rows])
    layers = [ConvLayer(**row) for row in rows]
    return ConvChild((shape[0], shape[1], shape[2]), classes, layers, description["grid"])


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read float32 tensors from a safetensors file.

    The file is the length of its header (8 bytes), the header in JSON, and the tensors' bytes.
    """
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header, body = json.loads(content[8 : 8 + length]), bytearray(content[8 + length :])
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(body[begin:end], dtype=torch.float32)
            found[name] = flat.reshape(entry["shape"])
    return found


def load(folder: Path | None = None) -> Model:
    """Load the network from its folder, by default that of this file."""
    folder = Path(__file__).parent if folder is None else folder
    model = build(json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
    model.load_state_dict(read_weights(folder / WEIGHTS))
    return model.eval()
