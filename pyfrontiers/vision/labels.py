"""Readable names of the 1000 ImageNet classes (ILSVRC 2012).

`imagenet_classes.tsv` has one class per line, in the order of the classifier's outputs: the WordNet
3.0 identifier, a unique short name, and WordNet's synonyms. The identifiers are in ascending order,
because the challenge numbered its classes that way.

Source: Miller, WordNet: a lexical database for English (1995); Russakovsky et al., ImageNet Large
Scale Visual Recognition Challenge (2015).
"""

from __future__ import annotations

import difflib
from importlib import resources
from typing import Final, NamedTuple

from pyfrontiers.arguments import checked

__all__ = ["CLASS_NAMES", "WORDNET_IDS", "find_class"]


class _ImageNetClass(NamedTuple):
    wordnet_id: str
    name: str
    synonyms: tuple[str, ...]


def _read_classes() -> tuple[_ImageNetClass, ...]:
    table = resources.files(__package__).joinpath("imagenet_classes.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines())
    return tuple(
        _ImageNetClass(identifier, name, tuple(filter(None, synonyms.split("|"))))
        for identifier, name, synonyms in rows
    )


_CLASSES: Final = _read_classes()

CLASS_NAMES: Final[tuple[str, ...]] = tuple(entry.name for entry in _CLASSES)
"""The name of the classifier's output i at position i; names are unique."""

WORDNET_IDS: Final[tuple[str, ...]] = tuple(entry.wordnet_id for entry in _CLASSES)
"""The WordNet 3.0 identifier (`n` and an eight-digit noun offset) of output i at position i."""


def _fold(name: str) -> str:
    """Normalise a name: ignore case, and treat hyphens, underscores and spaces alike."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


_BY_NAME: Final = {_fold(entry.name): index for index, entry in enumerate(_CLASSES)}


def _index_synonyms() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, entry in enumerate(_CLASSES):
        # Index "crane (bird)" under "crane" too, so that the bare word is reported as ambiguous.
        bare = entry.name.split(" (")[0]
        for synonym in {_fold(bare), *map(_fold, entry.synonyms)}:
            found[synonym] = (*found.get(synonym, ()), index)
    return found


_BY_SYNONYM: Final = _index_synonyms()


@checked
def find_class(name: str | int) -> int:
    """Return the index of a class, given its name, a synonym or its index.

    Args:
        name: a name in `CLASS_NAMES` or one of its WordNet synonyms ("dromedary"), in any case and
            with spaces, hyphens or underscores; or an index in [0, 999], as an integer or a string.

    Returns:
        The index in [0, 999].

    Raises:
        ValueError: the name is unknown (the message suggests similar names) or ambiguous (the
            message lists the candidates), or the index is out of range.
    """
    text = str(name).strip()
    if text.lstrip("+-").isdecimal():
        if 0 <= int(text) < len(CLASS_NAMES):
            return int(text)
        raise ValueError(f"name must be a class from 0 to {len(CLASS_NAMES) - 1}, got {text}")
    folded = _fold(text)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    matches = _BY_SYNONYM.get(folded, ())
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = " or ".join(f"'{CLASS_NAMES[index]}'" for index in matches)
        raise ValueError(f"name must be that of one class, got {text!r}, which is two; use {names}")
    raise ValueError(f"name must be one of ImageNet's 1000 classes, got {text!r}{_suggest(folded)}")


def _suggest(folded: str) -> str:
    candidates = {**{synonym: found[0] for synonym, found in _BY_SYNONYM.items()}, **_BY_NAME}
    # Names that contain the word ("shark") come first: their edit distance to it is large.
    similar = [known for known in _BY_NAME if folded in known.split()]
    similar += difflib.get_close_matches(folded, candidates, n=4, cutoff=0.7)
    names = list(dict.fromkeys(CLASS_NAMES[candidates[known]] for known in similar))[:3]
    if not names:
        return "; see pyfrontiers.vision.CLASS_NAMES for the list"
    return f"; did you mean {' or '.join(map(repr, names))}?"
