"""Probabilities of adversarial samples along one transform at a time: how far each survives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import torch
from torch import Tensor

from pyfrontiers import kernels
from pyfrontiers.adversarial.model_output import Outputs, predicted, read_model
from pyfrontiers.arguments import Floats, Integers, Range, Seed, as_choice, as_number, checked
from pyfrontiers.kernels import TransformDistribution
from pyfrontiers.outputs import are_valid

__all__ = ["AXES", "Axis", "Survival", "fixed_transform", "survival"]

_AT_ONCE = 50  # images that the model sees at once


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter of a transform that `survival` varies.

    Attributes:
        neutral: the value that leaves an image as it is.
        low: smallest value by default.
        high: largest value by default.
        least: smallest value allowed.
    """

    neutral: float
    low: float
    high: float
    least: float = -math.inf


AXES: Final[Mapping[str, Axis]] = {
    "rotation": Axis(0.0, -30.0, 30.0),
    "scale": Axis(1.0, 0.7, 1.6, least=1e-3),
    "brightness": Axis(0.0, -0.2, 0.2),
    "noise": Axis(0.0, 0.0, 0.2, least=0.0),
}
"""The axes: degrees, magnification, added value, and standard deviation of Gaussian noise. The
default ranges go beyond those of `Transforms2D`, so that a curve shows where an example ends."""


@dataclass(frozen=True, eq=False)
class Survival:
    """N images under V values of one parameter.

    Attributes:
        axis: a key of `AXES`.
        values: (V,) the values, float64.
        classes: (K,) the classes that were asked for.
        probabilities: (N, V, K) their probabilities; NaN where the logits are not finite.
        predictions: (N, V) predicted class, -1 where the logits are not finite.
    """

    axis: str
    values: Tensor
    classes: Tensor
    probabilities: Tensor
    predictions: Tensor


@checked
def fixed_transform(
    *,
    rotation: float = 0.0,
    scale: float = 1.0,
    brightness: float = 0.0,
    noise: float = 0.0,
    seed: Seed = 0,
    channels: int = 3,
) -> kernels.Transforms:
    """Return one transform with the given parameters, for `kernels.transform`.

    Args:
        rotation: degrees, counter-clockwise in the displayed image.
        scale: magnification > 0.
        brightness: value added to every channel.
        noise: standard deviation >= 0 of Gaussian noise.
        seed: of the noise, which is the same z for every standard deviation.
        channels: number of channels of the images.

    Raises:
        ValueError: a number is out of range.
    """
    fixed = {"rotation": rotation, "scale": scale, "brightness": brightness, "noise": noise}
    ranges = {name: (value, value) for name, value in fixed.items()}
    still = TransformDistribution(translation=(0.0, 0.0), **ranges)
    return kernels.sample_transforms(1, still, seed=seed, channels=channels)


@checked
def survival(
    model: Callable[[Tensor], Any],
    images: Annotated[Tensor, Floats("N>0", "C", "H", "W")],
    classes: Annotated[Tensor, Integers("K>0")],
    *,
    axis: str,
    values: Annotated[Tensor, Floats("V>0")] | None = None,
    points: Annotated[int, Range(2)] = 31,
    seed: Seed = 0,
    outputs: Outputs = "logits",
) -> Survival:
    """Return the class probabilities of images as one parameter of a transform changes.

    The images are transformed as by `Transforms2D`, with every other parameter neutral: no shift,
    black outside of the image, clipped to [0, 1].

    Args:
        model: maps images (M, C, H, W) to scores, as for `attack`.
        images: (N, C, H, W) in [0, 1], such as an original, its ordinary and its robust adversarial
            example.
        classes: (K,) classes to follow, such as the original and the target class.
        axis: a key of `AXES`: "rotation", "scale", "brightness" or "noise".
        values: (V,) values of the parameter. Default: `points` values over the axis's range.
        points: number of default values, at least 2.
        seed: of the noise, which is the same z for every image and value.
        outputs: as for `attack`.

    Raises:
        ValueError: a name, shape, class or number is out of range.
        TypeError: an argument or the model's output is of the wrong kind.
    """
    varied = AXES[as_choice("axis", axis, AXES)]
    if values is None:
        values = torch.linspace(varied.low, varied.high, points, dtype=torch.float64)
    at = [as_number("values", value, least=varied.least) for value in values.double().tolist()]
    drawn = _joined([fixed_transform(**{axis: v}, seed=seed, channels=images.shape[1]) for v in at])
    with torch.inference_mode(False), torch.no_grad():
        asked = classes.detach().long()
        # One image at a time: the noise must be the same for all.
        seen = [kernels.transform(x[None], drawn, clip=(0.0, 1.0)) for x in images.detach()]
        rows = torch.cat(seen).squeeze(1)
        read, _ = read_model(model, outputs, rows[:1], asked[:0])
        logits = torch.cat([read(part, asked[:0]) for part in torch.split(rows, _AT_ONCE)])
        if not 0 <= int(asked.min()) <= int(asked.max()) < logits.shape[1]:
            raise ValueError(
                f"classes must be from 0 to {logits.shape[1] - 1} for this model, got "
                f"{asked.tolist()}"
            )
        shape = (len(images), len(at))
        return Survival(
            axis=axis,
            values=torch.tensor(at, dtype=torch.float64),
            classes=asked,
            probabilities=logits.softmax(dim=1)[:, asked].reshape(*shape, len(asked)),
            predictions=predicted(logits, are_valid(logits)).reshape(shape),
        )


def _joined(transforms: list[kernels.Transforms]) -> kernels.Transforms:
    """Join single transforms of one seed to several with the same noise."""
    names = ("linear", "translation", "colour", "bias", "noise", "samples")
    fields: dict[str, Any] = {
        name: torch.cat([getattr(transform, name) for transform in transforms]) for name in names
    }
    return replace(transforms[0], **fields)
