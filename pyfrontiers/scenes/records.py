"""What a scene consists of: picture, depth, labels, camera, weather and things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyfrontiers.arguments import Share, checked

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Batch", "Camera", "Scene", "Thing", "Weather"]


@checked
@dataclass(frozen=True)
class Weather:
    """Fog, rain and night, each from 0 (none) to 1.

    Attributes:
        fog: 0: clear air; 1: a car is hard to see at 40 m.
        rain: 0: dry; 1: a downpour on a wet road.
        night: 0: day; 1: lit by street lamps, windows and headlights alone.

    Raises:
        TypeError: not a number.
        ValueError: a number outside [0, 1].
    """

    fog: Share = 0.0
    rain: Share = 0.0
    night: Share = 0.0


@dataclass(frozen=True)
class Camera:
    """A pinhole camera above the road.

    Attributes:
        focal_length: in image heights: a point at (x, y, z) in camera axes (right, down, ahead)
            appears at column width / 2 + focal_length height x / z, and rows likewise.
        height: above the road, in metres; NaN if unknown.
        pitch: how far the optical axis points below the horizon, in radians; NaN if unknown.
        yaw: how far it points right of the street's direction, in radians; NaN if unknown.
        offset: right of the road's centre line, in metres; NaN if unknown.
    """

    focal_length: float
    height: float = float("nan")
    pitch: float = float("nan")
    yaw: float = float("nan")
    offset: float = float("nan")


class Thing(NamedTuple):
    """An object with an instance number.

    Attributes:
        instance: its number in `Scene.instances`; numbers rise with the distance at which things
            were placed. A thing out of view or hidden has a number too.
        kind: its class, such as "car".
        x: metres right of the road's centre line, in the direction of the street.
        z: metres ahead of the camera, along the street.
        heading: where it faces, in radians; 0: ahead, pi: towards the camera.
    """

    instance: int
    kind: str
    x: float
    z: float
    heading: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture of a street with depth and labels at every pixel's centre.

    Attributes:
        image: (3, H, W) float32 RGB in [0, 1].
        depth: (H, W) float32, metres along the optical axis; infinite in the sky, NaN where a data
            set gives none.
        classes: (H, W) int64, positions in `CLASSES`, or `UNKNOWN`.
        instances: (H, W) int64: number of a thing, 0 where there is none, or `UNKNOWN`.
        camera: the camera.
        weather: the weather; None for photographs.
        things: things with their numbers; () for photographs.
        name: where the scene comes from.
    """

    image: Tensor
    depth: Tensor
    classes: Tensor
    instances: Tensor
    camera: Camera
    weather: Weather | None
    things: tuple[Thing, ...]
    name: str

    @property
    def inverse_depth(self) -> Tensor:
        """(H, W) float32, 1 / depth in 1/m: 0 in the sky, NaN where depth was not measured."""
        return self.depth.reciprocal()


@dataclass(frozen=True, eq=False)
class Batch:
    """N scenes of one size.

    Attributes:
        images: (N, 3, H, W), as `Scene.image`.
        depth: (N, H, W), as `Scene.depth`.
        classes: (N, H, W), as `Scene.classes`.
        instances: (N, H, W), as `Scene.instances`.
    """

    images: Tensor
    depth: Tensor
    classes: Tensor
    instances: Tensor

    @property
    def inverse_depth(self) -> Tensor:
        """(N, H, W) float32, 1 / depth: 0 in the sky, NaN where depth was not measured."""
        return self.depth.reciprocal()
