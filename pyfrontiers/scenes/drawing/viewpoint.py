"""The camera of a scene: where it is, where it looks, and its rays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from pyfrontiers.kernels import Poses
from pyfrontiers.scenes.records import Camera

if TYPE_CHECKING:
    from pyfrontiers.scenes.drawing.samples import Samples
    from pyfrontiers.scenes.layout.draws import Draws
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Array

NEAR = 0.25


class Viewpoint(NamedTuple):
    """A camera in axes x right, y down, z ahead.

    Attributes:
        rotation: (3, 3) from the street's axes to the camera's.
        position: (3,) in the street's axes, in metres.
        focal_length: in image heights.
    """

    rotation: Array
    position: Array
    focal_length: float

    def poses(self, light: Array) -> Poses:
        """Return the pose for the rasteriser, with Lambert's shade of a light.

        It is made without the checks of `Poses`, which take half as long as drawing.
        """
        shift = -self.rotation @ self.position
        towards = self.rotation @ light
        packed = [*self.rotation.flat, *shift, self.focal_length, NEAR, *towards, 0.0, 1.0]
        poses = object.__new__(Poses)
        object.__setattr__(poses, "packed", torch.from_numpy(np.array([packed], np.float64)))
        return poses

    def rays(self, samples: Samples, at: Array) -> Array:
        """Return the (3, n) directions of samples, with z = 1.

        Args:
            samples: the samples of a picture.
            at: (n,) which of them.
        """
        rays = samples.rays.take(at, 1)
        rays[:2] *= np.float32(1 / self.focal_length)
        return rays

    def horizon(self, rows: int) -> float:
        """Return the row of the horizon."""
        forward = self.rotation[2]
        down = self.rotation[1]
        # The direction (0, y, 1) in camera axes that is level in the street's.
        return float(rows / 2 - self.focal_length * rows * forward[1] / down[1])


def draw_camera(draws: Draws, street: Street, height: float | None) -> Camera:
    """Draw a camera on the right lane, at a car driver's height or a little above."""
    drawn = draws.between(1.25, 2.1)
    return Camera(
        focal_length=draws.between(0.95, 1.3),
        height=drawn if height is None else height,
        pitch=math.radians(draws.between(-1.5, 4.0)),
        yaw=math.radians(draws.between(-4.0, 4.0)),
        offset=street.lane * (street.lanes - 0.5) + draws.between(-0.4, 0.4),
    )


def viewpoint(camera: Camera) -> Viewpoint:
    """Return the camera's rotation and position."""
    cos, sin = math.cos(camera.yaw), math.sin(camera.yaw)
    right, ahead = np.array([cos, 0.0, -sin]), np.array([sin, 0.0, cos])
    down = np.array([0.0, 1.0, 0.0])
    cos, sin = math.cos(camera.pitch), math.sin(camera.pitch)
    rotation = np.stack([right, cos * down - sin * ahead, cos * ahead + sin * down])
    return Viewpoint(rotation, np.array([camera.offset, -camera.height, 0.0]), camera.focal_length)
