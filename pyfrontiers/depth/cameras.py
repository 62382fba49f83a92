"""Focal lengths: depth as one reference camera sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Range, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.scenes import Scene

Lens = Annotated[float, Range(5, 300)]
Aspect = Annotated[float, Range(0.1, 10)]

__all__ = ["REFERENCE_FOCAL_LENGTH", "camera_factors", "focal_lengths_of", "lens_focal_length"]

REFERENCE_FOCAL_LENGTH: Final = 1.125
"""Focal length of the reference camera in image heights: the mean of the street scenes' cameras."""
_FILM_WIDTH: Final = 36.0
"""Millimetres: focal lengths in 35 mm equivalents belong to a picture of this width."""


def focal_lengths_of(scenes: Sequence[Scene]) -> Tensor:
    """Return the focal lengths (N,) of scenes in image heights, NaN where unknown."""
    lengths = [one.camera.focal_length for one in scenes]
    return torch.tensor(lengths, dtype=torch.float32, device="cpu")


def camera_factors(focal_lengths: Tensor) -> Tensor:
    """Return focal lengths over that of the reference camera, 1 where they are NaN.

    A picture shows sizes in pixels: focal length times size times inverse depth. Twice the focal
    length looks like half the distance, and one picture does not tell which it is. Networks
    therefore learn the inverse depth times this factor, and predictions are divided by it.

    Args:
        focal_lengths: (N,) in image heights.

    Raises:
        ValueError: a focal length is not positive and finite, or NaN.

    Source:
        Yin et al., Metric3D: Towards Zero-shot Metric 3D Prediction from A Single Image, ICCV 2023,
        sec. 3.2, the transformation of labels to a canonical camera.
    """
    wrong = focal_lengths[(focal_lengths <= 0) | focal_lengths.isinf()]
    if len(wrong):
        raise ValueError(
            "focal_lengths must be positive and finite, or NaN where unknown, got "
            f"{float(wrong[0]):g}"
        )
    return (focal_lengths / REFERENCE_FOCAL_LENGTH).nan_to_num(1.0)


@checked
def lens_focal_length(
    rows: Count, columns: Count, *, lens: Lens = 26.0, aspect: Aspect = 2.0
) -> float:
    """Return the focal length of a photograph that `fitted_picture` has cropped.

    Args:
        rows: rows of the photograph.
        columns: columns of the photograph.
        lens: focal length in 35 mm equivalents, 5 to 300; 26 is common for phones.
        aspect: columns over rows of the cropped picture.

    Returns:
        Focal length in heights of the cropped picture.
    """
    long_side = max(rows, columns)
    return lens / _FILM_WIDTH * long_side / min(rows, columns / aspect)
