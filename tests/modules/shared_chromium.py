"""One Chromium with one profile for all browser tests of a process."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext, sync_playwright

if TYPE_CHECKING:
    import pytest

# The address bar of recent versions consists of web pages, which another process draws for each
# tab: a quarter of the time of opening a page. This list of features replaces Playwright's, whose
# entries follow ours.
DISABLED = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
# Without sandbox, GPU and background requests, and with a camera that shows a pattern. Tabs of the
# same site share a process, and with it the compiled scripts.
ARGUMENTS = [
    "--process-per-site",
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--use-fake-device-for-media-stream",
    f"--disable-features={','.join(DISABLED)}",
]


class Chromium:
    """One browser profile for all files: the app's scripts are fetched and compiled once in it.

    It is closed after the last browser test: Playwright keeps an event loop running in the main
    thread, which would prevent other tests from starting one.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._open = ExitStack()
        self._context: BrowserContext | None = None

    def context(self, folder: pytest.Dir, address: str) -> BrowserContext:
        """Return the profile, started unless it is open; it is closed with the folder's tests.

        A tab with a short answer of the server stays open, so that the process does.
        """
        if self._context is None:
            playwright = self._open.enter_context(sync_playwright())
            running = playwright.chromium.launch(executable_path=self._path, args=ARGUMENTS)
            self._open.callback(running.close)
            self._context = running.new_context(reduced_motion="reduce")
            self._open.callback(self._context.close)
            self._context.new_page().goto(f"{address}/healthz")
            folder.addfinalizer(self._close)
        return self._context

    def _close(self) -> None:
        self._context = None
        self._open.close()
