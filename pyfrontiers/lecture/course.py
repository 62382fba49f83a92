"""The lecture that this package follows: its course, lecturers and year."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COURSE", "Course"]


@dataclass(frozen=True, slots=True)
class Course:
    """Where a lecture was given.

    Attributes:
        lecture: Title of the lecture.
        name: Number and name of the course.
        lecturers: Names, as in a sentence.
        year: When it was given.
        url: Address of the course.
    """

    lecture: str
    name: str
    lecturers: str
    year: int
    url: str


COURSE = Course(
    lecture="Deep Learning Limitations and New Frontiers",
    name="MIT 6.S191, Introduction to Deep Learning",
    lecturers="Alexander Amini and Ava Soleimany",
    year=2019,
    url="http://introtodeeplearning.com",
)
