"""XML captions: TTML and its relatives (DFXP, EBU-TT, IMSC), and YouTube's three forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading, untagged
from pyfrontiers.lecture.transcript.forms.stamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_xml", "read_xml"]

_BEGINNING = re.compile(
    r"\s*(?:<\?xml\b|<(?:!DOCTYPE\s+)?(?:\w+:)?(?:tt|transcript|timedtext)\b)", re.IGNORECASE
)
_UNIT = re.compile(r"(\d+(?:\.\d+)?)(h|m|s|ms|f|t)")
_PER_UNIT = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_BLOCKS = frozenset({"body", "div", "p"})
_NO_WORDS = frozenset({"head", "metadata", "styling", "layout", "title", "desc", "copyright"})


@dataclass(frozen=True, slots=True)
class _Units:
    """Seconds of a frame and of a tick, and of a number without unit in YouTube's attribute t."""

    frame: float
    tick: float


def is_xml(text: str) -> bool:
    """Return whether a file begins like XML captions."""
    return _BEGINNING.match(text) is not None


def read_xml(text: str) -> Reading:
    """Read captions: every innermost element with a time and words.

    Args:
        text: The file's text.

    Returns:
        The captions in order of time.

    Raises:
        ElementTree.ParseError: The XML is damaged or defines entities.

    """
    # Entities that a file defines could grow to gigabytes; no captions need them.
    if re.search(r"<!ENTITY\b", text):
        raise ElementTree.ParseError("entities are defined")
    # The declared encoding no longer holds for decoded text.
    root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    found = list(_timed(root, 0.0, _units(root)))
    found.sort(key=lambda piece: piece.start or 0.0)
    return Reading(tuple(found), is_captions=True)


def _units(root: ElementTree.Element) -> _Units:
    given = {_local(name): value for name, value in root.attrib.items()}
    rate = _positive(given.get("frameRate"), 30.0)
    match = re.fullmatch(r"(\d+)[\s:]+(\d+)", given.get("frameRateMultiplier", ""))
    if match and int(match[1]) and int(match[2]):
        rate *= int(match[1]) / int(match[2])
    sub = _positive(given.get("subFrameRate"), 1.0)
    return _Units(1 / rate, 1 / _positive(given.get("tickRate"), rate * sub))


def _positive(text: str | None, otherwise: float) -> float:
    value = seconds_of(text) if text else None
    return value or otherwise


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _timed(element: ElementTree.Element, since: float, units: _Units) -> Iterator[Piece]:
    """Yield the captions inside an element that begins at ``since``."""
    if not isinstance(element.tag, str) or _local(element.tag) in _NO_WORDS:
        return
    given = {_local(name): value for name, value in element.attrib.items()}
    start = _start(given, units)
    begin = since if start is None else since + start
    inner = [
        piece
        for child in element
        if not (start is not None and _local(child.tag) == "s")
        for piece in _timed(child, begin, units)
    ]
    if inner and (start is None or _words(element).split() == _all_words(inner)):
        yield from inner
    elif start is not None and _words(element).strip():
        yield Piece(untagged(_words(element)).strip(), begin, _end(given, since, begin, units))
    else:
        yield from inner


def _all_words(pieces: list[Piece]) -> list[str]:
    return [word for piece in pieces for word in piece.text.split()]


def _start(given: dict[str, str], units: _Units) -> float | None:
    if "t" in given:  # YouTube, in milliseconds
        return _milliseconds(given["t"])
    for name in ("begin", "start"):
        if name in given:
            return _time(given[name], units)
    return None


def _end(given: dict[str, str], since: float, begin: float, units: _Units) -> float | None:
    if "t" in given:
        length = _milliseconds(given.get("d", ""))
        return None if length is None else begin + length
    if "dur" in given or "duration" in given:
        length = _time(given.get("dur", given.get("duration", "")), units)
        return None if length is None else begin + length
    end = _time(given.get("end", ""), units)
    return None if end is None else since + end


def _milliseconds(text: str) -> float | None:
    return int(text) / 1000 if re.fullmatch(r"\d{1,10}", text) else None


def _time(text: str, units: _Units) -> float | None:
    text = text.strip()
    match = _UNIT.fullmatch(text)
    if match:
        own = {"f": units.frame, "t": units.tick}
        return float(match[1]) * (own.get(match[2]) or _PER_UNIT[match[2]])
    return seconds_of(text, 1 / units.frame)


def _words(element: ElementTree.Element) -> str:
    """Return the words of an element; a line break separates them."""
    parts = [_plain(element.text)]
    for child in element:
        name = _local(child.tag) if isinstance(child.tag, str) else "metadata"
        if name == "br":
            parts.append("\n")
        elif name not in _NO_WORDS:
            words = _words(child)
            parts.append(f"\n{words}\n" if name in _BLOCKS else words)
        parts.append(_plain(child.tail))
    return "".join(parts)


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
