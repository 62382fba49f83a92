"""Recorded attacks on the sample photographs, which a page shows before a visitor runs one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.recording import Recipe, load_record, save_record
from pyfrontiers.vision.classifier import IMAGE_SIZE
from pyfrontiers.vision.labels import find_class
from pyfrontiers.vision.photograph_attack import PhotographAttack, attack_photograph
from pyfrontiers.vision.photographs import PHOTOGRAPHS, photograph
from pyfrontiers.vision.pixels import prepared_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.recording import Made

__all__ = ["RECIPE", "original_pixels", "recorded_attack"]

FOLDER = Path(__file__).with_name("recorded")

_SETTINGS = {"target": find_class("ostrich"), "epsilon": 4 / 255, "steps": 20, "seed": 0}
_NUMBERS = ("target", "epsilon", "linf", "saved_linf", "l2", "ssim", "saved_ssim", "seconds")
_CURVES = ("losses", "probabilities")
_RANKINGS = ("before", "after", "saved_after")


@lru_cache(maxsize=len(PHOTOGRAPHS))
def original_pixels(name: str) -> bytes:
    """Return a sample photograph as prepared for the classifier: 224 x 224 RGB bytes by rows."""
    return prepared_pixels(photograph(name))


@lru_cache(maxsize=len(PHOTOGRAPHS))
def recorded_attack(name: str) -> tuple[PhotographAttack, Provenance]:
    """Read the recorded attack on a photograph.

    Args:
        name: A key of `PHOTOGRAPHS`.

    Returns:
        The attack and its provenance.

    Raises:
        FileNotFoundError: There is no record of it.

    """
    provenance, about = load_record(FOLDER / f"{name}.json")
    with np.load(FOLDER / f"{name}.npz") as arrays:
        stored = {key: arrays[key] for key in ("perturbation", *_RANKINGS)}
    original = np.frombuffer(original_pixels(name), np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
    saved = (original.astype(np.int16) + stored.pop("perturbation")).clip(0, 255).astype(np.uint8)
    fields: dict[str, Any] = stored | {key: about[key] for key in _NUMBERS}
    fields |= {key: tuple(about[key]) for key in _CURVES}
    return PhotographAttack(original=original, saved=saved, **fields), provenance


def _runs() -> list[dict[str, Any]]:
    return [{"pixels": original_pixels(name), **_SETTINGS} for name in PHOTOGRAPHS]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    written = []
    for name, one in zip(PHOTOGRAPHS, made, strict=True):
        attack: PhotographAttack = one.result
        about = {key: getattr(attack, key) for key in (*_NUMBERS, *_CURVES)}
        written.append(save_record(folder / f"{name}.json", one.provenance, about))
        arrays = folder / f"{name}.npz"
        np.savez_compressed(
            arrays,
            perturbation=attack.perturbation.astype(np.int8),
            **{key: getattr(attack, key) for key in _RANKINGS},
        )
        written.append(arrays)
    return written


RECIPE = Recipe("Attacks on the photographs", attack_photograph, _runs, _write, FOLDER)
