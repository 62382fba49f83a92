"""Patterns of lines with a timestamp."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyfrontiers.lecture.transcript.forms.stamps import CLOCK, SECONDS, SPOKEN, seconds_of

__all__ = [
    "Stamped",
    "is_name",
    "number_of_line",
    "split_inline",
    "stamp_at_end",
    "stamp_of_line",
    "words_below",
]

_OPEN, _CLOSE = r"[\[(<{【（［*_`|]", r"[\])>}】）］*_`|]"
_COMPACT = (
    rf"(?:{CLOCK}|{SECONDS}|\d{{1,3}}m\ ?\d{{1,2}}s|\d{{1,2}}h\ ?\d{{1,2}}m(?:\ ?\d{{1,2}}s)?"
    r"|PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?|\d{1,3}['′]\s?[0-5]\d(?:\"|″|''))"
)
_LINK = r"\((?:https?:|#)[^()\s]*\)"
_BEFORE = r"[^\w\[({<【（［*_`|]{0,6}(?:\d{1,4}[.)]\s+)?"
_WORD = r"(?:(?:at|time|start|from|begin|timestamp|timecode|tc?)\b\s*[=:+]?\s*|@\s*)?"
_DATE = r"(?P<date>\d{4}[-/.]\d{2}[-/.]\d{2}(?:T|,?\s+)|\d{1,2}[./]\d{1,2}[./]\d{4},?\s+)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})?"
_UNTIL = rf"(?:(?:\s*(?:[-–—/>,~|\s]|to|bis)\s*{_OPEN}*|\s*{_OPEN}+)\s*{CLOCK}\s*{_CLOSE}*)?"
_NAME = r"(?P<name>[^\[\](){}<>\n]{1,60}?)"
# Copied from a video site's transcript panel: clock time, the same time in words, and the text.
_IN_WORDS = (
    # A unit includes its s: the words after "5 seconds" in "5 seconds later" are not "s later".
    r"(?P<spoken>(?:\d+ hour(?:s|(?!s))(?:, )?)?(?:\d+ minute(?:s|(?!s))(?:, )?)?"
    r"(?:\d+ second(?:s|(?!s)))?)",
    rf"(?P<spoken>{SPOKEN})",
)
_GLUED = tuple(
    re.compile(rf"^\s*(?P<stamp>\d{{1,2}}(?::\d{{2}}){{1,2}}?)\s*{said}(?P<rest>.*)$", re.I)
    for said in _IN_WORDS
)
# Some browsers put the clock on a separate line when the panel is copied.
_BELOW = tuple(re.compile(rf"^\s*{said}(?P<rest>[^\W\d_].*)$", re.I) for said in _IN_WORDS)
# In the order in which they are tried on a line.
_PATTERNS = (
    re.compile(rf"^\s*{_OPEN}*\s*(?P<stamp>{SPOKEN}|{CLOCK})\s*{_CLOSE}*\s*[:.]?\s*$", re.I),
    re.compile(
        rf"^{_BEFORE}{_WORD}{_DATE}"
        rf"(?:{_OPEN}+\s*(?P<stamp>{_COMPACT}|{SPOKEN})\s*{_CLOSE}+(?:{_LINK}[*_]*)?:?"
        rf"|(?P<bare>{_COMPACT})(?(date){_ZONE})(?=[\s:–—|,;>/-]|$)"
        rf"|(?P<units>{SPOKEN})(?=\s?[:|]\s)){_UNTIL}"
        r"(?:\s*[^\w\s'\"“‘(\[{<¿¡♪♫*]+(?=\s|[^\W\d])|\s*[-–—:|]+$)?\s*(?P<rest>.*)$",
        re.I,
    ),
    re.compile(
        rf"^{_NAME}\s*[-–—|,:(\[\s]\s*{_OPEN}*\s*(?P<stamp>{CLOCK}|{SPOKEN})\s*{_CLOSE}*\s*:?\s*$",
        re.I,
    ),
    re.compile(
        rf"^{_NAME}\s*:?\s*{_OPEN}+\s*(?P<stamp>{CLOCK})\s*{_CLOSE}+\s*[:\-–—]?\s*(?P<rest>.*)$"
    ),
    # The chat of a meeting: the name in brackets, and the time of day.
    re.compile(rf"^\[(?P<meeting>[^\[\]\n]{{1,60}})\]\s*(?P<stamp>{CLOCK})\s*(?P<rest>.*)$"),
)
_INLINE = re.compile(rf"[\[(<]\s*(?P<stamp>{CLOCK})\s*[\])>](?:(?<=\]){_LINK})?")
_AT_END = re.compile(
    rf"(?<=[\s\[(<])\s*{_OPEN}{{0,3}}\s*(?P<stamp>{CLOCK})\s*{_CLOSE}{{0,3}}(?:{_LINK})?\s*$"
)
_NUMBER = re.compile(
    r"^\s*(?:[\[(<{|]\s*(?:t\s?[=:]\s?)?(?P<one>\d+(?:\.\d+)?)\s?s?\s*[\])>}|]"
    r"|(?P<two>\d+\.\d+)|(?:t|start|time|at)\s?[=:]\s?(?P<three>\d+(?:\.\d+)?))"
    r"(?:\s*[:|,;>-]+)?\s+(?P<rest>\S.*)$",
    re.I,
)
#: Maximum length in characters of a stamp after the words, including its link.
_LONGEST_END = 160
_PARTICLES = frozenset({"de", "van", "von", "der", "la", "of", "del"})
#: If the first stamp is later than this, the stamps are times of day.
_LATE = 7200.0


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamp, the words after it, and whether it is a time of day."""

    start: float
    words: str
    is_of_day: bool = False


def stamp_of_line(line: str, rate: float) -> Stamped | None:
    """Find the stamp of a line: alone, before the words, or after or below a name.

    Args:
        line: One line.
        rate: Frames per second.

    Returns:
        The stamp and the words after it, without the name; ``None`` if the line has no stamp there.

    """
    for pattern in _GLUED:
        if (match := pattern.match(line)) and match["spoken"]:
            start = seconds_of(match["stamp"], rate)
            if start is not None and start == seconds_of(match["spoken"], rate):
                return Stamped(start, match["rest"].strip())
    for pattern in _PATTERNS:
        match = pattern.match(line)
        if match is None:
            continue
        groups = match.groupdict()
        if groups.get("name") is not None and not is_name(groups["name"]):
            continue
        stamp = groups["stamp"] or groups["bare"] or groups["units"]
        start = seconds_of(re.sub(r"['′]\s?(\d+).*", r":\1", stamp), rate)
        if start is None:
            continue
        of_day = bool(groups.get("date")) or re.search(r"[AaPp]\.?[Mm]", stamp) is not None
        late = groups.get("meeting") is not None and start >= _LATE
        rest = (groups.get("rest") or "").strip()
        # A row of a Markdown table ends with a bar.
        rest = rest.rstrip("| ") if line.lstrip().startswith("|") else rest
        return Stamped(start, rest, of_day or late)
    return None


def words_below(line: str, start: float) -> str | None:
    """Return the words of a line that begins by spelling out the time above it, else ``None``."""
    for pattern in _BELOW:
        match = pattern.match(line)
        if match and match["spoken"] and seconds_of(match["spoken"]) == start:
            return match["rest"].strip()
    return None


def split_inline(line: str, rate: float) -> list[tuple[float | None, str]]:
    """Split a line at stamps in brackets; the words before the first have none."""
    result: list[tuple[float | None, str]] = []
    at, start = 0, None
    for match in _INLINE.finditer(line):
        if match.start() or result:
            result.append((start, line[at : match.start()].strip()))
        at, start = match.end(), seconds_of(match["stamp"], rate)
    return [*result, (start, line[at:].strip())]


def stamp_at_end(line: str, rate: float) -> Stamped | None:
    """Find a stamp after the words of a line."""
    match = _AT_END.search(line, max(len(line) - _LONGEST_END, 0))
    start = None if match is None else seconds_of(match["stamp"], rate)
    words = "" if match is None else line[: match.start()].strip(" [(<*_`")
    return None if start is None or not re.search(r"\w", words) else Stamped(start, words)


def number_of_line(line: str) -> tuple[str, str] | None:
    """Find a number in brackets, with decimals, or after "t=", and the words after it."""
    match = _NUMBER.match(line)
    return (
        None if match is None else (match["one"] or match["two"] or match["three"], match["rest"])
    )


def is_name(name: str) -> bool:
    """Whether a text before a stamp is a name and not part of a sentence."""
    words = name.strip(" *_:-–—|>#").split()
    return 0 < len(words) <= 6 and all(
        not word[:1].islower() or word in _PARTICLES for word in words
    )
