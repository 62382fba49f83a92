"""Options of the whole test run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


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
