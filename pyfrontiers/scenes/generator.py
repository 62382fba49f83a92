"""Street scenes by number: the generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, overload

import numpy as np
import torch

from pyfrontiers.arguments import Count, Range, Seed, as_integer, as_number, as_sequence, checked
from pyfrontiers.kernels import rasterize
from pyfrontiers.scenes.drawing.assembly import Assembly, assemble
from pyfrontiers.scenes.drawing.light import draw_light, draw_weather
from pyfrontiers.scenes.drawing.picture import draw_picture
from pyfrontiers.scenes.drawing.viewpoint import draw_camera, viewpoint
from pyfrontiers.scenes.layout.buildings import place_buildings
from pyfrontiers.scenes.layout.draws import Draws
from pyfrontiers.scenes.layout.ground import lay_ground
from pyfrontiers.scenes.layout.planting import place_plants
from pyfrontiers.scenes.layout.street import Street, draw_street
from pyfrontiers.scenes.layout.traffic import draw_things, place_things
from pyfrontiers.scenes.records import Camera, Scene, Thing, Weather

__all__ = ["StreetScenes", "scene"]

Side = Annotated[int, Range(16, 1024)]
CameraHeight = Annotated[float, Range(1, 6)]

_WIDEST, _NEAREST, _FARTHEST = 30.0, 4.0, 120.0
"""Where things may be moved to, in metres."""


@checked
def scene(
    seed: Seed,
    index: Seed,
    *,
    height: Side = 64,
    width: Side = 128,
    weather: Weather | None = None,
    camera_height: CameraHeight | None = None,
    move: Mapping[int, tuple[float, float]] | None = None,
) -> Scene:
    """Return a street scene with exact depth, classes and instances.

    The scene is made of triangles, which `kernels.rasterize` draws twice: for depth and labels at
    the centre of each pixel, and for the picture at two points in each pixel. A pixel's depth,
    class and instance therefore belong to the same surface, the nearest one on the ray.

    Args:
        seed: seed of a set of scenes, 0 <= seed < 2^64.
        index: number of the scene in the set, 0 <= index < 2^64.
        height: rows, 16 to 1024.
        width: columns, 16 to 1024.
        weather: the weather; drawn if None. It changes the picture alone.
        camera_height: metres above the road, 1 to 6; drawn from 1.25 to 2.1 if None. Nothing else
            depends on it.
        move: new places (x, z) of things, by instance number, in metres: x from -30 to 30 right of
            the road's centre line, z from 4 to 120 ahead of the camera.

    Returns:
        A scene: a pure function of the arguments, bit-identical for any number of threads.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument out of range, or a number in `move` that no thing has.

    Source:
        Kendall, Gal, Cipolla, Multi-task learning using uncertainty to weigh losses for scene
        geometry and semantics, CVPR 2018, for the choice of labels.
    """
    built = build(seed, index, camera_height=camera_height, move=move or {})
    sky = Draws(seed, index, "weather")
    drawn = draw_weather(sky)
    weather = drawn if weather is None else weather
    light = draw_light(sky, weather)
    view = viewpoint(built.camera)
    poses = view.poses(light.direction)
    exact = rasterize(built.assembly.mesh, poses, size=(height, width))
    face = exact.face[0].numpy().astype(np.intp)
    noise = Draws(seed, index, "noise").seed
    return Scene(
        draw_picture(built.assembly, built.street, poses, view, light, (height, width), noise),
        exact.depth[0],
        torch.from_numpy(built.assembly.classes.take(face)),
        torch.from_numpy(built.assembly.instances.take(face)),
        built.camera,
        weather,
        built.things,
        f"scene {seed} {index}",
    )


class Built(NamedTuple):
    """A scene before it is drawn.

    Attributes:
        street: the street.
        assembly: the triangles and what they are.
        camera: the camera.
        things: the things with their numbers.
    """

    street: Street
    assembly: Assembly
    camera: Camera
    things: tuple[Thing, ...]


def build(
    seed: int, index: int, *, camera_height: float | None, move: Mapping[int, tuple[float, float]]
) -> Built:
    """Draw the street and what stands on it, with arguments as in `scene`."""
    street = draw_street(Draws(seed, index, "street"))
    movers = draw_things(street, Draws(seed, index, "things"))
    things = place_things(street, movers, _checked_moves(move, len(movers)))
    placed = [
        *things,
        *place_buildings(street, Draws(seed, index, "buildings")),
        *place_plants(street, Draws(seed, index, "plants")),
    ]
    placed.sort(key=lambda one: one.position[2])
    return Built(
        street,
        assemble(street, lay_ground(street), placed),
        draw_camera(Draws(seed, index, "camera"), street, camera_height),
        tuple(
            Thing(one.instance, one.kind, one.position[0], one.position[2], one.heading)
            for one in things
        ),
    )


def _checked_moves(move: Mapping[Any, Any], count: int) -> dict[int, tuple[float, float]]:
    moves = {}
    for key, place in move.items():
        number = as_integer("move", key)
        if not 1 <= number <= count:
            raise ValueError(
                f"move must have instance numbers from 1 to {count} for this scene, got {number}"
            )
        pair = as_sequence(f"move[{number}]", place)
        if len(pair) != 2:
            raise ValueError(f"move[{number}] must be a pair (x, z), got {len(pair)} numbers")
        x = as_number(f"x of move[{number}]", pair[0], least=-_WIDEST, most=_WIDEST)
        z = as_number(f"z of move[{number}]", pair[1], least=_NEAREST, most=_FARTHEST)
        moves[number] = (x, z)
    return moves


@checked
class StreetScenes(Sequence[Scene]):
    """The scenes of one seed as a sequence: scene i is `scene(seed, first + i)`.

    Scenes are made when they are asked for and not kept.

    Args:
        seed: seed of the scenes.
        count: number of scenes.
        first: number of the first one, so that training and test scenes differ.
        height: as in `scene`.
        width: as in `scene`.
        weather: as in `scene`.
        camera_height: as in `scene`.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument out of range.
    """

    def __init__(
        self,
        seed: Seed,
        count: Count,
        *,
        first: Annotated[int, Range(0, 1 << 62)] = 0,
        height: Side = 64,
        width: Side = 128,
        weather: Weather | None = None,
        camera_height: CameraHeight | None = None,
    ) -> None:
        self.seed, self.first = seed, first
        self._numbers = range(first, first + count)
        self._options: dict[str, Any] = {
            "height": height,
            "width": width,
            "weather": weather,
            "camera_height": camera_height,
        }

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Scene: ...
    @overload
    def __getitem__(self, index: slice) -> list[Scene]: ...
    def __getitem__(self, index: int | slice) -> Scene | list[Scene]:
        """Return a scene, or the scenes of a slice."""
        if isinstance(index, slice):
            return [scene(self.seed, number, **self._options) for number in self._numbers[index]]
        return scene(self.seed, self._numbers[index], **self._options)
