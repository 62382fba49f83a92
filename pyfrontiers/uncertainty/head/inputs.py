"""What a head sees of the features: their direction, relative to the examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, Range, checked

__all__ = ["HeadInputs", "examples_of"]

Scale = Annotated[float, Range(0, 1e6)]


@dataclass(frozen=True, slots=True)
class HeadInputs:
    """The map from features to the inputs of a head.

    A feature vector f becomes

        phi = [factor (f / |f| - centre), 1]

    Its direction says what an image shows; its length varies with contrast and sharpness. Relative
    to raw features, this let heads recognise photographs that they had not been taught.

    Attributes:
        centre: (D,) mean direction of the examples, float64.
        factor: scales the examples to a root mean square length of `scale`.
    """

    centre: Tensor
    factor: float

    @classmethod
    def of(cls, features: Tensor, scale: float) -> HeadInputs:
        """Return the map for examples (n, D)."""
        directions = _directions(features)
        centre = directions.mean(0)
        spread = float((directions - centre).square().sum(1).mean().sqrt())
        # Equal examples have no spread; every other image is then far away on any scale.
        return cls(centre, scale / max(spread, 1e-3))

    def __call__(self, features: Tensor) -> Tensor:
        """Return the inputs (N, D + 1) of features (N, D), in float64.

        Raises:
            ValueError: the features have another length, or are not finite.
        """
        if features.ndim != 2 or features.shape[1] != len(self.centre):
            raise ValueError(
                f"features must have shape (N, {len(self.centre)}) like the examples, got "
                f"{tuple(features.shape)}"
            )
        phi = self.factor * (_directions(features) - self.centre)
        return torch.cat([phi, phi.new_ones(len(phi), 1)], 1)


def _directions(features: Tensor) -> Tensor:
    wide = features.detach().double().cpu()
    if not torch.isfinite(wide).all():
        raise ValueError("features must be finite, got NaN or infinity")
    directions: Tensor = wide / torch.linalg.vector_norm(wide, dim=1, keepdim=True).clamp_min(1e-12)
    return directions


@checked
def examples_of(
    features: Annotated[Tensor, Floats("N>0", "D>0")],
    labels: Annotated[Tensor, Integers("N>0")],
    scale: Scale,
    classes: int | None,
) -> tuple[HeadInputs, Tensor, Tensor]:
    """Check the examples of a head.

    Returns:
        The map to the inputs, the inputs (n, D + 1), and the labels one-hot (n, K) in float64.

    Raises:
        ValueError: fewer than two classes have examples, a label is out of range, `scale` is 0 or
            a feature is not finite.
        TypeError: an argument is of another kind.
    """
    if scale <= 0:
        raise ValueError(f"scale must be above 0, got {scale}")
    known = sorted(set(labels.tolist()))
    count = known[-1] + 1 if classes is None else classes
    if known[0] < 0 or known[-1] >= count:
        raise ValueError(f"labels must be from 0 to {count - 1}, got {known[0]} to {known[-1]}")
    if len(known) < 2:
        raise ValueError(
            f"labels must name at least two classes, got only class {known[0]}; give "
            "examples of a second one"
        )
    inputs = HeadInputs.of(features, scale)
    one_hot = torch.nn.functional.one_hot(labels.long().cpu(), count).double()
    return inputs, inputs(features), one_hot
