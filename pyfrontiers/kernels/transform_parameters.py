"""The parameters of a transform, and the distribution from which they are drawn."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pyfrontiers.kernels.arguments import as_device
from pyfrontiers.kernels.number_arguments import check_number, check_pair, check_unsigned

__all__ = ["TransformDistribution", "Transforms"]

Range = tuple[float, float]

LARGEST_BLUR = 256.0
"""Largest standard deviation of a blur, in pixels."""


@dataclass(frozen=True)
class TransformDistribution:
    """Ranges from which a transform's parameters are drawn, each uniformly and independently.

    The defaults are the published distribution of the two-dimensional case, with one difference,
    because images here fill the frame: the paper draws any translation that keeps the image in
    bounds, and the default is at most a tenth of the side.

    Attributes:
        rotation: degrees, counter-clockwise in the displayed image.
        scale: magnification > 0 of the content; 2 shows half of the image.
        shear: angle of the columns in degrees, in (-90, 90).
        translation: shift of the content as a fraction of the side, drawn for each axis.
        brightness: value added to every channel.
        contrast: factor of the distance from 1/2.
        saturation: 0 is grey, 1 is unchanged; needs three channels.
        hue: rotation of the colours about the grey axis in degrees; needs three channels.
        gain: factor of each channel, drawn for each channel.
        blur: standard deviation of a Gaussian blur in pixels, 0 to 256.
        noise: standard deviation >= 0 of Gaussian noise.

    Raises:
        TypeError: a range is not a pair of numbers.
        ValueError: a range is infinite, NaN, crossed or beyond the limits above.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018,
        supplementary material, table of distributions for the 2D case.
    """

    rotation: Range = (-22.5, 22.5)
    scale: Range = (0.9, 1.4)
    shear: Range = (0.0, 0.0)
    translation: Range = (-0.1, 0.1)
    brightness: Range = (-0.05, 0.05)
    contrast: Range = (1.0, 1.0)
    saturation: Range = (1.0, 1.0)
    hue: Range = (0.0, 0.0)
    gain: Range = (1.0, 1.0)
    blur: Range = (0.0, 0.0)
    noise: Range = (0.0, 0.1)

    def __post_init__(self) -> None:
        limits = {
            "scale": (0.0, math.inf),
            "shear": (-90.0, 90.0),
            "blur": (-math.ulp(0.0), math.nextafter(LARGEST_BLUR, math.inf)),
            "noise": (-math.ulp(0.0), math.inf),
        }
        for field in dataclasses.fields(self):
            given = getattr(self, field.name)
            numbers = _check_range(field.name, given, limits.get(field.name))
            object.__setattr__(self, field.name, numbers)

    def mixes_channels(self) -> bool:
        """Whether saturation or hue mixes the channels."""
        return self.saturation != (1.0, 1.0) or self.hue != (0.0, 0.0)

    def blurs(self) -> bool:
        """Whether any transform blurs."""
        return self.blur != (0.0, 0.0)

    def ranges(self) -> list[Range]:
        """Return the ranges in the order of the kernel's parameters."""
        return [
            *(self.rotation, self.scale, self.shear, self.translation, self.translation),
            *(self.brightness, self.contrast, self.saturation, self.hue),
            *(self.blur, self.noise, self.gain),
        ]


def _check_range(name: str, given: Any, limits: Range | None) -> Range:
    """Return a range as Python numbers."""
    low, high = check_pair(name, given)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"{name} must have finite numbers low <= high, got {given}")
    if limits is not None and not (limits[0] < low and high < limits[1]):
        wanted = {
            "scale": "above 0",
            "shear": "between -90 and 90 degrees",
            "blur": "in [0, 256] pixels",
            "noise": "0 or more",
        }
        raise ValueError(f"{name} must hold two numbers {wanted[name]}, got {given}")
    return low, high


@dataclass(frozen=True, eq=False)
class Transforms:
    """T transforms, as `transform` applies them.

    y = clip(colour (g_blur * sample(x)) + bias + noise z), where output position o, in pixels from
    the centre, reads the input at linear (o - translation (W, H)).

    Attributes:
        linear: (T, 2, 2) float64, maps output to input positions, (x, y) in pixels, y downwards.
        translation: (T, 2) float64, shift of the content as a fraction of width and height.
        colour: (T, C, C) float64, mixes the channels; rows are output channels.
        bias: (T, C) float64, added to the channels.
        blur: (T,) float64, standard deviation in pixels, 0 to 256; None for no blur, which saves
            memory with CUDA.
        noise: (T,) float64, standard deviation >= 0.
        samples: (T,) int64 in [0, 2^32), indices of the noise.
        seed: key of the noise, 0 <= seed < 2^64.

    Raises:
        TypeError: a field is not a tensor of its dtype.
        ValueError: a field has a wrong shape or device, or a value out of range.
    """

    linear: Tensor
    translation: Tensor
    colour: Tensor
    bias: Tensor
    blur: Tensor | None
    noise: Tensor
    samples: Tensor
    seed: int

    def __post_init__(self) -> None:
        if not torch.compiler.is_compiling():
            _check(self)

    @classmethod
    def identity(cls, count: int, channels: int = 3) -> Transforms:
        """Return identity transforms, as a base for `dataclasses.replace`."""
        count, channels = (
            check_unsigned(name, value, 31)
            for name, value in (("count", count), ("channels", channels))
        )

        def zeros(*shape: int) -> Tensor:
            return torch.zeros((count, *shape), dtype=torch.float64, device="cpu")

        return cls(
            linear=torch.eye(2, dtype=torch.float64, device="cpu").repeat(count, 1, 1),
            translation=zeros(2),
            colour=torch.eye(channels, dtype=torch.float64, device="cpu").repeat(count, 1, 1),
            bias=zeros(channels),
            blur=None,
            noise=zeros(),
            samples=torch.arange(count, device="cpu"),
            seed=0,
        )

    def __len__(self) -> int:
        return self.linear.shape[0]

    def __getitem__(self, which: slice) -> Transforms:
        """Return some of the transforms, each with the same noise as before.

        Raises:
            TypeError: not a slice.
        """
        if not isinstance(which, slice):
            raise TypeError(f"index must be a slice, got {type(which).__name__}")
        return dataclasses.replace(
            self, **{name: value[which] for name, value in _tensors(self).items()}
        )

    def to(self, device: torch.device | str) -> Transforms:
        """Return the transforms with their tensors on another device."""
        device = as_device(device)
        return dataclasses.replace(
            self, **{name: value.to(device) for name, value in _tensors(self).items()}
        )

    def theta(self, height: int, width: int) -> Tensor:
        """Return the argument of `torch.nn.functional.affine_grid`, float64 (T, 2, 3)."""
        size = [check_number("width", width), check_number("height", height)]
        sizes = torch.tensor(size, dtype=torch.float64, device=self.linear.device)
        linear = self.linear * sizes / sizes[:, None]
        return torch.cat((linear, -linear @ (2.0 * self.translation[:, :, None])), dim=2)


def unchecked(**fields: Any) -> Transforms:
    """Return transforms of valid fields without checking them, in a tenth of the time."""
    made = object.__new__(Transforms)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


_SHAPES = {
    "linear": "(T, 2, 2)",
    "translation": "(T, 2)",
    "colour": "(T, C, C)",
    "bias": "(T, C)",
    "blur": "(T,)",
    "noise": "(T,)",
    "samples": "(T,)",
}


def _tensors(transforms: Transforms) -> dict[str, Any]:
    """Return the tensors by name, without blur if it is None."""
    values = {name: getattr(transforms, name) for name in _SHAPES}
    return {name: value for name, value in values.items() if name != "blur" or value is not None}


def _check(transforms: Transforms) -> None:
    linear, bias = transforms.linear, transforms.bias
    tensors = _tensors(transforms)
    for name, value in tensors.items():
        if not isinstance(value, Tensor):
            raise TypeError(f"{name} must be a torch tensor, got {type(value).__name__}")
        wanted = torch.int64 if name == "samples" else torch.float64
        if value.dtype != wanted:
            raise TypeError(f"{name} must have dtype {wanted}, got {value.dtype}")
        if value.device != linear.device:
            raise ValueError(
                f"{name} must be on {linear.device} like linear, got a tensor on {value.device}"
            )
    sizes = {
        "T": linear.shape[0] if linear.dim() > 0 else 0,
        "C": bias.shape[1] if bias.dim() > 1 else 0,
    }
    for name, value in tensors.items():
        given, text = tuple(value.shape), _SHAPES[name]
        letters = text.strip("(,)").split(", ")
        if given != tuple(sizes.get(letter) or int(letter == "2") * 2 for letter in letters):
            raise ValueError(f"{name} must have shape {text} with {sizes}, got {given}")
    object.__setattr__(transforms, "seed", check_unsigned("seed", transforms.seed, 64))
    _check_values(transforms)


def _check_values(transforms: Transforms) -> None:
    if type(transforms.linear) is not Tensor or transforms.linear.device.type != "cpu":
        return  # a fake tensor, or one whose values cannot be read without waiting for the device
    tensors = _tensors(transforms)
    for name, value in tensors.items():
        if not bool(value.isfinite().all()):
            raise ValueError(f"{name} must hold finite numbers, got NaN or infinity")
    for name, least, most in (
        ("blur", 0.0, LARGEST_BLUR),
        ("noise", 0.0, math.inf),
        ("samples", 0, (1 << 32) - 1),
    ):
        values = tensors.get(name, transforms.noise[:0])
        if values.numel() and not (least <= values.min() and values.max() <= most):
            raise ValueError(
                f"{name} must hold values in [{least}, {most}], got {values.min()} to "
                f"{values.max()}"
            )
