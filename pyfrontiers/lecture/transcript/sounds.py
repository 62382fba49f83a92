"""Remove descriptions of sounds from captions: [Music], (applause), *laughs*, musical notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfrontiers.lecture.transcript.capitals import is_in_capitals

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["without_sounds"]

# Sounds, as captions in these languages write them.
_UNMISTAKABLE = (
    r"music\w*|laughter|(?:laugh|chuckl|giggl|snicker|cheer|cough|sneez|sigh|sniff|gasp)(?:e?s|ing)?"
    r"|applau\w*|clap(?:s|ping)|inaudible|unintelligible|indistinct\w*|crosstalk|clears? throat"
    r"|blank_audio|musique|músicas?|musi[ck][ak]?\w*|muzy\w*|muzie\w*|müzik|musiik\w*|hudba|zene|rires?"
    r"|risas?|risos?|risate|râsete|lachen|gelächter|gelach|latter|skratt\w*|śmiech\w*|smích|nevetés"
    r"|naurua?|kahkaha\w*|gülüş\w*|tawa|aplau[sz]\w*|applåd\w*|klatsch\w*|beifall|oklask\w*|potlesk"
    r"|taps|alkış\w*|tepuk tangan|vỗ tay|tiếng cười|âm nhạc|hust(?:en|et)|toux|toses?|soupirs?"
)
_KNOWN = (
    r"songs?|(?:whistl|beep|buzz|click|squeak|rustl|knock|murmur|mumbl|whisper|shout|scream|groan"
    r"|sing|speak|play|chim|ring|typ|bark|clack|creak|rumbl|pant|breath|paus)(?:e?s|e?d|ing)"
    r"|hum(?:s|ming)|audience|crowd|silence|noises?|pause|foreign|background|footsteps|static"
    r"|feedback|no audio|audio out|no speech|(?:voice|sound|video|audio)s? \w+"
    r"|(?:end|start|sound)s? of"
    r"|intro|outro|theme|gunshots?|thuds?|bell \w+|door \w+|phone \w+|piano|guitar|bruits?|ruidos?"
    r"|ruídos?|rumor[ei]|silencio|silêncio|geräusche?|stille|jubel|seufz\w*|räusper\w*|geluid\w*"
)
_SURELY = re.compile(rf"(?:\w+ )?(?:{_UNMISTAKABLE})(?: \w+)?", re.IGNORECASE)
_STEM = re.compile(rf"(?<![^\W_])(?:{_UNMISTAKABLE}|{_KNOWN})(?![^\W_])", re.IGNORECASE)
# Words that do not occur in descriptions of sounds.
_SAID = re.compile(
    r"\b(?:i|we|you|he|she|it|they|this|that|these|here|there|is|are|was|be|and|or|but|so|not|no|yes"
    r"|see|can|will|just|my|our|your|if|because|what|how|which|really|the|to|also|for|like)\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(
    r"(?:\[[^\[\]]{0,120}\]|(?<!\w)\([^()]{0,120}\)|【[^【】]{0,120}】|［[^［］]{0,120}］"
    r"|（[^（）]{0,120}）|〔[^〔〕]{0,120}〕|『[^『』]{0,40}』|〈[^〈〉]{0,40}〉|<[^\x00-\x7f]{1,20}>):?"
)
_STARRED = re.compile(
    r"(?<![*\w])(?:([*_~#|]{1,2})(?!\s)([^*_~#|\n]{1,60}?)(?<!\s)\1|\{([^{}\n]{1,60})\})(?![*\w])"
)
# Lyrics are between two note signs, or from one to the end of the line if the second is missing.
_NOTES = "♪♫♬♩🎵🎶"
_SUNG = re.compile(rf"[{_NOTES}]+[^{_NOTES}\n]*[{_NOTES}]+|^[ \t]*[{_NOTES}]+.*|[{_NOTES}]+", re.M)
_MAX_WORDS = 6
# Transcription services mark missing words: [inaudible 00:12:03].
_CLOCK = re.compile(r"(?<=\w)[\s@]+\d{1,2}(?::\d{2}){1,2}$")


def without_sounds(texts: Sequence[str]) -> list[str]:
    """Remove descriptions of sounds.

    Bracketed text is a sound if it is alone on a line and in square or East Asian brackets, in
    capitals or without words of a sentence; if it is in capitals at the beginning or end of a line;
    or if it is a word for a sound in one of twenty languages or in another alphabet. Everything
    else counts as spoken.

    Args:
        texts: The text of each piece.

    Returns:
        The same number of texts, some of them empty.

    """
    capitals = is_in_capitals(texts)
    return [_quiet(text, capitals=capitals) for text in texts]


def _quiet(text: str, *, capitals: bool) -> str:
    if not re.search(rf"[\[(【［（〔『〈<{{*_~#|{_NOTES}]", text):
        return text

    def bracket(match: re.Match[str]) -> str:
        return " " if _is_sound(match, capitals=capitals) else match[0]

    def star(match: re.Match[str]) -> str:
        inner = match[2] or match[3]
        sound = _STEM.match(inner) or _SURELY.fullmatch(inner)
        return " " if sound and len(inner.split()) <= 4 else match[0]

    text = _STARRED.sub(star, text)
    for _ in range(2):  # brackets in brackets
        text = _BRACKETS.sub(bracket, text)
    return re.sub(r"(?<!\S)\*+\s+\*+(?!\S)", " ", _SUNG.sub(" ", text))


def _is_sound(match: re.Match[str], *, capitals: bool) -> bool:
    inner = match[0].rstrip(":")[1:-1].strip()
    inner = _CLOCK.sub("", inner)
    letters = [c for c in inner if c.isalpha()]
    if not letters:
        return not re.search(r"\d", inner)
    if any(note in inner for note in _NOTES) or _SURELY.fullmatch(inner):
        return True
    before, after = _line_around(match)
    alone = not re.search(r"\w", before + after)
    edge = not re.search(r"\w", before) or not re.search(r"\w", after)
    sentence = _SAID.search(inner) is not None
    loud = not capitals and inner.upper() == inner and len(letters) > 1
    marked = loud and (len(inner.split()) > 1 or _STEM.search(inner))
    if not any(c < "\u0250" for c in letters) or (marked and match[0][0] not in "(（"):
        return True
    if len(inner.split()) > _MAX_WORDS:
        return alone and _STEM.match(inner) is not None
    if match[0][0] in "(（":
        spoken = not loud and sentence and not _STEM.match(inner)
        return (alone and not spoken) or bool(edge and marked)
    return alone or bool(_STEM.search(inner)) or (edge and (loud or not sentence))


def _line_around(match: re.Match[str]) -> tuple[str, str]:
    """Return the text before and after a bracket on its lines, without other brackets."""
    text = match.string
    first = text.rfind("\n", 0, match.start()) + 1
    last = text.find("\n", match.end())
    after = text[match.end() : last if last >= 0 else len(text)]
    return _BRACKETS.sub("", text[first : match.start()]), _BRACKETS.sub("", after)
