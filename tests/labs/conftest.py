"""Settings for the tests of all labs."""

from __future__ import annotations

import pytest
from one_thread import one_thread as one_thread

import streamlit_app.kit.job as jobs


class JobHere:
    """A job that is done as soon as it is asked for."""

    state, done = "done", True

    def __init__(self, result):
        self._result = result

    def result(self):
        return self._result


@pytest.fixture
def finished(monkeypatch):
    """Give the jobs of these functions these results, and note their parameters."""
    asked = {}
    results = {}

    def submit(function, /, *, label, durable, **parameters):
        asked[function.__name__] = parameters
        return JobHere(results[function.__name__])

    monkeypatch.setattr(jobs, "submit", submit)
    monkeypatch.setattr(jobs, "recall", lambda *_, **__: None)
    return results, asked
