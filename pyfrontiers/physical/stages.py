"""How the textures that ship with the package are made: attacks in stages."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RECORDED", "RecordedTexture", "Stage"]


class Stage(NamedTuple):
    """An attack that starts where the one before ended.

    Attributes:
        steps: number of steps.
        step: size of the first step, in 8-bit steps.
        levels: bound in 8-bit steps.
        weight: λ of the distance in CIELAB; 0 leaves it out.
    """

    steps: int
    step: float
    levels: int
    weight: float = 0.0


class RecordedTexture(TypedDict):
    """How a recorded texture is made.

    Attributes:
        name: a key of `OBJECTS`.
        target: name of the target class.
        start: recorded texture that the first stage starts from, or None for the object's own.
        stages: attacks, one after the other.
        views_per_step: views in each step.
        smoothing: of the gradients, in texels.
        seed: seed of the views of the first attack, that of `start` included; the others follow it.
            The held-out views have this seed, so that all textures are judged in the same views.
    """

    name: str
    target: str
    start: str | None
    stages: tuple[Stage, ...]
    views_per_step: int
    smoothing: float
    seed: int


def _texture(
    name: str,
    target: str,
    *stages: Stage,
    start: str | None = None,
    views_per_step: int = 12,
    smoothing: float = 1.0,
) -> RecordedTexture:
    return RecordedTexture(
        name=name,
        target=target,
        start=start,
        stages=stages,
        views_per_step=views_per_step,
        smoothing=smoothing,
        seed=0,
    )


RECORDED: Final[Mapping[str, RecordedTexture]] = MappingProxyType(
    {
        "turtle-rifle-32": _texture(
            "turtle", "rifle", Stage(1600, 2, 32), views_per_step=24, smoothing=0.0
        ),
        "baseball-espresso-32": _texture("baseball", "espresso", Stage(900, 2, 32), smoothing=0.0),
        "turtle-rifle-25": _texture(
            "turtle",
            "rifle",
            *(Stage(40, 1.5, 29), Stage(50, 1.5, 27), Stage(50, 1.5, 25), Stage(60, 1.5, 24)),
            Stage(360, 1, 25),
            start="turtle-rifle-32",
        ),
        "baseball-espresso-17": _texture(
            "baseball",
            "espresso",
            *(Stage(360, 1, 16), Stage(160, 0.7, 14), Stage(260, 0.8, 16), Stage(120, 0.6, 17)),
            start="baseball-espresso-32",
        ),
        "turtle-rifle-lab": _texture(
            "turtle",
            "rifle",
            *(Stage(40, 1, 32, weight) for weight in (2e-4, 4e-4, 8e-4, 1.6e-3, 3.2e-3)),
            *(Stage(80, 0.7, 32, 2.4e-3), Stage(80, 0.6, 32, 1.2e-3)),
            start="turtle-rifle-32",
        ),
    }
)
"""The recorded textures by name: ε = 32/255, a smaller ε, and a weighted distance."""
