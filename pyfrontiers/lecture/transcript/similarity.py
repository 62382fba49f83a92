"""Similarity of sentences and sections: TF-IDF against a section's slides and facts."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from pyfrontiers.lecture import SECTIONS

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
    return _cosines(_models()[0], texts)


def similarities(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return similarities over words, plus half of those over runs of three to five letters.

    Letters match where words fail: other endings, "dataset" and "data set", and names that a speech
    recogniser has split.

    Args:
        texts: Any number of texts.

    Returns:
        Array of shape (texts, sections), each entry in [0, 1.5].

    """
    words, letters = (_cosines(model, texts) for model in _models())
    return words + _LETTERS_WEIGHT * letters


def _cosines(
    model: tuple[TfidfVectorizer, NDArray[np.float64]], texts: Sequence[str]
) -> NDArray[np.float64]:
    vectorizer, sections = model
    cosines: NDArray[np.float64] = (vectorizer.transform(texts) @ sections.T).toarray()
    return cosines


@cache
def _models() -> tuple[
    tuple[TfidfVectorizer, NDArray[np.float64]], tuple[TfidfVectorizer, NDArray[np.float64]]
]:
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
    words = TfidfVectorizer(analyzer=_terms, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return (words, words.fit_transform(texts)), (letters, letters.fit_transform(texts))


def _terms(text: str) -> list[str]:
    stems = [
        _stem(word)
        for word in re.findall(r"[^\W_]+(?:'[a-z]+)?", text.casefold())
        if word not in ENGLISH_STOP_WORDS
    ]
    return stems + [f"{one} {two}" for one, two in pairwise(stems)]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    return word
