"""What a network says of a street, computed once for the same settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pyfrontiers.multitask import (
    boundary_counts,
    centroid_offsets,
    f_score,
    predict_tasks,
    trained_tasks,
)
from pyfrontiers.scenes import Weather, scene
from streamlit_app.labs.multi_task_uncertainty.controls import SEED

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.multitask import TaskMaps, TaskNet
    from pyfrontiers.scenes import Scene

__all__ = ["Reading", "read_scene", "reading", "street"]

_HEIGHT, _WIDTH, _CAMERA = 48, 96, 1.5


@dataclass(frozen=True, eq=False)
class Reading:
    """A network's outputs for a street, and their errors; None without the head.

    Attributes:
        scene: the truth.
        maps: the outputs.
        wrong: share of the pixels with a wrong class, 0 to 1.
        boundary_f: F-score of the boundaries between classes, 0 to 1.
        offset: mean error of the vectors to the centroids over the pixels of things, in pixels.
        depth: mean error of inverse depth, in 1/m.
    """

    scene: Scene
    maps: TaskMaps
    wrong: float | None
    boundary_f: float | None
    offset: float | None
    depth: float | None


@lru_cache(maxsize=64)
def street(number: int, fog: float, night: float) -> Scene:
    """Draw a street at the size that the networks were trained for."""
    return scene(
        SEED,
        number,
        height=_HEIGHT,
        width=_WIDTH,
        weather=Weather(fog=fog, night=night),
        camera_height=_CAMERA,
    )


@lru_cache(maxsize=256)
def reading(network: str, number: int, fog: float, night: float) -> Reading:
    """Return a shipped network's outputs for a street."""
    return read_scene(trained_tasks(network), street(number, fog, night))


def read_scene(model: TaskNet, one: Scene) -> Reading:
    """Return any network's outputs for a street.

    Without a head for classes, instances are found where the things truly are.
    """
    alone = None if "classes" in model.tasks else (one.instances > 0)[None]
    maps = predict_tasks(model, one.image[None], things=alone)
    wrong = boundary = offset = depth = None
    if maps.classes is not None:
        wrong = float((maps.classes[0] != one.classes).float().mean())
        boundary = f_score(boundary_counts(maps.classes, one.classes[None]))
    if maps.offsets is not None:
        offset = _mean_error(maps.offsets[0], centroid_offsets(one.instances))
    if maps.inverse_depth is not None:
        depth = _mean_error(maps.inverse_depth[0], one.inverse_depth)
    return Reading(one, maps, wrong, boundary, offset, depth)


def _mean_error(found: Tensor, truth: Tensor) -> float | None:
    known = ~truth.isnan()
    return float((found - truth)[known].abs().mean()) if known.any() else None
