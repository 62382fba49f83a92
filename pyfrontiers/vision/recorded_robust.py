"""Recorded robust examples: PNG images and curves, which a page shows before a visitor runs one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from PIL import Image

from pyfrontiers.adversarial import AXES, Survival
from pyfrontiers.recording import Recipe, load_record, save_record
from pyfrontiers.vision.classifier import IMAGE_SIZE
from pyfrontiers.vision.labels import find_class
from pyfrontiers.vision.recorded_attacks import original_pixels
from pyfrontiers.vision.robust_examples import EPSILON, RobustExample, robust_example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["RECIPE", "ROBUST_EXAMPLES", "RecordedExample", "recorded_example"]

FOLDER = Path(__file__).with_name("recorded")

ROBUST_EXAMPLES: Final[dict[str, str]] = {"cat": "guacamole", "temple": "ostrich"}
"""Target class by photograph; the first pair is from Athalye et al."""

_IMAGES = ("ordinary", "robust")
_DIGITS = 4


@dataclass(frozen=True, eq=False)
class RecordedExample:
    """A recorded example with its curves.

    Attributes:
        example: the images.
        curves: result of `RobustExample.survival` by axis; probabilities have four digits.
        provenance: provenance of the record.
    """

    example: RobustExample
    curves: dict[str, Survival]
    provenance: Provenance


@cache
def recorded_example(name: str) -> RecordedExample:
    """Read the recorded example of a photograph.

    Args:
        name: a key of `ROBUST_EXAMPLES`.

    Raises:
        ValueError: there is no such example.
        FileNotFoundError: its record is missing.
    """
    if name not in ROBUST_EXAMPLES:
        raise ValueError(f"name must be one of {', '.join(ROBUST_EXAMPLES)}, got {name!r}")
    provenance, about = load_record(FOLDER / f"robust-{name}.json")
    original = np.frombuffer(original_pixels(name), np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
    example = RobustExample(
        truth=about["truth"],
        target=about["target"],
        epsilon=about["epsilon"],
        original=original,
        **_read(FOLDER / f"robust-{name}.png"),
        losses=tuple(about["losses"]),
        seconds=about["seconds"],
    )
    classes = torch.tensor([example.truth, example.target], device="cpu")
    curves = {
        axis: Survival(
            axis=axis,
            values=torch.tensor(curve["values"], dtype=torch.float64, device="cpu"),
            classes=classes,
            probabilities=torch.tensor(curve["probabilities"], dtype=torch.float32, device="cpu"),
            predictions=torch.tensor(curve["predictions"], device="cpu"),
        )
        for axis, curve in about["curves"].items()
    }
    return RecordedExample(example, curves, provenance)


def _read(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Read the two images, which lie next to each other."""
    with Image.open(path) as image:
        both = np.asarray(image.convert("RGB"))
    halves = both[:, :IMAGE_SIZE], both[:, IMAGE_SIZE:]
    return {kind: half.copy() for kind, half in zip(_IMAGES, halves, strict=True)}


def _make(*, name: str, target: int, seed: int, report: Any = None) -> dict[str, Any]:
    """Make an example and its curves."""
    pixels = original_pixels(name)
    example = robust_example(
        pixels=pixels, target=target, epsilon=EPSILON, seed=seed, report=report
    )
    return {"example": example, "curves": {axis: example.survival(axis) for axis in AXES}}


def _runs() -> list[dict[str, Any]]:
    return [
        {"name": name, "target": find_class(target), "seed": 0}
        for name, target in ROBUST_EXAMPLES.items()
    ]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    written = []
    for name, one in zip(ROBUST_EXAMPLES, made, strict=True):
        example: RobustExample = one.result["example"]
        curves = {
            axis: {
                "values": [round(value, 6) for value in curve.values.tolist()],
                "probabilities": _rounded(curve.probabilities.tolist()),
                "predictions": curve.predictions.tolist(),
            }
            for axis, curve in one.result["curves"].items()
        }
        about = {
            **{key: getattr(example, key) for key in ("truth", "target", "epsilon", "seconds")},
            "losses": _rounded(list(example.losses)),
            "curves": curves,
        }
        written.append(save_record(folder / f"robust-{name}.json", one.provenance, about))
        path = folder / f"robust-{name}.png"
        both = np.concatenate([getattr(example, kind) for kind in _IMAGES], axis=1)
        Image.fromarray(both).save(path, optimize=True)
        written.append(path)
    return written


def _rounded(values: list[Any]) -> list[Any]:
    return [
        _rounded(value) if isinstance(value, list) else round(value, _DIGITS) for value in values
    ]


RECIPE = Recipe("Robust adversarial examples of photographs", _make, _runs, _write, FOLDER)
