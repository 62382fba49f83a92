"""Recorded maps of the temple: written by ``python -m streamlit_app.labs.limitations_summary``."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pyfrontiers.limitations import explanation_check

__all__ = ["FOLDER", "recorded_check", "write_recorded_check"]

FOLDER = Path(__file__).parent / "recorded"
#: Side of a recorded map; the page shows them no larger.
_SIDE = 112


@lru_cache(maxsize=1)
def recorded_check() -> dict[str, Any]:
    """Read the recorded check, as `pyfrontiers.limitations.explanation_check` returns it.

    Raises:
        FileNotFoundError: There is no record.

    """
    found: dict[str, Any] = json.loads((FOLDER / "temple.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / "temple.npz") as arrays:
        found["maps"] = {name: list(arrays[name]) for name in arrays.files}
    return found


def write_recorded_check(folder: Path = FOLDER) -> None:
    """Check the explanations of the temple with one random network, and keep small maps."""
    found = explanation_check(seeds=1, samples=16, seed=0)
    maps = found.pop("maps")
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=2) + "\n"
    (folder / "temple.json").write_text(text, encoding="utf-8")
    small: dict[str, Any] = {
        name: np.stack([_small(one) for one in shown]) for name, shown in maps.items()
    }
    np.savez_compressed(folder / "temple.npz", **small)


def _small(levels: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Halve a map of pixels by averaging; a map of Grad-CAM is smaller already."""
    if max(levels.shape) <= _SIDE:
        return levels
    picture = Image.fromarray(levels)
    return np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX))
