"""What the network says of a picture, computed once for the same settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from pyfrontiers.depth import fitted_picture, lens_focal_length, predict_depth, trained_depth
from pyfrontiers.depth.overlap import find_overlap
from pyfrontiers.scenes import Weather, occlusion_edges
from streamlit_app.labs.depth_uncertainty.controls import SEED

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.depth import DepthMaps
    from pyfrontiers.depth.overlap import Overlap
    from pyfrontiers.scenes import OcclusionEdges, Scene

__all__ = ["Photograph", "Street", "contour", "overlap", "photograph", "street"]


@dataclass(frozen=True, eq=False)
class Street:
    """A drawn street and its prediction.

    Attributes:
        scene: the truth.
        edges: its occlusion edges.
        maps: the prediction.
        row: the row of the picture through the middle of the moved car.
    """

    scene: Scene
    edges: OcclusionEdges
    maps: DepthMaps
    row: int

    def mean_on(self, mask: Tensor) -> float | None:
        """Return the mean sigma over a mask in 1/m, or None if it is empty."""
        return float(self.maps.sigma[0][mask].mean()) if mask.any() else None


@lru_cache(maxsize=32)
def overlap(number: int) -> Overlap:
    """Return the two cars of a scene.

    Raises:
        LookupError: no car can be moved in front of another.
    """
    found = find_overlap(SEED, number)
    if found is None:
        raise LookupError(f"scene {number} has no car to move in front of another")
    return found


@lru_cache(maxsize=32)
def contour(number: int) -> Tensor:
    """Return the (H, W) mask of the moved car's outline on the other car, at the end of the move.

    It has the pixels on both sides of the outline where depth jumps.
    """
    cars = overlap(number)
    end = cars.at(1.0)
    instances = end.instances
    front, behind = (instances == car.instance for car in (cars.front, cars.behind))
    mask = torch.zeros_like(front)
    for one, other in ((front, behind), (behind, front)):
        beside, above = one[:, 1:] & other[:, :-1], one[1:] & other[:-1]
        mask[:, 1:] |= beside
        mask[:, :-1] |= beside
        mask[1:] |= above
        mask[:-1] |= above
    return mask & occlusion_edges(end.depth, end.classes, instances).mask


@lru_cache(maxsize=64)
def street(number: int, share: float, fog: float, night: float, passes: int) -> Street:
    """Draw a scene and predict its depth."""
    cars = overlap(number)
    one = cars.at(share, Weather(fog=fog, night=night))
    edges = occlusion_edges(one.depth, one.classes, one.instances)
    length = torch.tensor([one.camera.focal_length])
    maps = predict_depth(trained_depth(), one.image[None], samples=passes, focal_lengths=length)
    rows = (one.instances == cars.front.instance).any(1).nonzero()
    row = int(rows.float().quantile(0.3)) if len(rows) else one.depth.shape[0] // 2
    return Street(one, edges, maps, row)


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph as the network sees it.

    Attributes:
        image: (3, 64, 128), the middle of the photograph.
        focal_length: in heights of the image.
    """

    image: Tensor
    focal_length: float

    @classmethod
    def of(cls, whole: Tensor) -> Photograph:
        """Crop and resize a photograph (3, H, W) of a phone."""
        return cls(fitted_picture(whole), lens_focal_length(*whole.shape[1:]))


def photograph(picture: Photograph, passes: int) -> DepthMaps:
    """Predict the depth of a photograph."""
    length = torch.tensor([picture.focal_length])
    return predict_depth(trained_depth(), picture.image[None], samples=passes, focal_lengths=length)
