"""Recorded saliency maps of the temple, which a page shows before a visitor computes any."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from pyfrontiers.limitations.interpretability import explanation_check
from pyfrontiers.recording import Recipe, load_record, save_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.recording import Made

__all__ = ["RECIPE", "recorded_check"]

FOLDER = Path(__file__).with_name("recorded")
#: Side of a recorded map in pixels; the page does not show them any larger.
_SIDE = 112


@lru_cache(maxsize=1)
def recorded_check() -> dict[str, Any]:
    """Return the recorded result of `pyfrontiers.limitations.explanation_check`.

    Raises:
        FileNotFoundError: the record is missing.

    """
    _, found = load_record(FOLDER / "temple.json")
    with np.load(FOLDER / "temple.npz") as arrays:
        found["maps"] = {name: list(arrays[name]) for name in arrays.files}
    return found


def _runs() -> list[dict[str, Any]]:
    return [{"seeds": 1, "samples": 16, "seed": 0}]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (one,) = made
    content = {name: value for name, value in one.result.items() if name != "maps"}
    small: dict[str, Any] = {
        name: np.stack([_small(each) for each in shown])
        for name, shown in one.result["maps"].items()
    }
    written = [save_record(folder / "temple.json", one.provenance, content), folder / "temple.npz"]
    np.savez_compressed(written[1], **small)
    return written


def _small(levels: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Halve a map by averaging, unless it is already small, like those of Grad-CAM."""
    if max(levels.shape) <= _SIDE:
        return levels
    picture = Image.fromarray(levels)
    return np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX))


RECIPE = Recipe("Explanations of the temple", explanation_check, _runs, _write, FOLDER)
