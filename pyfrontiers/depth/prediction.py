"""Depth with its uncertainty, from T passes with dropout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Floats, Seed, checked
from pyfrontiers.depth.cameras import camera_factors
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.uncertainty import DropoutPosterior, predict

__all__ = ["DepthMaps", "fitted_picture", "predict_depth"]

SIZE: Final = (64, 128)
"""Rows and columns of the scenes that the shipped network has seen."""
_ROUNDING: Final = 1e-3  # by which drawing, resizing and adding noise may leave [0, 1]


@dataclass(frozen=True, eq=False)
class DepthMaps:
    """Inverse depth of N pictures and its standard deviations, each (N, H, W) in 1/m.

    The variance is the sum of two parts: the noise that the network predicts, averaged over the
    passes, and the variance of the passes' means.

    Attributes:
        inverse_depth: mean over the passes.
        aleatoric: sigma of the noise: what one picture can't show, such as on which side of an
            edge a pixel lies.
        epistemic: sigma over the passes: what the network has not learned.
        sigma: of the sum of both variances.
        passes: number of passes T.
        invalid: (N,) number of passes in which the outputs for a picture were NaN or infinite; all
            maps of such a picture are NaN. None if the passes were not counted.
    """

    inverse_depth: Tensor
    aleatoric: Tensor
    epistemic: Tensor
    sigma: Tensor
    passes: int
    invalid: Tensor | None = None

    @property
    def depth(self) -> Tensor:
        """(N, H, W) metres along the optical axis, at most 1 km."""
        return self.inverse_depth.clamp_min(1e-3).reciprocal()

    def to(self, device: torch.device | str) -> DepthMaps:
        """Return the same maps on a device."""
        maps = (self.inverse_depth, self.aleatoric, self.epistemic, self.sigma)
        mean, noise, spread, whole = (one.to(device) for one in maps)
        invalid = None if self.invalid is None else self.invalid.to(device)
        return DepthMaps(mean, noise, spread, whole, self.passes, invalid)

    def error(self, inverse_depth: Tensor) -> Tensor:
        """Return |y - m| (N, H, W) in 1/m for the true inverse depth y; NaN where that is NaN."""
        return (inverse_depth - self.inverse_depth).abs()


@checked
def predict_depth(
    model: nn.Module,
    images: Annotated[Tensor, Floats("N>0", "3", "...")],
    *,
    samples: Count = 30,
    seed: Seed = 0,
    focal_lengths: Annotated[Tensor, Floats("N")] | None = None,
    batch_size: Count | None = 16,
    report: Callable[[float], None] | None = None,
) -> DepthMaps:
    """Predict inverse depth, aleatoric and epistemic uncertainty of every pixel.

    With the passes' means m_t and variances v_t,

        sigma^2 = (1/T) sum_t v_t + Var_t m_t.

    Passes are summed up one after the other: memory does not depend on T. What comes before the
    first dropout is computed once.

    Args:
        model: a `DepthNet`, or any network with dropout and the same outputs.
        images: (N, 3, H, W) in [0, 1], H and W multiples of 2.
        samples: number of passes T, at least 1.
        seed: 64-bit seed of the masks. All pictures share them: a pass is one network.
        focal_lengths: (N,) of the cameras, in image heights; NaN or None where unknown: the depth
            is then that of the reference camera, right up to a factor.
        batch_size: pictures at a time; None for all. It changes no result.
        report: called with the fraction done.

    Raises:
        ValueError: a shape or a number is out of range.
        TypeError: an argument is of another kind.

    Warns:
        RuntimeWarning: the outputs for a picture are NaN or infinite; see `DepthMaps.invalid`.

    Source:
        Kendall and Gal, What Uncertainties Do We Need in Bayesian Deep Learning for Computer
        Vision?, NeurIPS 2017, eq. 9.
    """
    low, high = (float(end) for end in images.detach().aminmax())
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        raise ValueError(
            f"images must be in [0, 1], got values from {low:g} to {high:g}; divide pixels of 8 "
            "bits by 255"
        )
    if images.ndim != 4 or any(side % 2 or side < 16 for side in images.shape[2:]):
        raise ValueError(
            "images must have shape (N, 3, H, W) with even sides of at least 16, got "
            f"{tuple(images.shape)}; fitted_picture resizes a photograph"
        )
    posterior = DropoutPosterior(model)
    with one_thread():
        found = predict(
            posterior,
            images,
            samples=samples,
            seed=seed,
            outputs="gaussian",
            batch_size=batch_size,
            report=report,
        )
    aleatoric, epistemic = found.aleatoric_variance, found.epistemic_variance
    assert aleatoric is not None
    assert epistemic is not None
    mean, noise, spread = (part[:, 0] for part in (found.mean, aleatoric, epistemic))
    if focal_lengths is not None:
        factors = camera_factors(focal_lengths).to(mean)[:, None, None]
        mean, noise, spread = mean / factors, noise / factors**2, spread / factors**2
    return DepthMaps(
        mean, noise.sqrt(), spread.sqrt(), (noise + spread).sqrt(), found.passes, found.invalid
    )


@checked
def fitted_picture(
    image: Annotated[Tensor, Floats("3", "H>0", "W>0")], *, size: tuple[int, int] = SIZE
) -> Tensor:
    """Crop the middle of a picture to the shape of the scenes and resize it.

    Args:
        image: (3, H, W) in [0, 1].
        size: rows and columns of the result.

    Returns:
        (3, *size). Where the picture is taller than the scenes, rows are cut off above and below,
        else columns at both sides.
    """
    rows, columns = image.shape[1:]
    high = min(rows, max(1, round(columns * size[0] / size[1])))
    wide = min(columns, max(1, round(rows * size[1] / size[0])))
    top, left = (rows - high) // 2, (columns - wide) // 2
    cut = image[None, :, top : top + high, left : left + wide]
    return F.interpolate(cut, size=size, mode="bilinear", antialias=True, align_corners=False)[0]
