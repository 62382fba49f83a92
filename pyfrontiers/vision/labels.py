"""The 1000 classes of ImageNet (ILSVRC 2012) by readable name.

`imagenet_classes.tsv` holds one class a line, in the order of the classifier's outputs: WordNet 3.0
identifier, a short name that is unique among the thousand, and the synonyms that WordNet lists.
The identifiers ascend, because that is how the challenge numbered its classes.

Source: Miller, WordNet: a lexical database for English (1995); Russakovsky et al., ImageNet Large
Scale Visual Recognition Challenge (2015).
"""

from __future__ import annotations

import difflib
from importlib import resources
from typing import Final, NamedTuple

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
"""Name of output i of the classifier at position i; no name occurs twice."""

WORDNET_IDS: Final[tuple[str, ...]] = tuple(entry.wordnet_id for entry in _CLASSES)
"""WordNet 3.0 identifier (`n` and the eight-digit noun offset) of output i."""


def _fold(name: str) -> str:
    """Reduce spelling to what tells two names apart: no case, hyphens or doubled blanks."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


_BY_NAME: Final = {_fold(entry.name): index for index, entry in enumerate(_CLASSES)}


def _index_synonyms() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, entry in enumerate(_CLASSES):
        # "crane (bird)" must also be reached by the bare word, if only to say that it is ambiguous.
        bare = entry.name.split(" (")[0]
        for synonym in {_fold(bare), *map(_fold, entry.synonyms)}:
            found[synonym] = (*found.get(synonym, ()), index)
    return found


_BY_SYNONYM: Final = _index_synonyms()


def find_class(name: str | int) -> int:
    """Return the index of a class from its name, a synonym or its number.

    Args:
        name: a name of `CLASS_NAMES`, one of WordNet's synonyms for it ("dromedary"), either in any
            case and with blanks or hyphens, or an index in [0, 999] as a number or its digits.

    Returns:
        The index in [0, 999].

    Raises:
        ValueError: no class has the name (the message suggests the nearest ones), several have it
            (the message lists them), or the number is outside the range.
    """
    text = str(name).strip()
    if text.lstrip("+-").isdecimal():
        if 0 <= int(text) < len(CLASS_NAMES):
            return int(text)
        raise ValueError(f"class number {text} does not exist; ImageNet's classes are 0 to 999")
    folded = _fold(text)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    matches = _BY_SYNONYM.get(folded, ())
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = " or ".join(f"'{CLASS_NAMES[index]}'" for index in matches)
        raise ValueError(f"class name {text!r} is ambiguous; say {names}")
    raise ValueError(f"class name {text!r} is not one of ImageNet's 1000 classes{_suggest(folded)}")


def _suggest(folded: str) -> str:
    candidates = {**{synonym: found[0] for synonym, found in _BY_SYNONYM.items()}, **_BY_NAME}
    # A word inside a longer name ("shark") is nearer to what was meant than its edit distance says.
    nearest = [known for known in _BY_NAME if folded in known.split()]
    nearest += difflib.get_close_matches(folded, candidates, n=4, cutoff=0.7)
    names = list(dict.fromkeys(CLASS_NAMES[candidates[known]] for known in nearest))[:3]
    if not names:
        return "; pyfrontiers.vision.CLASS_NAMES lists them"
    return f"; did you mean {' or '.join(repr(known) for known in names)}?"
