"""Faster max pooling, moved before the ReLU, leaves the passes unchanged."""

import pytest
import torch
from torch import nn

from pyfrontiers.uncertainty import mc_dropout
from pyfrontiers.uncertainty.dropout.chain import after_prefix
from pyfrontiers.uncertainty.dropout.kept import Apply, Multiply
from pyfrontiers.uncertainty.dropout.pooling import Pool, pooled_early, pooling

_POOLS = {
    "halves": nn.MaxPool2d(2),
    "spelled out": nn.MaxPool2d((2, 2), stride=(2, 2)),
    "overlapping": nn.MaxPool2d(3, stride=2, padding=1),
    "ceil": nn.MaxPool2d(2, ceil_mode=True),
    "dilated": nn.MaxPool2d(2, dilation=2),
    "stride of one": nn.MaxPool2d(2, stride=1),
}


@pytest.mark.parametrize("pool", _POOLS.values(), ids=_POOLS)
@pytest.mark.parametrize("side", [8, 9])
def test_pooling_matches_the_layer(pool, side):
    h = torch.randn(3, 5, side, side).contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(pooling(pool)(h), pool(h), rtol=0, atol=0)
    h[0, 0, 3, 3], h[1, 1, 2, 2] = torch.nan, -torch.inf
    torch.testing.assert_close(pooling(pool)(h), pool(h), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("pool", _POOLS.values(), ids=_POOLS)
@pytest.mark.parametrize("order", ["dropout-pool", "pool-dropout", "pool-relu", "batch-norm"])
def test_passes_match_the_model(pool, order):
    first, second = nn.Conv2d(6, 12, 3, padding=1), nn.Conv2d(12, 4, 3, padding=1)
    drop, relu = nn.Dropout2d(0.6), nn.ReLU()
    orders = {
        "dropout-pool": (relu, drop, pool),
        "pool-dropout": (relu, pool, drop),
        "pool-relu": (drop, pool, relu),
        "batch-norm": (relu, nn.BatchNorm2d(12), drop, pool),
    }
    model = nn.Sequential(
        *(nn.Conv2d(3, 6, 1), nn.Dropout2d(0.5), first, *orders[order], second),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    ).eval()
    images = torch.randn(40, 3, 17, 16)
    plain, kept = (
        mc_dropout(model, images, samples=6, kept_channels=skipped, keep_samples=True)
        for skipped in (False, True)
    )
    assert kept.kept_channels
    torch.testing.assert_close(kept.samples, plain.samples)


def test_rectifier_runs_on_the_pooled_elements():
    model = nn.Sequential(
        *(nn.Conv2d(3, 6, 1), nn.Dropout2d(0.5), nn.Conv2d(6, 12, 3), nn.ReLU()),
        *(nn.Dropout2d(0.5), nn.MaxPool2d(2), nn.Conv2d(12, 4, 3), nn.Flatten()),
    ).eval()
    h, planned = after_prefix(model, torch.randn(2, 3, 16, 16), None)
    steps = pooled_early(planned.until_first_layer(h)[1])
    steps = [step for step in steps if isinstance(step, Apply | Multiply)]
    assert [type(step) for step in steps][:3] == [Multiply, Pool, Apply]
    assert steps[2] == Apply(torch.relu_)
