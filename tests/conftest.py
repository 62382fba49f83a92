"""Options of the whole test run, and a visitor of the app."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from running_order import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

# The same examples in every run, so that failures are reproducible.
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
    parser.addoption(
        "--require-emulation",
        action="store_true",
        help="fail the tests of the emulated CUDA kernels, instead of skipping them, where the "
        "emulation is not built",
    )
    parser.addoption(
        "--combinations",
        choices=("every", "pair", "value"),
        default="pair",
        help="run the kernels' tests on every combination of instruction set, dtype, layout and so "
        "on, on a selection in which every two values meet, or on one with every value; likewise "
        "the walk through the pages, on page, width and theme",
    )
    parser.addoption(
        "--slow",
        action="store_true",
        help="run the tests marked slow too, instead of skipping them",
    )


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start.

    A shell starts a background command with SIGINT ignored, and child processes inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Skip slow tests, and start with long ones where several processes share the tests."""
    yield
    for item in () if config.getoption("--slow") else items:
        if mark := item.get_closest_marker("slow"):
            reason = f"slow ({mark.args[0]}); `make check-all` or pytest --slow runs it"
            item.add_marker(pytest.mark.skip(reason=reason))
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    if processes > 1:
        items[:] = shared_out(items, processes)


def pytest_collection_finish() -> None:
    """Exempt the collected tests from garbage collection.

    A collection over 20,000 test cases takes half a second. Streamlit triggers one after every run
    of a page, and so do some tests.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page by its address, with query parameters, for a visitor without a transcript."""
    from importlib.util import find_spec
    from pathlib import Path

    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    spec = find_spec("streamlit_app")
    assert spec is not None
    assert spec.origin is not None
    router = Path(spec.origin).with_name("router.py")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def opened(slug: str = "", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(router, default_timeout=120)
        # AppTest switches to files only; the app's pages are functions, known by their address.
        app._page_hash = calc_hash(slug)
        for name, value in query.items():
            app.query_params[name.replace("_", "-")] = value
        app.run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def text() -> Callable[[AppTest], str]:
    """Read everything that a page writes as HTML."""
    return lambda app: " ".join(element.proto.body for element in app.get("html"))
