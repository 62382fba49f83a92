"""A lecture pack in memory, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyfrontiers.lecture.course import Course
    from pyfrontiers.lecture.model import Section

__all__ = ["Fault", "Pack", "PackError", "Question"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in a file of a pack.

    Attributes:
        file: The file's name in the pack.
        line: Its line, from 1; 0 for the file as a whole.
        text: A sentence without its full stop.
    """

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.text}"


class PackError(ValueError):
    """A pack cannot be used.

    Attributes:
        faults: Everything that is wrong, in the order of files and lines.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a quiz.

    Attributes:
        text: The question.
        answers: Possible answers.
        right: Position of the right one in `answers`, from 0.
    """

    text: str
    answers: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A lecture.

    Attributes:
        folder: Where it was read from.
        course: Title, course, lecturers, year and address.
        parts: Names of the parts in order.
        sections: All sections in order.
        labs: Section's slug -> slug of the lab that is its experiment.
        pictures: Slide's slug -> file and description of its picture.
        quizzes: Slide's slug -> its questions.
    """

    folder: Path
    course: Course
    parts: tuple[str, ...]
    sections: tuple[Section, ...]
    labs: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, tuple[Path, str]] = field(default_factory=dict)
    quizzes: dict[str, tuple[Question, ...]] = field(default_factory=dict)
