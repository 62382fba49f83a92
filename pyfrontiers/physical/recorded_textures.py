"""Adversarial textures that ship with the package."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.adversarial import HeldOut
from pyfrontiers.arguments import checked
from pyfrontiers.physical.attack import RobustTexture, judge, robust_texture
from pyfrontiers.physical.objects import LEVELS, TexturedObject, load_object
from pyfrontiers.physical.stages import RECORDED, RecordedTexture, Stage
from pyfrontiers.physical.views import object_views
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, Recipe, load_record, save_record
from pyfrontiers.vision import find_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.physical.progress import TextureProgress

__all__ = [
    "RECIPE",
    "RECORDED",
    "RecordedTexture",
    "Stage",
    "recorded_texture",
    "texture_provenance",
]

FOLDER = Path(__file__).with_name("recorded")


_HELD_OUT = 1000
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


def read_picture(path: Path) -> Tensor:
    """Return a picture as a texture (3, height, width) in [0, 1]."""
    from PIL import Image

    with Image.open(path) as picture:
        pixels = np.array(picture.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1).float().contiguous() / LEVELS


@lru_cache(maxsize=len(RECORDED))
def _read(name: str) -> tuple[RobustTexture, Provenance]:
    settings = RECORDED[name]
    provenance, about = load_record(FOLDER / f"{name}.json")
    obj = load_object(settings["name"])
    found = RobustTexture(
        texture=read_picture(FOLDER / f"{name}.png"),
        original=obj.texture,
        target=find_class(settings["target"]),
        epsilon=settings["stages"][-1].levels / LEVELS,
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
    obj, stages, begun = load_object(settings["name"]), settings["stages"], settings["start"]
    texture = None if begun is None else recorded_texture(begun).texture
    total, before, spent = sum(stage.steps for stage in stages), 0, 0.0
    for number, stage in enumerate(stages, start=0 if begun is None else 1):

        def follow(state: TextureProgress, before: int = before) -> None:
            if report is not None:
                taken = before + state.step
                report(taken / total, f"step {taken} of {total}")

        found = robust_texture(
            obj,
            settings["target"],
            epsilon=stage.levels / LEVELS,
            steps=stage.steps,
            step=stage.step / LEVELS,
            views_per_step=settings["views_per_step"],
            smoothing=settings["smoothing"],
            distance_weight=stage.weight,
            held_out=1,
            start=texture,
            seed=settings["seed"] + number,
            progress=follow,
        )
        texture = found.texture
        before += stage.steps
        spent += found.seconds
    return _judged(replace(found, steps=total, seconds=spent, seed=settings["seed"]), obj)


def _judged(found: RobustTexture, obj: TexturedObject) -> RobustTexture:
    """Return the texture with its evaluation under the held-out views of its seed."""
    pair = (found.original, found.texture)
    views = object_views(obj)
    seen = judge(*pair, found.target, views, count=_HELD_OUT, seed=found.seed)
    return replace(found, evaluation=seen)


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
