from __future__ import annotations

import pytest
import torch
from torch import nn
from view_models import SIDE, Rows


class Affine(nn.Module):
    """Logits A x + b, whose loss and gradient have a closed form."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(bias)

    def forward(self, x):
        # Not a matrix product, so that a row's logits do not depend on the rest of the batch.
        return (x.flatten(1)[:, None, :] * self.weight).sum(dim=2) + self.bias


@pytest.fixture
def affine():
    generator = torch.Generator().manual_seed(0)
    return Affine(torch.randn(5, 48, generator=generator), torch.randn(5, generator=generator))


@pytest.fixture
def images():
    return torch.rand((8, 3, 4, 4), generator=torch.Generator().manual_seed(1))


@pytest.fixture
def labels(affine, images):
    with torch.no_grad():
        return affine(images).argmax(1)


@pytest.fixture
def model():
    return Rows()


@pytest.fixture
def x():
    return torch.rand((3, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(1))


@pytest.fixture
def y(model, x):
    with torch.no_grad():
        return model(x).argmax(1)
