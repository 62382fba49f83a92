"""Views of a textured mesh, so that an attack changes the texture of an object."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers import kernels
from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.kernels import Mesh, Poses

__all__ = ["RenderedViews", "Scenes", "random_rotations"]

_NOISE = 1
"""Stream of a view's noise; stream 0 is that of its scene."""


@dataclass(frozen=True, eq=False)
class Scenes:
    """Drawn scenes: P poses, a background colour (P, 3), and noise.

    Attributes:
        poses: position of the mesh, camera and light.
        background: (P, 3) colour behind the object.
        noise: (P,) standard deviation of the noise.
        seed: seed of the noise.
    """

    poses: Poses
    background: Tensor
    noise: Tensor
    seed: int


@checked
@dataclass(frozen=True, eq=False)
class RenderedViews:
    """Pictures of an object in random poses; the sample x is its texture (3, height, width).

    t(x) = clip(M x + background + noise z, 0, 1) with `kernels.render`; M depends on the pose. By
    default the rotation is uniform over all rotations, the distance of the camera is 2.5 to 3, the
    shift to each side is within ±0.05, each channel of the background is uniform in [0.1, 1], and
    the noise has a standard deviation of 0 to 0.1.

    Attributes:
        mesh: the object, around the origin.
        size: (height, width) of the pictures.
        distance: range of the camera's distance > 0, in units of the mesh.
        shift: largest shift in x and in y, in units of the mesh.
        focal_length: in image heights; see `Poses`.
        noise: largest standard deviation of the noise.
        poses: the caller's own poses: a pure function of (seed, count) that returns `count` poses;
            it replaces distance, shift and focal length. None: random ones.

    Raises:
        TypeError: an attribute of the wrong kind.
        ValueError: a range is crossed or out of range.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018,
    supplementary material, table of distributions for the 3D case in simulation (the noise is that
    of the physical case); Shoemake, Uniform random rotations, Graphics Gems III, 1992.
    """

    mesh: Mesh
    size: tuple[int, int]
    distance: tuple[float, float] = (2.5, 3.0)
    shift: Annotated[float, Range(0)] = 0.05
    focal_length: float = 1.0
    noise: Annotated[float, Range(0)] = 0.1
    poses: Callable[[int, int], Poses] | None = None

    def __post_init__(self) -> None:
        if not 0 < self.distance[0] <= self.distance[1]:
            raise ValueError(
                f"distance must be two numbers 0 < low <= high, got {tuple(self.distance)}"
            )
        if not self.focal_length > 0:
            raise ValueError(f"focal_length must be a number above 0, got {self.focal_length}")
        if not all(1 <= side <= 32768 for side in self.size):
            raise ValueError(f"size must hold two numbers from 1 to 32,768, got {self.size}")

    def draw(self, seed: Seed, count: Count) -> Scenes:
        """Return `count` scenes, a pure function of the seed."""
        u = kernels.uniform((count, 10), seed=kernels.fold_in(seed, 0), dtype=torch.float64)
        poses = self._random_poses(u) if self.poses is None else self.poses(seed, count)
        if not isinstance(poses, Poses) or len(poses) != count:
            given = f"{len(poses)}" if isinstance(poses, Poses) else type(poses).__name__
            raise ValueError(f"poses must return {count} Poses, got {given}")
        background, noise = 0.1 + 0.9 * u[:, 6:9], self.noise * u[:, 9]
        return Scenes(poses, background, noise, kernels.fold_in(seed, _NOISE))

    def apply(self, x: Tensor, drawn: Scenes) -> Tensor:
        """Return the pictures (count, 3, height, width) of the object with texture x."""
        if x.ndim != 3 or x.shape[0] != 3:
            raise ValueError(
                "x must hold textures (3, height, width) for these views, got samples of shape "
                f"{tuple(x.shape)}"
            )
        mesh, poses = self.mesh.to(x.device), drawn.poses.to(x.device)
        background = drawn.background.to(x)
        if x.requires_grad and torch.is_grad_enabled():
            # The gradient of `render` would rasterise again.
            seen = kernels.rasterize(mesh, poses, size=self.size).render(x, background=background)
        else:
            seen = kernels.render(x, mesh, poses, size=self.size, background=background)
        z = kernels.normal(tuple(seen.shape), seed=drawn.seed, device=x.device).to(x.dtype)
        return _clipped(seen.add_(z.mul_(drawn.noise.to(x)[:, None, None, None])))

    def _random_poses(self, u: Tensor) -> Poses:
        low, high = self.distance
        shift = self.shift * (2 * u[:, 3:5] - 1)
        away = low + (high - low) * u[:, 5:6]
        return Poses(
            rotation=random_rotations(u[:, :3]),
            translation=torch.cat((shift, away), dim=1),
            focal_length=self.focal_length,
        )


def _clipped(x: Tensor) -> Tensor:
    """Return x.clamp(0, 1), with a gradient that takes one pass instead of four.

    The gradient of `hardtanh` is zero at its bounds, that of `clamp` is not. The bounds are
    therefore the floating-point numbers next to 0 and 1.
    """
    eps, tiny = torch.finfo(x.dtype).eps, torch.finfo(x.dtype).tiny
    clipped = F.hardtanh(x, -tiny * eps, 1.0 + eps)
    with torch.no_grad():
        return clipped.clamp_(0.0, 1.0)


def random_rotations(u: Tensor) -> Tensor:
    """Return rotation matrices (P, 3, 3), uniform over all rotations for u (P, 3) uniform."""
    near, far = (1 - u[:, 0]).sqrt(), u[:, 0].sqrt()
    first, second = 2 * math.pi * u[:, 1], 2 * math.pi * u[:, 2]
    x, y, z, w = near * first.sin(), near * first.cos(), far * second.sin(), far * second.cos()
    entries = (
        *(1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        *(2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        *(2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return torch.stack(entries, dim=1).reshape(-1, 3, 3)
