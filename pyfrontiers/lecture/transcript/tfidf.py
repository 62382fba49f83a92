"""TF-IDF and its cosines in plain Python.

scikit-learn's vectoriser gives the same numbers, and a test compares them. But importing it takes
four seconds of processor time, which would delay even the rejection of a wrong file.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["TfIdf", "letter_runs", "stop_words"]


class TfIdf:
    r"""Cosines between texts and fixed documents, over weighted terms.

    A term that occurs f times in a text has the weight (1 + ln f) idf, with
    idf = ln((1 + n) / (1 + d)) + 1 for d of the n documents that contain it. Terms that no document
    contains are ignored, also in a text's norm.

    Args:
        terms: Splits a text into terms.
        documents: The documents, at least one.

    """

    def __init__(self, terms: Callable[[str], Iterable[str]], documents: Sequence[str]) -> None:
        self._terms = terms
        self._count = len(documents)
        rows = [Counter(terms(document)) for document in documents]
        present = Counter(term for row in rows for term in row)
        self._idf = {
            term: math.log((1 + len(rows)) / (1 + shared)) + 1 for term, shared in present.items()
        }
        # The weights of a term in each document that contains it: most terms are in one or two.
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for place, row in enumerate(rows):
            weights, norm = self._weighted(row)
            for term, weight in weights:
                self._postings.setdefault(term, []).append((place, weight / norm))

    def cosines(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosines, shape (texts, documents), each in [0, 1]."""
        result = np.zeros((len(texts), self._count))
        for row, text in zip(result, texts, strict=True):
            weights, norm = self._weighted(Counter(self._terms(text)))
            sums = [0.0] * self._count
            for term, weight in weights:
                for place, own in self._postings[term]:
                    sums[place] += weight * own
            row[:] = sums
            row /= norm
        return result

    def _weighted(self, counts: Counter[str]) -> tuple[list[tuple[str, float]], float]:
        """Return the weights of the known terms, and their norm (1 if there are none)."""
        weights = [
            (term, (1 + math.log(count)) * idf)
            for term, count in counts.items()
            if (idf := self._idf.get(term)) is not None
        ]
        return weights, math.hypot(*(weight for _, weight in weights)) or 1.0


def letter_runs(text: str, shortest: int = 3, longest: int = 5) -> list[str]:
    """Return all runs of three to five letters within the words of a text.

    Each word is padded with a space at both ends; a padded word shorter than a run is itself a run,
    counted once.

    Args:
        text: The text; upper and lower case are the same.
        shortest: Letters of the shortest runs.
        longest: Letters of the longest runs.

    Returns:
        The runs, in the order of the words.

    """
    return [run for word in text.lower().split() for run in _runs(word, shortest, longest)]


def _runs(word: str, shortest: int, longest: int) -> list[str]:
    padded = f" {word} "
    runs: list[str] = []
    for size in range(shortest, longest + 1):
        last = max(len(padded) - size, 0)
        runs += [padded[at : at + size] for at in range(last + 1)]
        if not last:
            break
    return runs


@cache
def stop_words() -> frozenset[str]:
    """Return the English words that say nothing about the subject, as scikit-learn lists them."""
    path = Path(__file__).with_name("english_stop_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())
