"""Remove the names of speakers."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.capitals import is_in_capitals

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["without_speakers"]

_CHANGE = re.compile(r"^(?:>>+|[-–—](?=\s|$|[^\W\d_])|»|🎤|:)\s*")
_ROLE = re.compile(
    r"""^(?:\*\*)?\[?
    (?: (?:(?:unknown|guest|female|male)\ )?
        (?:speaker|participant|interviewer|interviewee|voice)[\s_\#]*\w{0,3}
      | (?:professor|instructor|lecturer|presenter|student|audience|moderator|host|narrator|teacher
          |man|woman|announcer|reporter|operator)
        (?:\s(?:member|\d+|[A-Z]))? )
    (?: \]\s*:? | (?:\*\*)?\s*(?::(?:\*\*)?|$) )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# "Pat Example:", "**Pat Example:**", "[Pat Example]", "Dr. P. Example (Guest):"
_LABEL = re.compile(
    r"^(?:\*\*)?(?P<name>[^\s:\d\[\](){}][^:\n\[\]{}]{0,48}?)(?:\*\*)?(?:\s*：|(?:\s*:|\s[-–—])(?:\*\*)?(?:\s+|$))\s*"
)
_IN_BRACKETS = re.compile(r"^[\[(](?P<name>[^\[\]()\n:]{2,40})[\])]\s*:?\s+(?=\S)")
_SHOUTED = re.compile(r"^[A-Z][A-Z.' -]{2,40}:\s*")
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "la", "del", "di", "da", "bin", "al", "el", "of"}
)
_OFTEN, _MAJORITY = 3, 0.5


def without_speakers(texts: Sequence[str], *, are_captions: bool) -> list[str]:
    """Remove marks of a new speaker and names at the start of lines.

    "Speaker 1:", "PROFESSOR:" and names in capitals are always removed. A name such as
    "Pat Example:" is removed if several lines begin with it, or if most pieces begin with such
    names. The same applies to names in capitals in a text in capitals, and to names alone on a
    line.

    Args:
        texts: The text of each piece.
        are_captions: Whether the pieces are captions.

    Returns:
        The same number of texts, with single spaces between words and without empty lines.

    """
    lines = [[_CHANGE.sub("", line.strip()) for line in text.splitlines()] for text in texts]
    lines = [[line for line in piece if re.search(r"\w", line)] for piece in lines]
    capitals = is_in_capitals(texts)
    names = _names(lines, capitals=capitals)
    headers = _headers(lines, are_captions=are_captions)
    result: list[str] = []
    for piece in lines:
        if len(piece) > 1 and piece[0] in headers:
            piece = piece[1:]
        kept = (_spoken(line, names, capitals=capitals) for line in piece)
        result.append("\n".join(" ".join(line.split()) for line in kept if line.strip()))
    return result


def _spoken(line: str, names: frozenset[str], *, capitals: bool) -> str:
    line = _ROLE.sub("", line, count=1)
    if not capitals:
        line = _SHOUTED.sub("", line, count=1)
    for pattern in (_LABEL, _IN_BRACKETS):
        match = pattern.match(line)
        if match is not None and match["name"].strip() in names:
            return line[match.end() :]
    return line


def _label(line: str) -> str | None:
    for pattern in (_LABEL, _IN_BRACKETS):
        match = pattern.match(line)
        if match is not None and _is_name(match["name"].strip()):
            return match["name"].strip()
    return None


def _is_name(name: str) -> bool:
    """Whether it could be a name: up to five words, each capitalised or in a caseless script."""
    # The chat of a meeting: "From Pat Example to Everyone"
    name = re.sub(r"^From\s+(.+?)(?:\s+to\s+.+)?$", r"\1", name)
    words = re.sub(r"\s*\([^()]*\)$", "", name).split()
    return 0 < len(words) <= 5 and all(
        not word[:1].islower() or word in _PARTICLES or "@" in word for word in words
    )


def _names(lines: Sequence[Sequence[str]], *, capitals: bool) -> frozenset[str]:
    """Return the labels that are names of speakers."""
    counts = Counter(name for piece in lines for line in piece if (name := _label(line)))
    labelled = sum(bool(piece) and _label(piece[0]) is not None for piece in lines)
    filled = sum(map(bool, lines))
    if labelled >= max(_OFTEN, _MAJORITY * filled) and 2 * len(counts) <= labelled:
        return frozenset(counts)
    # "Question: ..." may begin three sentences, so a single word must occur more often; in captions
    # in capitals, colons only follow names.
    return frozenset(
        name
        for name, count in counts.items()
        if count >= (_OFTEN if capitals or len(name.split()) > 1 else max(2 * _OFTEN, 0.2 * filled))
    )


def _headers(lines: Sequence[Sequence[str]], *, are_captions: bool) -> frozenset[str]:
    """Return first lines that recur above the words of most pieces."""
    first = Counter(piece[0] for piece in lines if len(piece) > 1 and _is_name(piece[0]))
    often = {
        line: count
        for line, count in first.items()
        if count >= _OFTEN and not re.search(r"[.!?,;:]$", line)
    }
    total = sum(bool(piece) for piece in lines)
    share = _MAJORITY if are_captions else 0.3
    return frozenset(often) if sum(often.values()) >= share * total else frozenset()
