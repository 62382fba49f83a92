"""Inputs that the rows of several packages share."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

NET = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 10))
FOLDER = Path(tempfile.gettempdir())


def images(count: int = 60) -> torch.Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def linear() -> nn.Linear:
    return nn.Linear(4, 3)


def photograph() -> Image.Image:
    return Image.fromarray(np.zeros((64, 48, 3), np.uint8))


def png() -> bytes:
    file = io.BytesIO()
    photograph().save(file, format="PNG")
    return file.getvalue()


__all__ = ["FOLDER", "NET", "images", "linear", "photograph", "png"]
