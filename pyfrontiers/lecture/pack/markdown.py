"""Reads one section of a pack: a Markdown file, line by line.

Each kind of line has one form, so that a fault can be named with its line. What a slide needs is
checked when the slide ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyfrontiers.lecture.pack.model import Fault, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Called with the line and the sentence of a fault.
    Report = Callable[[int, str], None]

__all__ = ["DraftSection", "DraftSlide", "read_section"]

MOST_POINTS = 7
_FIELD = re.compile(r"(lab|summary|figure|source|quiz|say|ask|show):\s*(.*)", re.IGNORECASE)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_MESSAGE = re.compile(r"\*\*(.+)\*\*")
_ANSWER = re.compile(r"\(([ xX])\)\s+(.+)")
_NOTES = ("say", "ask", "show")


@dataclass(slots=True)
class DraftSlide:
    """A slide while its lines are read.

    Attributes:
        line: Line of its heading.
        title, message, points, builds, equation, figure, sources: As in `Slide`.
        picture: Description, file and line of its picture.
        notes: What to say, ask and show.
        quiz: Questions with their line.
    """

    line: int
    title: str
    message: str = ""
    points: list[str] = field(default_factory=list)
    builds: bool = False
    equation: str | None = None
    figure: tuple[str, int] | None = None
    picture: tuple[str, str, int] | None = None
    sources: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    quiz: list[tuple[int, str, list[str], list[int]]] = field(default_factory=list)

    def questions(self) -> tuple[Question, ...]:
        """Return the questions; only valid ones are left when there was no fault."""
        return tuple(
            Question(text, tuple(answers), right[0]) for _, text, answers, right in self.quiz
        )


@dataclass(slots=True)
class DraftSection:
    """A section while its lines are read.

    Attributes:
        title: Its heading.
        summary: One or two sentences.
        lab: Slug of the lab and its line.
        slides: In order.
        faults: What is wrong so far.
    """

    title: str = ""
    summary: str = ""
    lab: tuple[str, int] | None = None
    slides: list[DraftSlide] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_section(text: str, file: str) -> DraftSection:
    """Read a section.

    Args:
        text: Content of the file.
        file: Its name, for the faults.
    """
    section = DraftSection()

    def fault(line: int, sentence: str) -> None:
        section.faults.append(Fault(file, line, sentence))

    last: str | None = None  # the note that an indented or following line continues
    for number, line in _joined(text, fault):
        if line.startswith("## ") or line == "##":
            section.slides.append(DraftSlide(number, line[3:].strip()))
        elif line.startswith("# ") or line == "#":
            if section.title:
                fault(
                    number, "a file has one heading of its section, '# ...'; slides begin '## ...'"
                )
            section.title = section.title or line[2:].strip()
        elif section.slides:
            last = _slide_line(section.slides[-1], line, number, last, fault)
        else:
            _head_line(section, line, number, fault)
    if not section.title:
        fault(1, "the file must begin with the heading of its section, such as '# Dropout'")
    if not section.slides:
        fault(0, "the section has no slide; a slide begins with '## ' and its title")
    for slide in section.slides:
        _judge(slide, fault)
    return section


def _joined(text: str, fault: Report) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; an equation between ``$$`` is one line."""
    began, parts = 0, [""]
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if began:
            if line.endswith("$$"):
                parts.append(line.removesuffix("$$"))
                yield began, f"$${' '.join(parts).strip()}$$"
                began = 0
            else:
                parts.append(line)
        elif line.startswith("$$") and not (line.endswith("$$") and len(line) > 4):
            began, parts = number, [line.removeprefix("$$")]
        elif line and line != "---" and not line.startswith("<!--"):
            yield number, line
    if began:
        fault(began, "the equation that begins here has no '$$' at its end")


def _head_line(section: DraftSection, line: str, number: int, fault: Report) -> None:
    match = _FIELD.fullmatch(line)
    name = match[1].lower() if match else ""
    if match and name == "summary":
        section.summary = match[2]
    elif match and name == "lab":
        section.lab = (match[2], number)
    elif section.title and not match:
        section.summary = f"{section.summary} {line}".strip()
    else:
        fault(number, f"only 'summary:' and 'lab:' may come before the first slide, got {line!r}")


def _slide_line(
    slide: DraftSlide, line: str, number: int, last: str | None, fault: Report
) -> str | None:
    """Read a line of a slide; return the name of the note that the next line may continue."""
    if match := _FIELD.fullmatch(line):
        return _field(slide, match[1].lower(), match[2], number, fault)
    if line.startswith(("- ", "* ", "+ ")):
        slide.builds |= line.startswith("+ ")
        slide.points.append(line[2:].strip())
    elif line.startswith("$$"):
        if slide.equation is not None:
            fault(number, "a slide has one equation; use \\begin{aligned} for several lines")
        slide.equation = line[2:-2].strip()
    elif match := _PICTURE.fullmatch(line):
        slide.picture = (match[1], match[2], number)
        if not match[1].strip():
            fault(number, "a picture needs a description between the brackets '![...]'")
    elif match := _MESSAGE.fullmatch(line):
        if slide.message:
            fault(number, "a slide has one message, the sentence between '**'")
        slide.message = match[1].strip()
    elif match := _ANSWER.fullmatch(line):
        if not slide.quiz:
            fault(number, "an answer needs a question before it, 'quiz: ...?'")
        else:
            _, _, answers, right = slide.quiz[-1]
            if match[1] != " ":
                right.append(len(answers))
            answers.append(match[2])
    elif last is not None:
        slide.notes[last] += f" {line}"
        return last
    else:
        fault(number, f"the line is neither a point nor a field of a slide: {line[:60]!r}")
    return None


def _field(slide: DraftSlide, name: str, value: str, number: int, fault: Report) -> str | None:
    if name in _NOTES:
        slide.notes[name] = f"{slide.notes.get(name, '')} {value}".strip()
        return name
    if name == "figure":
        slide.figure = (value, number)
    elif name == "source":
        slide.sources.append(value)
    elif name == "quiz":
        slide.quiz.append((number, value, [], []))
    else:
        fault(number, f"'{name}:' belongs to the section, before its first slide")
    return None


def _judge(slide: DraftSlide, fault: Report) -> None:
    """Report what a slide lacks or has too much of."""
    if not slide.title:
        fault(slide.line, "the slide has no title")
    if not slide.message:
        fault(slide.line, "the slide has no message: one sentence between '**'")
    if len(slide.points) > MOST_POINTS:
        fault(slide.line, f"a slide has at most {MOST_POINTS} points, got {len(slide.points)}")
    if slide.figure and slide.picture:
        fault(slide.line, "a slide has a figure or a picture, not both")
    for line, _, answers, right in slide.quiz:
        if len(answers) < 2:
            fault(line, "a question needs at least two answers, '( ) ...' and '(x) ...'")
        elif len(right) != 1:
            fault(line, f"a question needs one right answer, '(x) ...', got {len(right)}")
