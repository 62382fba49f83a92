"""Images for the dropout-sampling lab to classify, from clear digits to noise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from pyfrontiers.digits.variants import blend, drawn, erase_lower, rotate
from pyfrontiers.kernels import uniform

if TYPE_CHECKING:
    from torch import Tensor

_BASE = Path(__file__).with_name("base_digits.json")

#: Names of the groups in order of increasing uncertainty.
GROUPS = ("Clear", "Hard to read", "Changed", "Not a digit")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One image to classify.

    Attributes:
        slug: name in URLs and tests.
        title: caption.
        group: one of `GROUPS`.
        label: the digit it shows, or None if there is no correct answer.
        image: (1, 1, 8, 8) float32 in [0, 1].
    """

    slug: str
    title: str
    group: str
    label: int | None
    image: Tensor


@cache
def base_digits() -> dict[str, tuple[int, int, Tensor]]:
    """Read the test digits that the exhibits are made of: name -> (index, label, image).

    They are stored in the package, so that showing them does not load scikit-learn; the index is
    their place in `sklearn.datasets.load_digits()`.
    """
    stored = json.loads(_BASE.read_text(encoding="utf-8"))
    return {
        name: (
            entry["index"],
            entry["label"],
            torch.tensor(entry["pixels"], dtype=torch.float32, device="cpu").reshape(1, 1, 8, 8)
            / 16,
        )
        for name, entry in stored.items()
    }


@cache
def exhibits() -> tuple[Exhibit, ...]:
    """Return all exhibits, at least three per group."""
    base = base_digits()

    def shown(name: str, group: str) -> Exhibit:
        _, label, image = base[name]
        return Exhibit(name, str(label), group, label, image)

    changed = {
        "turned": ("7, turned 60°", 7, rotate(base["seven"][2], 60.0)),
        "blended": ("half 3, half 4", None, blend(base["three"][2], base["four"][2])),
        "erased": ("0, half erased", 0, erase_lower(base["zero"][2], 4)),
    }
    outside = {
        "letter": ("letter A", drawn(*_LETTER)),
        "checkerboard": ("checkerboard", drawn(*(["#.#.#.#.", ".#.#.#.#"] * 4))),
        "noise": ("noise", uniform((1, 1, 8, 8), dtype=torch.float32, seed=12)),
        "blank": ("nothing", torch.zeros(1, 1, 8, 8, dtype=torch.float32, device="cpu")),
    }
    return (
        *(shown(name, GROUPS[0]) for name in ("zero", "three", "four", "seven")),
        *(shown(name, GROUPS[1]) for name in ("hard-first", "hard-second", "hard-third")),
        *(
            Exhibit(slug, title, GROUPS[2], digit, image)
            for slug, (title, digit, image) in changed.items()
        ),
        *(Exhibit(slug, title, GROUPS[3], None, image) for slug, (title, image) in outside.items()),
    )


def exhibit(slug: str) -> Exhibit:
    """Return an exhibit by its slug.

    Args:
        slug: the slug of one of `exhibits()`.

    Raises:
        KeyError: there is no exhibit with that slug.
    """
    for candidate in exhibits():
        if candidate.slug == slug:
            return candidate
    raise KeyError(f"slug must be one of {', '.join(e.slug for e in exhibits())}, got {slug!r}")


_LETTER = (
    "...##...",
    "..+##+..",
    "..#..#..",
    ".+#..#+.",
    ".######.",
    ".#....#.",
    "##....##",
    "##....##",
)
