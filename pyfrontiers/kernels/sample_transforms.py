"""Random transforms, each a pure function of (seed, sample)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import check_device
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import check_unsigned
from pyfrontiers.kernels.operators import define, direct, signed, unsigned
from pyfrontiers.kernels.philox_reference import words_reference
from pyfrontiers.kernels.streams import STREAMS
from pyfrontiers.kernels.transform_parameters import (
    TransformDistribution,
    Transforms,
    unchecked,
)

__all__ = ["sample_transforms", "sample_transforms_reference"]

_ROTATION, _SCALE, _SHEAR, _SHIFT_X, _SHIFT_Y = range(5)
_BRIGHTNESS, _CONTRAST, _SATURATION, _HUE, _BLUR, _NOISE, _GAIN = range(5, 12)


def sample_transforms(
    count: int,
    distribution: TransformDistribution,
    *,
    seed: int,
    first_sample: int = 0,
    channels: int = 3,
    device: torch.device | str = "cpu",
) -> Transforms:
    """Draw transforms for `transform`.

    Parameter j of sample s is low + (high - low) u, where u is uniform in [0, 1) with 53 bits from
    the Philox block at counter j div 2 of the sub-sequence of s. So transforms first_sample to
    first_sample + count - 1 are the same whether drawn in one call or several.

    Args:
        count: number of transforms, >= 0.
        distribution: the ranges.
        seed: key, 0 <= seed < 2^64; also the key of the transforms' noise.
        first_sample: index of the first transform; all indices are below 2^32.
        channels: number of channels of the images, >= 1.
        device: "cpu" or a CUDA device; the numbers are the same.

    Returns:
        The transforms, float64, bit-identical on every machine.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: a number out of range, or a range of saturation or hue when `channels` is not 3.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018, sec. 3
        and supplementary material.
    """
    count, seed, first_sample, channels = _check(count, distribution, seed, first_sample, channels)
    check_device(device)
    table = torch.empty((count, row_length(channels)), dtype=torch.float64, device=device)
    limits = [limit for pair in distribution.ranges() for limit in pair]
    if direct(table):
        _fill(table, channels, limits, seed, first_sample)
    else:
        torch.ops.pyfrontiers.sample_transforms_(
            table, channels, limits, signed(seed), first_sample
        )
    return _from_table(table, channels, distribution, seed, first_sample)


def row_length(channels: int) -> int:
    """Return the number of columns of the table of transforms."""
    return 8 + channels * channels + channels


def _from_table(
    table: Tensor, channels: int, distribution: TransformDistribution, seed: int, first_sample: int
) -> Transforms:
    count = table.shape[0]
    end = 8 + channels * channels
    # Values drawn from checked ranges need no check unless they may have overflowed.
    make = Transforms if is_compiling() or _overflows(table) else unchecked
    return make(
        linear=table[:, 0:4].reshape(count, 2, 2),
        translation=table[:, 4:6],
        colour=table[:, 8:end].reshape(count, channels, channels),
        bias=table[:, end:],
        blur=table[:, 6] if distribution.blurs() else None,
        noise=table[:, 7],
        samples=torch.arange(first_sample, first_sample + count, device=table.device),
        seed=seed,
    )


def _overflows(table: Tensor) -> bool:
    """Whether the sum is infinite or NaN; False for a fake tensor or one on another device."""
    known = type(table) is Tensor and table.device.type == "cpu"
    return known and not math.isfinite(table.sum())


def _check(
    count: int, distribution: TransformDistribution, seed: int, first_sample: int, channels: int
) -> tuple[int, int, int, int]:
    """Return count, seed, first_sample and channels as Python numbers."""
    if not isinstance(distribution, TransformDistribution):
        raise TypeError(
            f"distribution must be a TransformDistribution, got {type(distribution).__name__}"
        )
    count = check_unsigned("count", count, 32)
    seed = check_unsigned("seed", seed, 64)
    first_sample = check_unsigned("first_sample", first_sample, 32)
    channels = check_unsigned("channels", channels, 32)
    if first_sample + count > 1 << 32:
        raise ValueError(
            f"count must keep all sample numbers below 2^32, got {count} from first_sample "
            f"{first_sample} on"
        )
    if channels < 1:
        raise ValueError(f"channels must be at least 1, got {channels}")
    if channels != 3 and distribution.mixes_channels():
        raise ValueError(
            "channels must be 3 (red, green, blue) with a range of saturation or hue, got "
            f"{channels}"
        )
    return count, seed, first_sample, channels


def _fill(table: Tensor, channels: int, limits: list[float], seed: int, first_sample: int) -> None:
    pairs = list(zip(limits[0::2], limits[1::2], strict=True))
    core, where = devices.execution(table)
    core.sample_transforms(
        table.data_ptr(), table.shape[0], channels, pairs, unsigned(seed), first_sample, where
    )


define(
    "sample_transforms_(Tensor(a!) table, SymInt channels, float[] limits, SymInt seed, "
    "SymInt first_sample) -> ()",
    _fill,
    lambda table, channels, limits, seed, first_sample: None,
)


def sample_transforms_reference(
    count: int,
    distribution: TransformDistribution,
    *,
    seed: int,
    first_sample: int = 0,
    channels: int = 3,
) -> Transforms:
    """Compute `sample_transforms` in plain torch, up to rounding."""
    count, seed, first_sample, channels = _check(count, distribution, seed, first_sample, channels)
    samples = torch.arange(first_sample, first_sample + count, device="cpu")
    unit = _units(samples, _GAIN + channels, seed)

    def drawn(which: int, channel: int = 0) -> Tensor:
        low, high = distribution.ranges()[which]
        return low + (high - low) * unit[:, which + channel]

    turn = torch.deg2rad(drawn(_ROTATION))
    c, s, slant = turn.cos(), turn.sin(), torch.deg2rad(drawn(_SHEAR)).tan()
    inverse = torch.stack((c - slant * s, -s - slant * c, s, c), dim=1).reshape(-1, 2, 2)
    gains = torch.stack([drawn(_GAIN, channel) for channel in range(channels)], dim=1)
    mixed = torch.eye(channels, dtype=torch.float64, device="cpu").expand(count, -1, -1)
    if channels == 3:
        mixed = _hue(drawn(_HUE)) @ _saturation(drawn(_SATURATION))
    contrast = drawn(_CONTRAST)[:, None]
    return Transforms(
        linear=inverse / drawn(_SCALE)[:, None, None],
        translation=torch.stack((drawn(_SHIFT_X), drawn(_SHIFT_Y)), dim=1),
        colour=(gains * contrast)[:, :, None] * mixed,
        bias=gains * ((0.5 - 0.5 * contrast) + drawn(_BRIGHTNESS)[:, None]),
        blur=drawn(_BLUR) if distribution.blurs() else None,
        noise=drawn(_NOISE),
        samples=samples,
        seed=seed,
    )


def _units(samples: Tensor, parameters: int, seed: int) -> Tensor:
    """Return uniform numbers (samples, parameters)."""
    counters = torch.arange((parameters + 1) // 2, device="cpu")
    words = torch.stack(
        [words_reference(counters, int(s), STREAMS["parameter"], seed) for s in samples]
        or [torch.zeros((len(counters), 4), dtype=torch.int64, device="cpu")]
    ).reshape(-1, 2 * len(counters), 2)[: len(samples)]
    whole = (words[..., 0] & 0x1FFFFF) << 32 | words[..., 1]
    return whole.double() * 2.0**-53


def _saturation(value: Tensor) -> Tensor:
    luma = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64, device="cpu").expand(3, 3)
    eye = torch.eye(3, dtype=torch.float64, device="cpu")
    return value[:, None, None] * eye + (1.0 - value)[:, None, None] * luma


def _hue(degrees: Tensor) -> Tensor:
    """Return rotations about (1, 1, 1)."""
    turn = torch.deg2rad(degrees)[:, None, None]
    cross = torch.tensor(
        [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], dtype=torch.float64, device="cpu"
    ) / math.sqrt(3)
    eye, ones = (
        torch.eye(3, dtype=torch.float64, device="cpu"),
        torch.ones(3, 3, dtype=torch.float64, device="cpu"),
    )
    return turn.cos() * eye + turn.sin() * cross + (1.0 - turn.cos()) / 3.0 * ones
