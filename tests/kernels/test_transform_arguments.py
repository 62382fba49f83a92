"""transform rejects images, transforms, backgrounds and bounds that do not fit."""

import math

import pytest
import torch
from drawn_transforms import drawn

from pyfrontiers.kernels import TransformDistribution, transform

GEOMETRY = TransformDistribution(shear=(-10, 10), brightness=(0, 0), noise=(0, 0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": torch.zeros(3, 4, 4)}, r"images must .*\(N, C, H, W\).*, got \(3, 4, 4\)"),
        ({"images": torch.zeros(2, 3, 4, 4).long()}, "images must .*got .*torch.int64"),
        ({"images": torch.zeros(2, 1, 4, 4)}, r"transforms must be for 1 channel.*, got 3"),
        ({"transforms": None}, "transforms must .*Transforms.*, got NoneType"),
        (
            {"per_image": True},
            r"transforms must .*a multiple of the 2 image.*, got 3 with per_image",
        ),
        ({"background": (0.0, 1.0)}, r"background must .*one for each.*, got 2"),
        ({"background": math.nan}, "background must .*finite numbers.*, got nan"),
        ({"clip": (1.0, 0.0)}, r"clip must .*low <= high.*, got \(1.0, 0.0\)"),
        ({"clip": (math.nan, 0.0)}, r"clip must .*low <= high.*, got \(nan, 0.0\)"),
        (
            {"images": torch.zeros(1, 3, 1, 1).expand(1, 3, 1 << 16, 1 << 16)},
            r"images must .*fewer than 2\^31 pixels each, got shape \(1, 3, 65536, 65536\)",
        ),
    ],
)
def test_invalid_arguments(arguments, message):
    good = {"images": torch.zeros(2, 3, 4, 4), "transforms": drawn(3, distribution=GEOMETRY)}
    with pytest.raises((TypeError, ValueError), match=message):
        transform(**{**good, **arguments})


def test_transforms_on_another_device():
    with pytest.raises(
        ValueError, match="transforms must be on cpu like images, got a tensor on meta"
    ):
        transform(torch.zeros(1, 3, 4, 4), drawn(1).to("meta"))
