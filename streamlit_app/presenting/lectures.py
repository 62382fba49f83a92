"""Which lecture the deck presents: the built-in one, or a lecture pack."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyfrontiers.lecture import PARTS, SECTIONS
from pyfrontiers.lecture.pack import read_pack
from streamlit_app.labs import labs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.lecture import Section
    from pyfrontiers.lecture.pack import Pack
    from pyfrontiers.lecture.pack.model import Question

__all__ = ["VARIABLE", "Lecture", "built_in", "known_pack", "of_pack", "presented"]

#: Environment variable with the folder of a pack; ``pyfrontiers app --lecture`` sets it.
VARIABLE = "PYFRONTIERS_LECTURE"


@dataclass(frozen=True, slots=True)
class Lecture:
    """What the deck needs of a lecture.

    Attributes:
        title: Its title.
        parts: Names of the parts in order.
        sections: All sections in order.
        labs: Section's slug -> slug of the lab that opens over its slides.
        pictures: Slide's slug -> file and description of its picture.
        quizzes: Slide's slug -> questions for the class.
    """

    title: str
    parts: tuple[str, ...]
    sections: tuple[Section, ...]
    labs: Mapping[str, str]
    pictures: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    quizzes: Mapping[str, tuple[Question, ...]] = field(default_factory=dict)


@cache
def presented() -> Lecture:
    """Return the lecture that this server presents.

    Raises:
        PackError: The pack that the environment names is not valid.
    """
    folder = os.environ.get(VARIABLE)
    return of_pack(known_pack(Path(folder))) if folder else built_in()


def built_in() -> Lecture:
    """Return the lecture of this package; a section's lab has its slug."""
    own = {item.slug: item.slug for item in SECTIONS if item.slug in labs()}
    return Lecture("Limits and new frontiers of deep learning", PARTS, SECTIONS, own)


def of_pack(pack: Pack) -> Lecture:
    """Return the lecture of a pack."""
    return Lecture(
        pack.course.lecture, pack.parts, pack.sections, pack.labs, pack.pictures, pack.quizzes
    )


def known_pack(folder: Path) -> Pack:
    """Read a pack that may name this app's labs and the lecture's figures.

    Raises:
        PackError: Something is wrong with it.
    """
    from pyfrontiers.lecture.figures import names

    return read_pack(folder, labs=labs(), figures=names())
