"""The lecture that this package follows: its course and year."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COURSE", "Course"]


@dataclass(frozen=True, slots=True)
class Course:
    """Where a lecture was given.

    Attributes:
        lecture: Title of the lecture.
        name: Number or name of the course.
        year: When it was given.
        lecturers: Names, as in a sentence; empty if not known.
        url: Address of the course; empty if not known.
    """

    lecture: str
    name: str
    year: int
    lecturers: str = ""
    url: str = ""


COURSE = Course(
    lecture="Deep Learning Limitations and New Frontiers",
    name="MIT 6.S191",
    year=2019,
)
