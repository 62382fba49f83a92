"""Timestamps of an unknown form, recognised because every line repeats the form."""

from __future__ import annotations

import re
from collections import Counter

from pyfrontiers.lecture.transcript.forms.stamps import CLOCK, SPOKEN, seconds_of

__all__ = ["template_lines"]

_STAMP = re.compile(
    rf"(?:{CLOCK}|(?<!\d)\d{{1,2}}(?P<mark>[._-])\d{{2}}(?P=mark)\d{{2}}(?!\d)|{SPOKEN}(?!\d)"
    r"|(?<==)\d+(?:\.\d+)?(?![\w.:])|(?<== )\d+(?:\.\d+)?(?![\w.:]))",
    re.IGNORECASE,
)
_WHERE, _LEAST, _MOST = 80, 3, 0.8
#: Characters that may end the constant text between a stamp and the words.
_LAST = re.compile(r"^.*[^\w\s]", re.DOTALL)


def template_lines(lines: list[str], rate: float) -> list[tuple[float | None, str]] | None:
    """Read lines that have a stamp at the same position, between the same characters.

    Examples are ``{{time: 0:05}} words`` and ``start=5 end=7 text=words``. Apart from digits, the
    text around the first stamp must be the same in four of five lines.

    Args:
        lines: The lines of a text.
        rate: Frames per second.

    Returns:
        For each line its time and words, or no time and the whole line; ``None`` if there is no
        such form.

    """
    filled = [line.strip() for line in lines if line.strip()]
    found = [_STAMP.search(line[:_WHERE]) for line in filled]
    shapes = [
        None if match is None else _shape(line[: match.start()])
        for line, match in zip(filled, found, strict=True)
    ]
    counts = Counter(shape for shape in shapes if shape is not None)
    if not counts:
        return None
    shape, count = counts.most_common(1)[0]
    if count < max(_LEAST, _MOST * len(filled)):
        return None
    rests = [
        line[match.end() :]
        for line, match, own in zip(filled, found, shapes, strict=True)
        if match is not None and own == shape
    ]
    constant = _LAST.match(_common_start([_shape(rest) for rest in rests]))
    between = re.compile(re.escape(constant[0]).replace("0", r"\d+") if constant else "")
    result: list[tuple[float | None, str]] = []
    for line, match, own in zip(filled, found, shapes, strict=True):
        start = None if match is None or own != shape else _seconds(match, rate)
        if match is None or start is None:
            result.append((None, line))
            continue
        rest = line[match.end() :]
        after = between.match(rest)
        result.append((start, rest[after.end() if after else 0 :].strip()))
    return result


def _common_start(texts: list[str]) -> str:
    first, last = min(texts), max(texts)
    size = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: min(len(first), len(last)) if size is None else size]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _seconds(match: re.Match[str], rate: float) -> float | None:
    text = match[0]
    return seconds_of(text.replace(match["mark"], ":") if match["mark"] else text, rate)
