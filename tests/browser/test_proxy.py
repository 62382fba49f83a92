"""The app behind nginx: below a prefix that is kept or stripped, and in another site's frame."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Three proxy configurations as found in documentation. The first two pass on the Host header. The
# third does not, which is nginx's default, but sets X-Forwarded-Host.
CONFIG = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    location /frontiers {{
      proxy_pass http://127.0.0.1:{app};
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $http_host;
    }}
    location /stripped/ {{
      proxy_pass http://127.0.0.1:{app}/;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $host;
    }}
    location /forwarded/ {{
      proxy_pass http://127.0.0.1:{app}/;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host upstream.internal;
      proxy_set_header X-Forwarded-Host $http_host;
    }}
    location /course {{
      default_type text/html;
      return 200 '<title>A course</title><link rel="icon" href="data:,">
        <iframe src="http://localhost:{port}/frontiers/transcript" width="900" height="800">
        </iframe>';
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def server(request, tmp_path_factory, run_program, free_port) -> Iterator[str]:
    """URL of nginx in front of ``pyfrontiers app --base-path /frontiers``."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        reason = "no nginx; `apt-get install nginx-light` provides it"
        if request.config.getoption("--require-browser"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder, beside = tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("nginx")
    app, port = free_port(), free_port()
    config = beside / "nginx.conf"
    config.write_text(CONFIG.format(folder=beside, port=port, app=app))
    # Few pages are opened here; preparing all of them would take far longer than the tests.
    command = ["env", "PYFRONTIERS_WARM_UP=off"]
    command += [sys.executable, "-m", "pyfrontiers", "app", "--port", str(app), "--json"]
    command += ["--base-path", "/frontiers", "--embed-in", f"http://127.0.0.1:{port}"]
    address = f"http://localhost:{port}"
    with (
        run_program(command, folder, f"http://localhost:{app}/healthz") as said,
        run_program([nginx, "-c", str(config)], beside, f"{address}/frontiers/healthz"),
    ):
        # The server answers before the command has printed its address.
        printed = f'{{"url": "http://localhost:{app}/frontiers/"}}'
        end = time.monotonic() + 100
        while printed not in said.read_text() and time.monotonic() < end:
            time.sleep(0.1)
        assert printed in said.read_text()
        yield address


PREFIXES = ["/frontiers", "/stripped", "/forwarded"]
# The first and the last differ in prefix and Host header. The second has the prefix of the last
# and passes on the Host header as the first does.
SECOND = pytest.mark.slow("walks through the pages behind one more proxy")


@pytest.fixture(params=PREFIXES)
def behind(visitor, request: pytest.FixtureRequest):
    """A visitor behind a proxy; requests outside the prefix are recorded as complaints."""
    visitor.address += request.param
    return visitor


@pytest.mark.parametrize(
    "behind",
    [PREFIXES[0], pytest.param(PREFIXES[1], marks=SECOND), PREFIXES[2]],
    indirect=True,
)
def test_pages_links_and_files_stay_below_the_prefix(behind, tmp_path: Path) -> None:
    page = behind.open("/")
    home = behind.address
    expect(page).to_have_url(f"{home}/")
    page.click(".pf-card a:text-is('Function approximators')")
    page.wait_for_url(f"{home}/function-approximators")
    page.locator(".st-key-experiment svg.marks").wait_for()
    with page.expect_download() as download:
        page.locator(".st-key-experiment").get_by_role("button", name="PNG", exact=True).click()
    assert download.value.suggested_filename == "fits.png"
    page.get_by_text("ReLU", exact=True).click()
    page.wait_for_url(f"{home}/function-approximators?fa-units=ReLU")
    behind.settle()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link to this result").click()
    page.wait_for_selector("text=Link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{home}/function-approximators?fa-units=ReLU"
    page.click(".st-key-turn-on :is(a, button)")
    page.wait_for_function("location.search.includes('slide=2')")
    page.go_back()
    page.go_back()
    page.wait_for_selector(".pf-hero h1")
    expect(page).to_have_url(f"{home}/")
    page.wait_for_function("document.fonts.check('16px \"Source Serif\"')")


def test_typed_addresses_open_a_page(behind) -> None:
    home = behind.address
    expect(behind.open("")).to_have_url(f"{home}/")
    expect(behind.open("/no-such-page")).to_have_url(f"{home}/?missing=1")
    expect(behind.open("/adversarial-examples/7")).to_have_url(f"{home}/?missing=1")
    expect(behind.open("/search/?q=quagga")).to_have_url(f"{home}/search?q=quagga")
    behind.page.wait_for_selector("text=No results")
    assert behind.page.request.get(f"{home}/healthz").json()["status"] == "ok"


def test_listed_site_may_show_the_app_in_a_frame(visitor, server: str) -> None:
    page = visitor.page
    course = server.replace("localhost", "127.0.0.1") + "/course"
    page.goto(course)
    frame = page.frame_locator("iframe")
    frame.locator("h1:text-is('Transcript')").wait_for()
    recipe = b"Knead the dough, let it rest, and bake it for an hour.\n\n" * 40
    field = frame.locator("input[type='file']")
    field.set_input_files({"name": "bread.txt", "mimeType": "text/plain", "buffer": recipe})
    frame.locator("[data-testid='stFileUploader'] >> text=bread.txt").wait_for()
    frame.locator("button:has-text('Import')").click()
    frame.locator(".pf-failed").wait_for()
    assert visitor.complaints == [f"request to another address: {course}"]
    visitor.complaints.clear()
