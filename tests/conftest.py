"""Options of the whole test run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

# The same examples in every run: a failure can be repeated, and none comes by chance.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--lecture-transcript",
        metavar="FILE",
        default=None,
        help="a transcript of the lecture to measure the import on; it is never in the repository",
    )
    parser.addoption(
        "--require-browser",
        action="store_true",
        help="fail the browser tests, instead of skipping them, where there is no Chromium",
    )
