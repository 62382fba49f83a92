"""Recorded attacks, one for each photograph: the pictures that stand there before anything ran.

Written by ``python -m streamlit_app.labs.adversarial_examples``, read by the page.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pyfrontiers.vision import (
    IMAGE_SIZE,
    PHOTOGRAPHS,
    PhotographAttack,
    attack_photograph,
    classifier,
    find_class,
    photograph,
    prepared_pixels,
)

__all__ = ["FOLDER", "Recorded", "original_pixels", "recorded_attack", "write_recorded_attacks"]

FOLDER = Path(__file__).parent / "recorded"

TARGET, EPSILON, STEPS, SEED = "ostrich", 4 / 255, 20, 0

_NUMBERS = ("target", "epsilon", "linf", "saved_linf", "l2", "ssim", "saved_ssim", "seconds")
_CURVES = ("losses", "probabilities")
_RANKINGS = ("before", "after", "saved_after")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded attack and how it came about: date, version, seed and machine."""

    attack: PhotographAttack
    circumstances: dict[str, Any]


@lru_cache(maxsize=len(PHOTOGRAPHS))
def original_pixels(name: str) -> bytes:
    """Return a shipped photograph as the classifier sees it, 224 x 224 RGB bytes by rows."""
    return prepared_pixels(photograph(name))


@lru_cache(maxsize=len(PHOTOGRAPHS))
def recorded_attack(name: str) -> Recorded:
    """Read the recorded attack on a photograph.

    Args:
        name: A key of `PHOTOGRAPHS`.

    Raises:
        FileNotFoundError: There is no record of it.

    """
    about = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / f"{name}.npz") as arrays:
        stored = {key: arrays[key] for key in ("perturbation", *_RANKINGS)}
    original = np.frombuffer(original_pixels(name), np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
    saved = (original.astype(np.int16) + stored.pop("perturbation")).clip(0, 255).astype(np.uint8)
    fields: dict[str, Any] = stored | {key: about[key] for key in _NUMBERS}
    fields |= {key: tuple(about[key]) for key in _CURVES}
    attack = PhotographAttack(original=original, saved=saved, **fields)
    return Recorded(attack, about["recorded"])


def write_recorded_attacks(folder: Path = FOLDER) -> None:
    """Attack every photograph and keep perturbation, rankings, curves and circumstances."""
    from pyfrontiers.machine import this_machine

    machine = this_machine()
    classifier()  # loaded before the first clock runs
    folder.mkdir(parents=True, exist_ok=True)
    for name in PHOTOGRAPHS:
        found = attack_photograph(
            pixels=original_pixels(name),
            target=find_class(TARGET),
            epsilon=EPSILON,
            steps=STEPS,
            seed=SEED,
        )
        about = {key: getattr(found, key) for key in (*_NUMBERS, *_CURVES)}
        about["recorded"] = {
            "date": datetime.now(UTC).date().isoformat(),
            "version": version("pyfrontiers"),
            "seed": SEED,
            "machine": {"cpu": machine.cpu, "cores": machine.cores},
        }
        text = json.dumps(about, indent=2) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        np.savez_compressed(
            folder / f"{name}.npz",
            perturbation=found.perturbation.astype(np.int8),
            **{key: getattr(found, key) for key in _RANKINGS},
        )
        logging.getLogger(__name__).info("%s: %.4f", name, found.probabilities[-1])
