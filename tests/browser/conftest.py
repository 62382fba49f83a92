"""One real server and one real Chromium for all browser tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect
from shared_chromium import Chromium

import streamlit_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

    RunProgram = Callable[[list[str], Path, str], AbstractContextManager[Path]]

APP = Path(streamlit_app.__file__).with_name("app.py")
HERE = Path(__file__).parent
# Timeouts in seconds of one wait: in tests marked `job`, and in all others. On a busy machine, a
# worker starts and trains a hundred times as slowly, and a slow result must not fail a test.
LONGEST_JOB, LONGEST = 540, 200
# By how many pixels the page is wider than the window.
EXCESS = """Math.max(...[...document.querySelectorAll("html, [data-testid=stMain]")]
  .map((box) => box.scrollWidth - box.clientWidth))"""
# Streamlit shows a skeleton until an element's script is loaded.
DRAWN = """!document.querySelector("[data-testid=stSkeleton]")
  && [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
    .every((chart) => chart.querySelector(".marks"))"""


def longest(item: pytest.Item) -> int:
    return LONGEST_JOB if item.get_closest_marker("job") else LONGEST


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    files = {path for path in {item.path for item in items} if HERE in path.parents}
    for item in items:
        if item.path in files:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(longest(item) + 100))


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """Path of the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "no chromium on PATH; `apt-get install chromium` provides it"
        if request.config.getoption("--require-browser"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, run_program: RunProgram) -> Iterator[str]:
    """URL of the app, started as a user starts it but with a separate data folder."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)]
    folder = tmp_path_factory.mktemp("server")
    address = f"http://localhost:{port}"
    with run_program([*command, "--server.headless", "true"], folder, f"{address}/healthz") as log:
        yield address
    told = log.read_text(errors="replace")
    # Streamlit logs its warnings about how a page is written with a stack.
    assert "Stack (most recent call last)" not in told, told
    # Files that can't be used are answered, and no test makes a job fail.
    assert not re.search(r"pyfrontiers\.\S+ failed: ", told), told


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that returns a port that is free."""
    return _free_port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def run_program() -> RunProgram:
    """A context manager that runs a server until its block ends; see `_running`."""
    return _running


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[Path]:
    """Run a server in a folder and wait until it answers at a URL.

    Its data are stored in the folder, and its output in a file there, whose path is yielded.
    """
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "XDG_DATA_HOME": str(folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(url, process, log)
        yield log
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            assert process.poll() is None, log.read_text(errors="replace")
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not come up:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def running_chromium(chromium: str) -> Chromium:
    """Chromium, which starts with the first test that asks for its profile."""
    return Chromium(chromium)


@pytest.fixture
def context(
    running_chromium: Chromium, server: str, request: pytest.FixtureRequest
) -> BrowserContext:
    """The browser profile that all tests share."""
    folder = request.node.getparent(pytest.Dir)
    assert folder is not None
    return running_chromium.context(folder, server)


@dataclass
class Visitor:
    """A browser tab showing the app, and the errors it logged.

    Attributes:
        page: The tab.
        address: URL of the app.
        complaints: Errors and warnings in the console, script errors, requests that failed, and
            requests to other addresses.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the app and wait until it is complete."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".pf-section-head h1, .pf-hero h1")
        self.settle()
        # The key listener is a separate module, loaded after the page.
        self.page.wait_for_function("window.pfTurning !== undefined")
        return self.page

    def settle(self) -> None:
        """Wait until the page's script has finished."""
        self.page.wait_for_selector(
            "[data-testid='stApp'][data-test-script-state='notRunning']", state="attached"
        )

    def drawn(self) -> None:
        """Wait until every chart is drawn, which is after the page's script."""
        self.page.wait_for_function(DRAWN)

    def fits(self) -> None:
        """Wait until the page is no wider than the window; charts follow its width late."""
        try:
            self.page.wait_for_function(f"{EXCESS} <= 0", timeout=20_000)
        except PlaywrightTimeout:
            window, more = self.page.viewport_size, self.page.evaluate(EXCESS)
            pytest.fail(f"{self.page.url} is {more} pixels wider than the window {window}")

    @property
    def message(self) -> str:
        """The message of the current slide."""
        return self.page.inner_text(".pf-message")

    def listen(self) -> None:
        """Record errors and requests from now on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Emulated WebGL warns about its speed.
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            where = (message.location or {}).get("url", "")
            self.complaints.append(f"console: {message.text} ({where})")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.url}")

    def _request(self, url: str) -> None:
        own = self.address.removeprefix("http")
        if not url.startswith((f"http{own}", f"ws{own}", "data:", "blob:")):
            self.complaints.append(f"request to another address: {url}")


@pytest.fixture
def visitor(
    context: BrowserContext, server: str, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """A new desktop visitor; an indirect parameter sets width, height and colour scheme."""
    width, height, scheme = getattr(request, "param", (1440, 900, "light"))
    page = context.new_page()
    page.set_default_timeout(1000 * longest(request.node))
    expect.set_options(timeout=1000 * longest(request.node))
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    tab = Visitor(page, server)
    tab.listen()
    yield tab
    # The next visitor must find neither cookies nor a chosen theme, only the cached scripts.
    context.clear_permissions()
    context.clear_cookies()
    everything_stored = {"origin": server, "storageTypes": "cookies,local_storage,indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything_stored)
    page.close()
    assert tab.complaints == []
