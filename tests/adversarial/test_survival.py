"""Probabilities along one transform: the right transform, the right classes, and clear errors."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers import kernels
from pyfrontiers.adversarial import AXES, Transforms2D, fixed_transform, survival

SIDE = 9


class Rows(nn.Module):
    """A linear model whose answer to an image does not depend on the rest of the batch."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.weight = nn.Parameter(torch.randn((4, 3 * SIDE * SIDE), generator=generator) / 3)

    def forward(self, x):
        return (x.flatten(1)[:, None] * self.weight).sum(2)


@pytest.fixture
def model():
    return Rows()


@pytest.fixture
def images():
    return torch.rand((2, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(1))


CLASSES = torch.tensor([2, 0])


@pytest.mark.parametrize("axis", AXES)
def test_neutral_value_leaves_the_image_as_it_is(model, images, axis):
    values = torch.tensor([AXES[axis].neutral])
    found = survival(model, images, CLASSES, axis=axis, values=values)
    logits = model(images)
    torch.testing.assert_close(found.probabilities[:, 0], logits.softmax(1)[:, CLASSES])
    assert torch.equal(found.predictions[:, 0], logits.argmax(1))


def test_rotation_equals_grid_sample(model, images):
    angle = 20.0
    found = survival(model, images, CLASSES, axis="rotation", values=torch.tensor([0.0, angle]))
    turn = torch.tensor(angle).deg2rad()
    # Counter-clockwise as displayed, with y downwards: the output reads the input turned back.
    theta = torch.stack((turn.cos(), -turn.sin(), 0 * turn, turn.sin(), turn.cos(), 0 * turn))
    grid = F.affine_grid(
        theta.reshape(1, 2, 3).expand(2, -1, -1), list(images.shape), align_corners=False
    )
    turned = F.grid_sample(images, grid, align_corners=False)
    wanted = model(turned).softmax(1)[:, CLASSES]
    torch.testing.assert_close(found.probabilities[:, 1], wanted, atol=1e-5, rtol=0)


def test_scale_shows_the_middle_and_brightness_adds(images):
    step = torch.zeros(1, 1, SIDE, SIDE)
    step[..., SIDE // 2] = 1.0
    wide = kernels.transform(step, fixed_transform(scale=3.0, channels=1))[0]
    assert wide[0, 0, 2].gt(0.3).sum() == 5  # a tent of width 2 becomes one of width 6
    lighter = kernels.transform(images, fixed_transform(brightness=0.1))[0]
    torch.testing.assert_close(lighter, images + 0.1)


def test_noise_is_one_pattern_that_grows(images):
    first, second = (
        kernels.transform(images, fixed_transform(noise=sd, seed=4))[0] - images
        for sd in (0.1, 0.2)
    )
    torch.testing.assert_close(second, 2 * first)
    assert 0.08 < float(first.std()) < 0.12  # 486 draws: the standard error is 0.003


def test_images_get_the_same_noise(model, images):
    twice = images[:1].expand(2, -1, -1, -1)
    found = survival(model, twice, CLASSES, axis="noise")
    assert torch.equal(found.probabilities[0], found.probabilities[1])


def test_a_curve_does_not_depend_on_the_other_values_or_images(model, images):
    whole = survival(model, images, CLASSES, axis="noise", points=70)
    part = survival(model, images[1:], CLASSES, axis="noise", values=whole.values[40:])
    assert torch.equal(whole.probabilities[1:, 40:], part.probabilities)
    assert torch.equal(whole.predictions[1:, 40:], part.predictions)


def test_default_ranges_exceed_those_of_the_attack():
    ranges = Transforms2D().distribution
    for axis, varied in AXES.items():
        low, high = getattr(ranges, axis)
        assert varied.low <= low
        assert high < varied.high
        assert varied.low <= varied.neutral <= varied.high


def test_invalid_logits_are_no_class(images):
    found = survival(lambda x: x.mean((2, 3)) / 0, images, CLASSES, axis="noise", points=2)
    assert (found.predictions == -1).all()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"axis": "tilt"}, "axis must be one of 'rotation', 'scale', .*, got 'tilt'"),
        ({"classes": torch.tensor([4])}, r"classes must be from 0 to 3 .*, got \[4\]"),
        ({"classes": torch.tensor([], dtype=torch.long)}, r"classes must have shape \(K,\)"),
        ({"values": torch.tensor([0.0])}, "values must be a finite number of at least 0.001"),
        ({"values": torch.tensor([float("nan")])}, "values must be a finite number"),
        ({"values": torch.zeros(0)}, r"values must have shape \(V,\)"),
        ({"points": 1}, "points must be an integer of at least 2, got 1"),
    ],
)
def test_errors(model, images, options, text):
    options = {"classes": CLASSES, "axis": "scale"} | options
    with pytest.raises(ValueError, match=f"^{text}"):
        survival(model, images, **options)
