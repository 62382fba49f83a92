"""Random transforms stay in their ranges, depend on (seed, sample) only, and act as documented."""

import dataclasses
import math

import pytest
import torch
from scipy import stats
from torch._subclasses import FakeTensorMode

from pyfrontiers import kernels
from pyfrontiers.kernels import TransformDistribution, Transforms, sample_transforms

FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
IDENTITY = TransformDistribution(
    rotation=(0.0, 0.0),
    scale=(1.0, 1.0),
    translation=(0.0, 0.0),
    brightness=(0.0, 0.0),
    noise=(0.0, 0.0),
)
EVERYTHING = TransformDistribution(
    rotation=(-180.0, 180.0),
    shear=(-20.0, 20.0),
    contrast=(0.7, 1.3),
    saturation=(0.0, 2.0),
    hue=(-30.0, 30.0),
    gain=(0.8, 1.2),
    blur=(0.0, 2.0),
)


def one(**ranges):
    """Transforms drawn from the given ranges, with all other parameters at the identity."""
    return sample_transforms(400, dataclasses.replace(IDENTITY, **ranges), seed=7)


def fields_of(transforms):
    """Names of the tensors; without a blur nothing is blurred."""
    names = ("linear", "translation", "colour", "bias", "noise", "samples")
    return names if transforms.blur is None else (*names, "blur")


def assert_equal(a, b):
    assert (a.blur is None) == (b.blur is None)
    for name in fields_of(a):
        assert torch.equal(getattr(a, name), getattr(b, name)), name
    assert a.seed == b.seed


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5])
def test_matches_reference(channels, isa):
    mixed = EVERYTHING if channels == 3 else dataclasses.replace(IDENTITY, gain=(0.5, 2.0))
    arguments = {"seed": 2**64 - 1, "first_sample": 2**32 - 40, "channels": channels}
    drawn = sample_transforms(40, mixed, **arguments)
    wanted = kernels.sample_transforms_reference(40, mixed, **arguments)
    for name in fields_of(wanted):
        torch.testing.assert_close(
            getattr(drawn, name), getattr(wanted, name), rtol=1e-14, atol=1e-15
        )
    assert (drawn.blur is None) == (channels != 3)


@pytest.mark.parametrize("cuts", [(0,), (1,), (5, 6), (64, 99)])
def test_pieces_match_the_whole(cuts, threads):
    whole = sample_transforms(100, EVERYTHING, seed=3, first_sample=11)
    starts = (0, *cuts, 100)
    for begin, end in zip(starts, (*starts[1:], 100), strict=True):
        piece = sample_transforms(end - begin, EVERYTHING, seed=3, first_sample=11 + begin)
        assert_equal(piece, whole[begin:end])


def test_bit_identical_on_every_instruction_set(isa):
    here = sample_transforms(100, EVERYTHING, seed=3, first_sample=11)
    with kernels.use_isa("scalar"):
        assert_equal(here, sample_transforms(100, EVERYTHING, seed=3, first_sample=11))


def test_changing_one_range_keeps_other_parameters():
    plain = sample_transforms(20, EVERYTHING, seed=5)
    louder = sample_transforms(20, dataclasses.replace(EVERYTHING, noise=(1.0, 2.0)), seed=5)
    assert_equal(dataclasses.replace(louder, noise=plain.noise), plain)


def test_default_distribution_is_the_identity():
    wanted = dataclasses.replace(Transforms.identity(9), seed=4)
    assert_equal(sample_transforms(9, IDENTITY, seed=4), wanted)


def test_every_parameter_is_uniform_in_its_range():
    rotated, scaled, moved = one(rotation=(-20, 50)), one(scale=(0.5, 2)), one(translation=(-1, 3))
    samples = {
        "rotation": (torch.rad2deg(rotated.linear[:, 1, 0].asin()), -20, 50),
        "scale": (1 / scaled.linear[:, 0, 0], 0.5, 2),
        "shear": (torch.rad2deg(one(shear=(-30, 60)).linear[:, 0, 1].negative().atan()), -30, 60),
        "translation x": (moved.translation[:, 0], -1, 3),
        "translation y": (moved.translation[:, 1], -1, 3),
        "brightness": (one(brightness=(-1, 1)).bias[:, 2], -1, 1),
        "contrast": (one(contrast=(0.5, 2)).colour[:, 0, 0], 0.5, 2),
        "gain": (one(gain=(0.5, 2)).colour[:, 1, 1], 0.5, 2),
        "blur": (one(blur=(0, 3)).blur, 0, 3),
        "noise": (one(noise=(0.1, 3)).noise, 0.1, 3),
    }
    for name, (values, low, high) in samples.items():
        assert low - 1e-12 <= values.min(), name
        assert values.max() <= high + 1e-12, name
        uniform = stats.uniform(low, high - low)
        assert stats.kstest(values.numpy(), uniform.cdf).pvalue > FALSE_ALARM, name


def test_channels_and_axes_are_independent():
    gains = one(gain=(0.5, 2)).colour.diagonal(dim1=1, dim2=2)
    shifts = one(translation=(-1, 1)).translation
    for table in (gains, shifts):
        correlation = torch.corrcoef(table.T) - torch.eye(table.shape[1])
        assert correlation.abs().max() * math.sqrt(400) < stats.norm.isf(FALSE_ALARM / 6)


def test_rotation_is_counter_clockwise_and_scale_enlarges():
    # A quarter turn moves what was right of the centre above it; rows run downwards.
    quarter = sample_transforms(1, dataclasses.replace(IDENTITY, rotation=(90, 90)), seed=0)
    seen_above = torch.tensor([0.0, -1.0], dtype=torch.float64)
    assert torch.equal(quarter.linear[0] @ seen_above, torch.tensor([1.0, 0.0]).double())
    double = sample_transforms(1, dataclasses.replace(IDENTITY, scale=(2, 2)), seed=0)
    assert torch.equal(double.linear[0], torch.eye(2, dtype=torch.float64) / 2)


def test_colour_parameters():
    grey = torch.full((3,), 0.5, dtype=torch.float64)
    colour = torch.tensor([0.9, 0.2, 0.4], dtype=torch.float64)

    def seen(x, **ranges):
        transforms = one(**ranges)
        return transforms.colour[0] @ x + transforms.bias[0]

    torch.testing.assert_close(seen(grey, contrast=(0.3, 0.3)), grey)
    torch.testing.assert_close(seen(grey, hue=(77, 77), saturation=(0.2, 0.2)), grey)
    torch.testing.assert_close(seen(colour, brightness=(0.2, 0.2)), colour + 0.2)
    torch.testing.assert_close(seen(colour, hue=(120, 120)), colour.roll(1))
    luma = 0.299 * 0.9 + 0.587 * 0.2 + 0.114 * 0.4
    torch.testing.assert_close(seen(colour, saturation=(0, 0)), torch.full_like(colour, luma))
    torch.testing.assert_close(seen(colour, gain=(2, 2)), 2 * colour)


def test_theta_matches_affine_grid():
    transforms = sample_transforms(3, EVERYTHING, seed=1)
    height, width = 5, 8
    grid = torch.nn.functional.affine_grid(
        transforms.theta(height, width), [3, 1, height, width], align_corners=False
    )
    size = torch.tensor([width, height], dtype=torch.float64)
    at = torch.tensor([6.5, 1.5], dtype=torch.float64) - size / 2
    for t in range(3):
        wanted = transforms.linear[t] @ (at - transforms.translation[t] * size)
        torch.testing.assert_close(grid[t, 1, 6] * size / 2, wanted)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": -1}, r"count must .*an integer in \[0, 2\^32\).*, got -1"),
        ({"count": 2.0}, "count must .*an integer.*, got float"),
        ({"seed": -1}, r"seed must .*an integer in \[0, 2\^64\).*, got -1"),
        ({"first_sample": 2**32 - 1}, "count must .*, got 2 from first_sample 4294967295 on"),
        ({"channels": 0}, "channels must .*at least 1.*, got 0"),
        ({"channels": 1}, "channels must be 3 .* with a range of saturation or hue, got 1"),
        ({"distribution": {}}, "distribution must .*a TransformDistribution.*, got dict"),
        ({"device": "meta"}, "device must .*got meta"),
    ],
)
def test_invalid_arguments(arguments, message):
    good = {"count": 2, "distribution": EVERYTHING, "seed": 0}
    with pytest.raises((TypeError, ValueError), match=message):
        sample_transforms(**{**good, **arguments})


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({"rotation": 3.0}, r"rotation must .*a pair \(low, high\) of numbers.*, got 3.0"),
        ({"rotation": (1, "2")}, r"rotation must .*a pair.*, got \(1, '2'\)"),
        ({"hue": (2.0, 1.0)}, r"hue must .*finite numbers low <= high.*, got \(2.0, 1.0\)"),
        ({"gain": (0.0, math.inf)}, r"gain must .*finite numbers.*, got \(0.0, inf\)"),
        ({"scale": (0.0, 1.0)}, r"scale must .*two numbers above 0.*, got \(0.0, 1.0\)"),
        (
            {"shear": (0.0, 90.0)},
            r"shear must .*two numbers between -90 and 90.*, got \(0.0, 90.0\)",
        ),
        (
            {"blur": (0.0, 300.0)},
            r"blur must .*two numbers in \[0, 256\] pixels.*, got \(0.0, 300.0\)",
        ),
        ({"blur": (0.0, 256.00000000005)}, "blur must .*two numbers in.*, got .*"),
        ({"noise": (-0.1, 0.0)}, r"noise must .*two numbers 0 or more.*, got \(-0.1, 0.0\)"),
    ],
)
def test_invalid_ranges(ranges, message):
    with pytest.raises((TypeError, ValueError), match=message):
        TransformDistribution(**ranges)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"linear": torch.eye(2)}, "linear must .*torch.float64.*, got torch.float32"),
        ({"noise": [0.1, 0.1]}, "noise must .*a torch tensor.*, got list"),
        ({"bias": torch.zeros(1, 3).double()}, r"bias must .*\(T, C\).*, got \(1, 3\)"),
        ({"blur": torch.full((2,), -1.0).double()}, "blur must .*, got -1.0 to -1.0"),
        ({"samples": torch.tensor([0, 2**32])}, "samples must .*got 0 to 4294967296"),
        ({"noise": torch.tensor([0, math.nan]).double()}, "noise must .*got NaN or infinity"),
        ({"bias": torch.zeros(2, 3).double().to("meta")}, "bias must .*got .*meta"),
        ({"seed": -1}, "seed must .*, got -1"),
    ],
)
def test_invalid_transforms(fields, message):
    with pytest.raises((TypeError, ValueError), match=message):
        dataclasses.replace(Transforms.identity(2), **fields)


def test_overflowing_range():
    with pytest.raises(ValueError, match=r"linear must .*finite numbers.*, got NaN or infinity"):
        sample_transforms(2, TransformDistribution(scale=(1e-320, 1e-320)), seed=1)


def test_fake_transforms_have_shapes():
    with FakeTensorMode():
        assert sample_transforms(2, EVERYTHING, seed=1).colour.shape == (2, 3, 3)


def test_transforms_support_slices_only():
    transforms = sample_transforms(5, EVERYTHING, seed=1)
    assert len(transforms[1:4]) == 3
    with pytest.raises(TypeError, match=r"index must .*a slice.*, got int"):
        transforms[0]
