"""A street in which one car is moved until it covers another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyfrontiers.arguments import Seed, Share, checked
from pyfrontiers.depth.data import AS_TRAINED
from pyfrontiers.scenes import Scene, Thing, Weather, scene

__all__ = ["Overlap", "find_overlap"]

_NEAR, _FAR, _BEYOND = 6.0, 16.0, 40.0
"""Distances in metres: the moving car is between the first two, the other at most at the third."""
_GAP: Final = 1.35
"""Least ratio of their distances."""
_PEEK: Final = 1.1
"""How far the moved car stays beside the other one's middle, in metres: both remain visible."""
_VISIBLE: Final = 40
"""Least number of pixels of the other car at 64 x 128."""


@dataclass(frozen=True)
class Overlap:
    """Two cars of a scene.

    Attributes:
        seed, index: the scene.
        front: the car that moves.
        behind: the car that it covers in the end.
        end: where it stands then, in metres right of the road's centre line.
    """

    seed: int
    index: int
    front: Thing
    behind: Thing
    end: float

    @checked
    def at(self, share: Share, weather: Weather | None = None) -> Scene:
        """Return the scene with the car on its way.

        Args:
            share: 0: where the scene has it; 1: in front of the other car.
            weather: the weather; that of the training if None.
        """
        x = self.front.x + share * (self.end - self.front.x)
        changed = {} if weather is None else {"weather": weather}
        return scene(
            self.seed,
            self.index,
            move={self.front.instance: (x, self.front.z)},
            **AS_TRAINED | changed,
        )


@checked
def find_overlap(seed: Seed, index: Seed) -> Overlap | None:
    """Find a near car that can be moved sideways in front of a visible farther one.

    Args:
        seed: seed of the scene.
        index: number of the scene.

    Returns:
        The nearest such car and the largest such other one, or None.
    """
    one = scene(seed, index, **AS_TRAINED)
    cars = [thing for thing in one.things if thing.kind == "car"]

    def pixels(car: Thing) -> int:
        return int((one.instances == car.instance).sum())

    near = [car for car in cars if _NEAR <= car.z <= _FAR and pixels(car) >= _VISIBLE]
    for front in sorted(near, key=lambda car: car.z):
        others = [
            car for car in cars if _GAP * front.z < car.z < _BEYOND and pixels(car) >= _VISIBLE
        ]
        if others:
            behind = max(others, key=pixels)
            # Two cars are in one column if their offsets from the camera are as their distances.
            aligned = one.camera.offset + (behind.x - one.camera.offset) * front.z / behind.z
            side = _PEEK if front.x > aligned else -_PEEK
            return Overlap(seed, index, front, behind, aligned + side)
    return None
