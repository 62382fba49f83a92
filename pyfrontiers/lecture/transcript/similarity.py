"""Similarity of sentences and sections: TF-IDF against a section's slides and facts."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript.tfidf import TfIdf, letter_runs, stop_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["similarities", "word_similarities"]

_SUFFIXES = (
    *("izations", "ization", "ations", "ation", "ingly", "edly", "ities", "ity", "ness"),
    *("ments", "ment", "ing", "ies", "ied", "ed", "es", "ly", "s", "e", "al"),
)
_LETTERS_WEIGHT = 0.5


def word_similarities(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return cosines between texts and sections over stemmed words and word pairs.

    Args:
        texts: Any number of texts.

    Returns:
        Array of shape (texts, sections), each entry in [0, 1].

    """
    return _models()[0].cosines(texts)


def similarities(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return similarities over words, plus half of those over runs of three to five letters.

    Letters match where words fail: other endings, "dataset" and "data set", and names that a speech
    recogniser has split.

    Args:
        texts: Any number of texts.

    Returns:
        Array of shape (texts, sections), each entry in [0, 1.5].

    """
    words, letters = (model.cosines(texts) for model in _models())
    return words + _LETTERS_WEIGHT * letters


@cache
def _models() -> tuple[TfIdf, TfIdf]:
    texts = [
        ". ".join(
            (
                section.title,
                section.facts,
                section.summary,
                *(
                    text
                    for slide in section.slides
                    for text in (slide.title, slide.message, *slide.points)
                ),
            )
        )
        for section in SECTIONS
    ]
    return TfIdf(_terms, texts), TfIdf(letter_runs, texts)


def _terms(text: str) -> list[str]:
    stems = [
        _stem(word)
        for word in re.findall(r"[^\W_]+(?:'[a-z]+)?", text.casefold())
        if word not in stop_words()
    ]
    return stems + [f"{one} {two}" for one, two in pairwise(stems)]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    return word
