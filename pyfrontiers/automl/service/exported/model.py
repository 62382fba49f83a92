"""The exported network: description, weights, and the network itself."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.automl.networks import ConvChild, ConvLayer, DenseChild, DenseLayer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DESCRIPTION, WEIGHTS = "model.json", "model.safetensors"


class OneHot(nn.Module):
    """Replaces a column of texts by one column of zeros and ones for each known text.

    Texts are given as codes, whole numbers. A text that is not known has the code -1 and becomes
    zeros. Columns of numbers are left as they are.

    Args:
        columns: names of all columns.
        texts: for each column of texts, the codes of its known texts.

    """

    source: Tensor
    codes: Tensor
    coded: Tensor

    def __init__(self, columns: Sequence[str], texts: Mapping[str, Mapping[str, int]]) -> None:
        super().__init__()
        made = [
            (place, code, name in texts)
            for place, name in enumerate(columns)
            for code in (texts[name].values() if name in texts else (0,))
        ]
        source, codes, coded = zip(*made, strict=True)
        self.register_buffer("source", torch.tensor(source), persistent=False)
        self.register_buffer("codes", torch.tensor(codes, dtype=torch.float32), persistent=False)
        self.register_buffer("coded", torch.tensor(coded), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map rows (N, columns) to rows of numbers (N, numbers and known texts)."""
        picked = inputs[:, self.source]
        return torch.where(self.coded, (picked == self.codes).to(picked.dtype), picked)


class Model(nn.Module):
    """A child and the preparation of its inputs; maps inputs (N, ...) to logits (N, K)."""

    mean: Tensor
    scale: Tensor

    def __init__(
        self, network: nn.Module, mean: Tensor, scale: Tensor, one_hot: OneHot | None = None
    ) -> None:
        super().__init__()
        self.network = network
        self.one_hot = one_hot
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the logits of inputs as they are in the data."""
        numbers = inputs if self.one_hot is None else self.one_hot(inputs)
        logits: Tensor = self.network((numbers - self.mean) / self.scale)
        return logits


def build(description: dict[str, Any]) -> Model:
    """Build the network that a description describes, with weights that are still to be loaded."""
    texts = description["texts"]
    with torch.device("cpu"):
        one_hot = OneHot(description["columns"], texts) if texts else None
        channels = len(one_hot.source) if one_hot else description["shape"][0]
        mean = torch.zeros((channels, 1, 1) if description["kind"] == "image" else (channels,))
        return Model(_network(description, channels), mean, mean + 1, one_hot).float()


def _network(description: dict[str, Any], channels: int) -> nn.Module:
    shape, classes = tuple(description["shape"]), len(description["classes"])
    rows = [{**row, "inputs": tuple(row["inputs"])} for row in description["layers"]]
    if description["kind"] == "table":
        return DenseChild(channels, classes, [DenseLayer(**row) for row in rows])
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
