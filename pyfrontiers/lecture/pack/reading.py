"""Reads a lecture pack from its folder, and reports everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.course import Course
from pyfrontiers.lecture.model import Notes, Reference, Section, Slide
from pyfrontiers.lecture.nearest import hint
from pyfrontiers.lecture.pack.markdown import DraftSection, DraftSlide, read_section
from pyfrontiers.lecture.pack.model import Fault, Pack, PackError

__all__ = ["read_pack"]

FILE = "lecture.toml"
LIMIT_BYTES = 2_000_000  # of a text file
_SECTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")
_URL = re.compile(r"\s*(https?://\S+)\s*$")


class _Reader:
    """Collects sections and faults."""

    def __init__(self, folder: Path, labs: Collection[str], figures: Collection[str]) -> None:
        self.folder, self.labs, self.figures = folder, labs, figures
        self.faults: list[Fault] = []
        self.sections: list[Section] = []
        self.found: dict[str, dict[str, Any]] = {"labs": {}, "pictures": {}, "quizzes": {}}
        self.known: set[str] = set()

    def fault(self, file: str, line: int, text: str) -> None:
        self.faults.append(Fault(file, line, text))

    def text(self, name: str) -> str | None:
        """Return the text of a file, or None with a fault."""
        path = self.folder / name
        try:
            if path.stat().st_size > LIMIT_BYTES:
                self.fault(name, 0, f"the file has more than {LIMIT_BYTES:,} bytes")
                return None
            return path.read_text(encoding="utf-8-sig")
        except OSError as error:
            self.fault(name, 0, f"the file cannot be read: {error.strerror or error}")
        except UnicodeDecodeError as error:
            self.fault(name, 0, f"the file must be UTF-8; byte {error.start} is not")
        return None

    def section(self, part: str, slug: str) -> None:
        file = f"{slug}.md"
        text = self.text(file)
        if text is None:
            return
        draft = read_section(text, file)
        self.faults += draft.faults
        if draft.lab:
            lab, line = draft.lab
            if lab in self.labs:
                self.found["labs"][slug] = lab
            else:
                self.fault(file, line, f"there is no lab {lab!r}; {hint(lab, self.labs)}")
        slides = tuple(self.slide(slug, file, slide) for slide in draft.slides)
        self.sections.append(
            Section(
                slug=slug,
                title=draft.title,
                summary=draft.summary,
                facts=_facts(draft),
                slides=slides,
                number=len(self.sections) + 1,
                part=part,
            )
        )

    def slide(self, section: str, file: str, draft: DraftSlide) -> Slide:
        slug = f"{section}-{_slug(draft.title)}".strip("-")
        if slug in self.known:
            self.fault(
                file, draft.line, f"another slide of this section has the title {draft.title!r}"
            )
        self.known.add(slug)
        if draft.figure and draft.figure[0] not in self.figures:
            name, line = draft.figure
            self.fault(file, line, f"there is no figure {name!r}; {hint(name, self.figures)}")
        if draft.picture:
            self.picture(slug, file, *draft.picture)
        if draft.quiz:
            self.found["quizzes"][slug] = draft.questions() if not self.faults else ()
        return Slide(
            slug=slug,
            title=draft.title,
            message=draft.message,
            points=tuple(draft.points),
            equation=draft.equation,
            figure=draft.figure[0] if draft.figure else None,
            references=tuple(map(_reference, draft.sources)),
            builds=draft.builds,
            notes=Notes(**{name: draft.notes.get(name, "") for name in ("say", "ask", "show")}),
        )

    def picture(self, slug: str, file: str, description: str, name: str, line: int) -> None:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            self.fault(file, line, f"the picture {name!r} must be inside the pack's folder")
        elif path.suffix.lower() not in _PICTURES:
            self.fault(file, line, f"the picture {name!r} must be one of {', '.join(_PICTURES)}")
        elif not path.is_file():
            self.fault(file, line, f"the picture {name!r} does not exist")
        else:
            self.found["pictures"][slug] = (path, description)


@checked
def read_pack(folder: Path, *, labs: Collection[str], figures: Collection[str]) -> Pack:
    """Read a lecture pack.

    Args:
        folder: The folder with ``lecture.toml``.
        labs: Slugs of the labs that its sections may name.
        figures: Names of the figures that its slides may name.

    Raises:
        PackError: Something is wrong; it names every fault with its file and line.
    """
    reader = _Reader(folder, labs, figures)
    about = _about(reader)
    course = _course(reader, about)
    parts = _parts(reader, about)
    for part, slugs in parts.items():
        for slug in slugs:
            reader.section(part, slug)
    if reader.faults:
        raise PackError(reader.faults)
    return Pack(
        folder=folder,
        course=course,
        parts=tuple(parts),
        sections=tuple(reader.sections),
        **reader.found,
    )


def _about(reader: _Reader) -> dict[str, Any]:
    text = reader.text(FILE)
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        reader.fault(FILE, int(place[1]) if place else 0, f"the file is not valid TOML: {error}")
        return {}


def _course(reader: _Reader, about: dict[str, Any]) -> Course:
    wanted = {"title": str, "course": str, "lecturers": str, "year": int, "url": str}
    found: dict[str, Any] = {}
    for name, kind in wanted.items():
        value = about.get(name, kind())
        if not isinstance(value, kind) or (name == "title" and about and not value):
            reader.fault(FILE, 0, f"{name} must be {_kind(kind)}, got {value!r}")
            value = kind()
        found[name] = value
    return Course(found["title"], found["course"], found["year"], found["lecturers"], found["url"])


def _kind(kind: type) -> str:
    return "a whole number" if kind is int else "a text"


def _parts(reader: _Reader, about: dict[str, Any]) -> dict[str, list[str]]:
    """Return the names of the parts with their sections' slugs."""
    if not about:
        return {}
    given = about.get("part")
    if not isinstance(given, list) or not given:
        reader.fault(FILE, 0, "a lecture needs at least one part: [[part]] with name and sections")
        return {}
    parts: dict[str, list[str]] = {}
    seen: set[str] = set()
    for place, part in enumerate(given, start=1):
        name, slugs = part.get("name"), part.get("sections")
        if not isinstance(name, str) or not name or name in parts:
            reader.fault(FILE, 0, f"part {place} needs a name that no other part has, got {name!r}")
            continue
        parts[name] = []
        for slug in slugs if isinstance(slugs, list) else []:
            if not isinstance(slug, str) or not _SECTION.fullmatch(slug):
                text = f"a section's name is made of small letters, digits and '-', got {slug!r}"
                reader.fault(FILE, 0, text)
            elif slug in seen:
                reader.fault(FILE, 0, f"the section {slug!r} is listed twice")
            else:
                seen.add(slug)
                parts[name].append(slug)
        if not slugs:
            reader.fault(FILE, 0, f"the part {name!r} has no sections")
    return parts


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "slide"


def _reference(text: str) -> Reference:
    match = _URL.search(text)
    return Reference(text[: match.start()].strip() if match else text, match[1] if match else "")


def _facts(draft: DraftSection) -> str:
    """Return the words of a section, by which a transcript is aligned with it."""
    told = [draft.summary]
    for slide in draft.slides:
        told += [slide.title, slide.message, *slide.points, slide.notes.get("say", "")]
    return " ".join(filter(None, told))
