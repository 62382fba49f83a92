"""TF-IDF agrees with scikit-learn's, and rejecting a file doesn't import heavy packages."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from pyfrontiers.lecture.transcript.tfidf import TfIdf, letter_runs, stop_words

if TYPE_CHECKING:
    from collections.abc import Mapping

ANALYZERS = {
    "words": (str.split, {"analyzer": str.split}),
    "runs of letters": (letter_runs, {"analyzer": "char_wb", "ngram_range": (3, 5)}),
}


@pytest.mark.parametrize("name", ANALYZERS)
def test_cosines_equal_those_of_sklearn(
    name: str, spoken: Mapping[str, str], other_texts: Mapping[str, str]
) -> None:
    terms, settings = ANALYZERS[name]
    documents = list(spoken.values())
    texts = [*other_texts.values(), "a", "", "Words of\u00a0Größe", *documents[:3]]
    reference = TfidfVectorizer(sublinear_tf=True, **settings)
    rows = reference.fit_transform(documents)
    wanted = (reference.transform(texts) @ rows.T).toarray()
    np.testing.assert_allclose(TfIdf(terms, documents).cosines(texts), wanted, atol=1e-12)


def test_stop_words_are_those_of_sklearn() -> None:
    assert stop_words() == ENGLISH_STOP_WORDS


def test_import_of_a_transcript_loads_no_heavy_package() -> None:
    program = (
        "import sys\n"
        "from pyfrontiers.lecture.transcript import TranscriptError, import_transcript\n"
        "try:\n"
        "    import_transcript(b'Knead the dough and let it rest. ' * 40, 'bread.txt')\n"
        "except TranscriptError:\n"
        "    print(sorted({'torch', 'sklearn', 'scipy', 'pandas', 'streamlit'} & {*sys.modules}))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]"
