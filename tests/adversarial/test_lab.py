"""Conversion to CIELAB, and the distance of two images in it."""

from __future__ import annotations

import math

import pytest
import torch

from pyfrontiers.adversarial.lab import lab, lab_distance


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((1.0, 1.0, 1.0), (100.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), (53.24, 80.09, 67.20)),
        ((0.0, 0.0, 1.0), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_of_known_colours(rgb, expected):
    x = torch.tensor(rgb).reshape(1, 3, 1, 1).requires_grad_()
    found = lab(x)
    torch.testing.assert_close(found.flatten(), torch.tensor(expected), atol=0.02, rtol=0)
    (gradient,) = torch.autograd.grad(lab_distance(x, torch.full_like(x, 0.5)).sum(), x)
    assert gradient.isfinite().all()


def test_lab_distance_is_nan_without_colours():
    assert math.isnan(lab_distance(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)))
