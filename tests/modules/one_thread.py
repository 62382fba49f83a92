"""Fixtures for folders of tests with small networks, which run on one thread of torch.

A conftest imports one of them: ``from one_thread import one_thread``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyfrontiers.limitations import threads

if TYPE_CHECKING:
    from collections.abc import Iterator


def _limited() -> Iterator[None]:
    with threads.one_thread():
        yield


one_thread = pytest.fixture(autouse=True)(_limited)
"""One thread during each test."""

one_thread_throughout = pytest.fixture(scope="session", autouse=True)(_limited)
"""One thread from the first such test on, also in fixtures of the session."""
