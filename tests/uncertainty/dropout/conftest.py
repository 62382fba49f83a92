"""Small models with dropout, shared by the tests."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty import MCDropout


def _seeded(make):
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return make().eval()


class Residual(nn.Module):
    """Not a Sequential: a skip connection, a dropout module used twice, an in-place sum."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6))
        self.body = nn.Conv2d(6, 6, 3, padding=1)
        self.drop = nn.Dropout2d(0.5)
        self.units = nn.Dropout(0.25)
        self.head = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        h += 1.0
        h = h.relu()
        h = h + self.drop(self.body(self.drop(h)))
        return self.head(self.units(h.mean((2, 3))))


SEQUENTIAL = {
    "conv-channel": lambda: nn.Sequential(
        nn.Conv2d(2, 8, 3),
        nn.ReLU(),
        nn.Dropout2d(0.5),
        nn.Conv2d(8, 6, 3, padding=1, bias=False),
        nn.BatchNorm2d(6),
        nn.Tanh(),
        nn.MaxPool2d(2),
        MCDropout(0.25, granularity="channel"),
        nn.Flatten(),
        nn.Linear(6 * 9, 5),
    ),
    "scale-not-foldable": lambda: nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.Dropout2d(0.3), nn.GELU(), nn.Conv2d(4, 3, 3), nn.Sigmoid(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    ),
    "linear-elements": lambda: nn.Sequential(
        nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, 16), nn.ELU(), nn.Dropout(0.5),
        nn.Linear(16, 12), nn.Sigmoid(), nn.Linear(12, 12), MCDropout(0.5), nn.Linear(12, 4),
    ),
    "nested-with-inactive": lambda: nn.Sequential(
        nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Dropout2d(0.0)),
        nn.Sequential(nn.Conv2d(4, 6, 1), nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(6, 4, 3)),
        nn.Sequential(nn.Flatten(), nn.Dropout(0.4), nn.Linear(64, 3)),
    ),
    "one-dimensional": lambda: nn.Sequential(
        nn.Flatten(2), nn.Conv1d(2, 8, 5), nn.Dropout1d(0.5), nn.LeakyReLU(), nn.AvgPool1d(2),
        nn.Conv1d(8, 4, 3, stride=2), nn.BatchNorm1d(4), nn.Dropout1d(0.5), nn.Flatten(),
        nn.Linear(4 * 14, 3),
    ),
}  # fmt: skip


@pytest.fixture(params=SEQUENTIAL, ids=str)
def sequential(request: pytest.FixtureRequest) -> nn.Module:
    """A model whose dropped channels can be skipped."""
    return _seeded(SEQUENTIAL[request.param])


@pytest.fixture
def residual() -> nn.Module:
    """A model whose channels cannot be skipped."""
    return _seeded(Residual)


@pytest.fixture
def convolutional() -> nn.Module:
    """Two convolutions and a linear layer, with channel dropout in between."""
    return _seeded(SEQUENTIAL["conv-channel"])


@pytest.fixture
def tiny() -> nn.Module:
    """Ten dropped units in two layers: 1,024 masks."""
    return _seeded(
        lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(128, 6), nn.Tanh(), nn.Dropout(0.5), nn.Linear(6, 4),
            nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 3),
        )
    )  # fmt: skip


@pytest.fixture
def images() -> Tensor:
    """Five images of two channels and 8 x 8 pixels."""
    return torch.randn(5, 2, 8, 8, generator=torch.Generator().manual_seed(3))
