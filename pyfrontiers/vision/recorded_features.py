"""Recorded features of the sample photographs, which pages show before a network is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.vision.features import crops, features, pet_logits
from pyfrontiers.vision.photographs import ANIMALS, MORE_PHOTOGRAPHS, PHOTOGRAPHS, photograph
from pyfrontiers.vision.pixels import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["CROPS", "NAMES", "RECIPE", "Views", "recorded_views"]

FOLDER: Final = Path(__file__).with_name("recorded")
_FILE: Final = "features"

NAMES: Final = (*PHOTOGRAPHS, *MORE_PHOTOGRAPHS, *ANIMALS)
"""The photographs with recorded features."""

CROPS: Final = 8
"""Random crops of each photograph."""


@dataclass(frozen=True, slots=True)
class Views:
    """Features of a photograph.

    Attributes:
        centre: (1280,) of the photograph as `prepare` crops it.
        crops: (8, 1280) of random crops.
        pet_centre: (123,) logits of dogs and cats.
        pet_crops: (8, 123).
    """

    centre: Tensor
    crops: Tensor
    pet_centre: Tensor
    pet_crops: Tensor


def measure_views(name: str) -> tuple[Any, Any]:
    """Compute the features and the logits of dogs and cats of a photograph.

    Args:
        name: One of `NAMES`.

    Returns:
        Arrays (9, 1280) and (9, 123) in half precision, the centre first.

    """
    image = photograph(name)
    images = torch.cat([prepare(image)[None], crops(image, CROPS)])
    found = features(images)
    return found.half().numpy(), pet_logits(found).half().numpy()


@lru_cache(maxsize=1)
def recorded_views() -> dict[str, Views]:
    """Read the recorded features of all photographs.

    Raises:
        FileNotFoundError: the record is missing.

    """
    with np.load(FOLDER / f"{_FILE}.npz") as arrays:
        found, pets = (torch.from_numpy(arrays[key]).float() for key in ("features", "pets"))
        names = [str(name) for name in arrays["names"]]
    return {
        name: Views(one[0], one[1:], pet[0], pet[1:])
        for name, one, pet in zip(names, found, pets, strict=True)
    }


def provenance() -> Provenance:
    """Return how the record came about."""
    return load_record(FOLDER / f"{_FILE}.json")[0]


def _runs() -> list[dict[str, Any]]:
    return [{"name": name} for name in NAMES]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    found = np.stack([one.result[0] for one in made])
    pets = np.stack([one.result[1] for one in made])
    arrays = folder / f"{_FILE}.npz"
    np.savez_compressed(arrays, features=found, pets=pets, names=np.array(NAMES))
    about = {"photographs": len(NAMES), "crops": CROPS}
    return [save_record(folder / f"{_FILE}.json", joint_provenance(made), about), arrays]


RECIPE = Recipe("Features of the photographs", measure_views, _runs, _write, FOLDER)
