"""Random pictures of an object: poses, light, background and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import torch
from torch import Tensor

from pyfrontiers import kernels
from pyfrontiers.adversarial import RenderedViews
from pyfrontiers.adversarial.rendered import random_rotations
from pyfrontiers.arguments import Count, Range, checked
from pyfrontiers.kernels import Poses
from pyfrontiers.physical.objects import TexturedObject
from pyfrontiers.vision import IMAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["RANGES", "ViewRanges", "object_views", "pose_at", "ranges_of"]

_POSE_STREAM = 2
"""Stream of a view's pose; `RenderedViews` uses 0 and 1 of the same seed."""

FOCAL_LENGTH: Final = 1.3
"""In image heights: a vertical field of view of 42 degrees."""


@checked
@dataclass(frozen=True, slots=True)
class ViewRanges:
    """Ranges of an object's random poses; every number is uniform in its range.

    Attributes:
        distance: of the camera, in units of the mesh; the object fills the picture.
        tilt: angle in radians between the object's z axis and the line of sight, or None for any
            rotation.
        roll: largest rotation of the picture, in radians.
        shift: largest shift to each side, in units of the mesh.
        ambient: light from everywhere.
        diffuse: light from one direction.
    """

    distance: tuple[float, float]
    tilt: tuple[float, float] | None
    roll: float = 0.0
    shift: float = 0.15
    ambient: tuple[float, float] = (0.35, 0.55)
    diffuse: float = 0.65


RANGES: Final[Mapping[str, ViewRanges]] = {
    "turtle": ViewRanges(distance=(3.4, 4.4), tilt=(0.1, 1.1), roll=0.15),
    "baseball": ViewRanges(distance=(3.0, 4.0), tilt=None),
}
"""Ranges by name of the object."""

_ANY = ViewRanges(distance=(3.4, 4.4), tilt=(0.1, 1.1))


def ranges_of(obj: TexturedObject) -> ViewRanges:
    """Return the ranges from which `object_views` draws the poses of an object by default."""
    return RANGES.get(obj.name, _ANY)


@checked
def object_views(
    obj: TexturedObject,
    *,
    size: Count = IMAGE_SIZE,
    ranges: ViewRanges | None = None,
    noise: Annotated[float, Range(0)] = 0.03,
) -> RenderedViews:
    """Return the random views of an object from all sides that its ranges allow.

    Args:
        obj: the object.
        size: height and width of the pictures in pixels.
        ranges: ranges of the poses. Default: `RANGES` for the shipped objects; for others the
            camera looks down on the object from all sides.
        noise: largest standard deviation of the noise.
    """
    chosen = ranges_of(obj) if ranges is None else ranges
    return RenderedViews(obj.mesh, (size, size), noise=noise, poses=_poses(chosen))


@checked
def pose_at(
    turn: float, tilt: float, *, distance: Annotated[float, Range(0)] = 3.8, roll: float = 0.0
) -> Poses:
    """Return one pose, lit from the upper left.

    Args:
        turn: rotation about the object's z axis, in radians.
        tilt: angle between the object's z axis and the line of sight, in radians.
        distance: of the camera, in units of the mesh.
        roll: rotation of the picture, in radians.
    """
    kind: Any = {"dtype": torch.float64, "device": "cpu"}
    angles = (torch.tensor([angle], **kind) for angle in (turn, tilt, roll))
    return Poses(
        _looking_down(*angles),
        torch.tensor([[0.0, 0.0, distance]], **kind),
        focal_length=FOCAL_LENGTH,
        light=(-0.4, -0.6, -1.0),
        ambient=0.45,
        diffuse=0.65,
    )


def _poses(ranges: ViewRanges) -> Callable[[int, int], Poses]:
    def draw(seed: int, count: int) -> Poses:
        own = kernels.fold_in(seed, _POSE_STREAM)
        u = kernels.uniform((count, 12), seed=own, dtype=torch.float64)
        if ranges.tilt is None:
            rotation = random_rotations(u[:, :3])
        else:
            tilt = _between(ranges.tilt, u[:, 1])
            rotation = _looking_down(2 * math.pi * u[:, 0], tilt, ranges.roll * (2 * u[:, 2] - 1))
        sideways = ranges.shift * (2 * u[:, 3:5] - 1)
        away = _between(ranges.distance, u[:, 5:6])
        return Poses(
            rotation,
            torch.cat((sideways, away), dim=1),
            focal_length=FOCAL_LENGTH,
            light=_lights(u[:, 6:8]),
            ambient=_between(ranges.ambient, u[:, 8]),
            diffuse=ranges.diffuse,
        )

    return draw


def _between(ends: tuple[float, float], u: Tensor) -> Tensor:
    return ends[0] + (ends[1] - ends[0]) * u


def _lights(u: Tensor) -> Tensor:
    """Return directions (P, 3) towards lights on the camera's side, mostly above."""
    x, y = 2.0 * (u[:, 0] - 0.5), 2.0 * (u[:, 1] - 0.5) - 0.4
    return torch.stack((x, y, -torch.ones_like(x)), dim=1)


def _looking_down(turn: Tensor, tilt: Tensor, roll: Tensor) -> Tensor:
    """Return rotations (P, 3, 3) that turn about z, tilt away from the camera and roll."""
    one, zero = torch.ones_like(turn), torch.zeros_like(turn)

    def about(angle: Tensor, rows: Callable[[Tensor, Tensor], list[Tensor]]) -> Tensor:
        return torch.stack(rows(angle.cos(), angle.sin()), dim=1).reshape(-1, 3, 3)

    turned = about(turn, lambda c, s: [c, -s, zero, s, c, zero, zero, zero, one])
    tilted = about(-tilt, lambda c, s: [one, zero, zero, zero, c, -s, zero, s, c])
    rolled = about(roll, lambda c, s: [c, -s, zero, s, c, zero, zero, zero, one])
    # The object's z axis points at the camera, whose y runs down and z forward.
    flip = torch.diag(turn.new_tensor([1.0, -1.0, -1.0]))
    return rolled @ flip @ tilted @ turned
