"""Adversarial textures that ship with the package."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypedDict

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.adversarial import HeldOut
from pyfrontiers.arguments import checked
from pyfrontiers.physical.attack import RobustTexture, robust_texture
from pyfrontiers.physical.objects import LEVELS, load_object
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, Recipe, load_record, save_record
from pyfrontiers.vision import find_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.physical.progress import TextureProgress

__all__ = ["RECIPE", "RECORDED", "RecordedTexture", "recorded_texture", "texture_provenance"]

FOLDER = Path(__file__).with_name("recorded")


class RecordedTexture(TypedDict):
    """How a recorded texture is made.

    Attributes:
        name: a key of `OBJECTS`.
        target: name of the target class.
        levels: bound in 8-bit steps.
        stages: number of steps and size of the first one, in 8-bit steps, of attacks that each
            start where the one before ended.
        views_per_step: views in each step.
        seed: seed of the views of the first stage; the others follow it.
    """

    name: str
    target: str
    levels: int
    stages: tuple[tuple[int, float], ...]
    views_per_step: int
    seed: int


RECORDED: Final[Mapping[str, RecordedTexture]] = MappingProxyType(
    {
        "turtle-rifle-32": RecordedTexture(
            name="turtle",
            target="rifle",
            levels=32,
            stages=((1600, 2),),
            views_per_step=24,
            seed=0,
        ),
        "baseball-espresso-32": RecordedTexture(
            name="baseball",
            target="espresso",
            levels=32,
            stages=((900, 2),),
            views_per_step=12,
            seed=0,
        ),
    }
)
"""The recorded textures by name."""

_NUMBERS = ("steps", "views_per_step", "seed", "share_outside")


@checked
def recorded_texture(name: str) -> RobustTexture:
    """Return a recorded texture; its file is read once per process.

    Args:
        name: a key of `RECORDED`.

    Raises:
        ValueError: there is none of this name; the nearest one is suggested.
        FileNotFoundError: it has not been recorded.
    """
    _check(name)
    return _read(name)[0]


@checked
def texture_provenance(name: str) -> Provenance:
    """Return when, where and how long a recorded texture was made."""
    _check(name)
    return _read(name)[1]


def _check(name: str) -> None:
    if name not in RECORDED:
        near = difflib.get_close_matches(name, RECORDED, n=1, cutoff=0.0)
        raise ValueError(
            f"name must be one of {', '.join(RECORDED)}, got {name!r}; did you mean {near[0]!r}?"
        )


@lru_cache(maxsize=len(RECORDED))
def _read(name: str) -> tuple[RobustTexture, Provenance]:
    from PIL import Image

    settings = RECORDED[name]
    provenance, about = load_record(FOLDER / f"{name}.json")
    obj = load_object(settings["name"])
    with Image.open(FOLDER / f"{name}.png") as picture:
        pixels = np.array(picture.convert("RGB"))
    texture = torch.from_numpy(pixels).permute(2, 0, 1).float().contiguous() / LEVELS
    found = RobustTexture(
        texture=texture,
        original=obj.texture,
        target=find_class(settings["target"]),
        epsilon=settings["levels"] / LEVELS,
        evaluation=_held_out(about["evaluation"]),
        classes=obj.classes,
        seconds=float(provenance.seconds or 0.0),
        **{key: about[key] for key in _NUMBERS},
    )
    return found, provenance


def _held_out(stored: dict[str, Any]) -> HeldOut:
    """Return the evaluation of one texture from JSON."""
    counts = {"truth", "predictions", "predictions_before"}
    values: dict[str, Tensor] = {
        name: torch.tensor([value], dtype=torch.long if name in counts else torch.float64)
        for name, value in stored.items()
    }
    return HeldOut(**values)


def make(*, name: str, report: Any = None) -> RobustTexture:
    """Make a recorded texture anew.

    Args:
        name: a key of `RECORDED`.
        report: progress callback of a job.
    """
    settings = RECORDED[name]
    stages = settings["stages"]
    total, before = sum(steps for steps, _ in stages), 0
    found: RobustTexture | None = None
    spent = 0.0
    for number, (steps, step) in enumerate(stages):

        def follow(state: TextureProgress, before: int = before) -> None:
            if report is not None:
                taken = before + state.step
                report(taken / total, f"step {taken} of {total}")

        found = robust_texture(
            load_object(settings["name"]),
            settings["target"],
            epsilon=settings["levels"] / LEVELS,
            steps=steps,
            step=step / LEVELS,
            views_per_step=settings["views_per_step"],
            held_out=1000 if number == len(stages) - 1 else 1,
            start=None if found is None else found.texture,
            seed=settings["seed"] + number,
            progress=follow,
        )
        before += steps
        spent += found.seconds
    assert found is not None
    return replace(found, steps=total, seconds=spent)


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    written = []
    for name, one in zip(RECORDED, made, strict=True):
        written += write(name, one, folder)
    return written


def write(name: str, made: Made, folder: Path) -> list[Path]:
    """Write one recorded texture: the picture, and how it was made and judged."""
    from PIL import Image

    found: RobustTexture = made.result
    evaluation = {key: value[0].tolist() for key, value in vars(found.evaluation).items()}
    about = {key: getattr(found, key) for key in _NUMBERS} | {"evaluation": evaluation}
    record = save_record(folder / f"{name}.json", made.provenance, about)
    picture = folder / f"{name}.png"
    pixels = (found.texture * LEVELS).round().to(torch.uint8).permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(picture, optimize=True)
    return [record, picture]


def _runs() -> list[dict[str, Any]]:
    return [{"name": name} for name in RECORDED]


RECIPE = Recipe("Adversarial textures", make, _runs, _write, FOLDER)
