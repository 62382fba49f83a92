"""State in the address: links, reloads and page changes; figures with tables and downloads."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "/function-approximators"


def _has_chosen(page, units: str) -> None:
    """Wait until these units are chosen, and no others."""
    chosen = ".st-key-fa-units [aria-checked=true], .st-key-fa-units [aria-pressed=true]"
    expect(page.locator(chosen)).to_have_text([units])


def test_controls_survive_page_changes_and_a_reload(visitor) -> None:
    page = visitor.open(f"{PAGE}?fa-units=sine&fa-noise=nonsense")
    page.wait_for_function("!location.search.includes('nonsense')")
    page.get_by_text("ReLU", exact=True).click()
    page.wait_for_function("location.search === '?fa-units=ReLU'")
    visitor.settle()
    entries = page.evaluate("history.length")
    page.locator(".pf-nav a", has_text="Welcome").click()
    page.wait_for_function("location.pathname === '/welcome'")
    visitor.settle()
    page.locator(".pf-nav a", has_text="Function approximators").click()
    page.wait_for_function("location.href.endsWith('/function-approximators?fa-units=ReLU')")
    visitor.settle()
    _has_chosen(page, "ReLU")
    # Two pages were opened; changing a control adds no history entry.
    assert page.evaluate("history.length") == entries + 2
    page.reload()
    page.wait_for_selector(".st-key-fa-units")
    visitor.settle()
    _has_chosen(page, "ReLU")


def test_copied_link_is_the_address(visitor) -> None:
    page = visitor.open(f"{PAGE}?fa-units=sine")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link to this result").click()
    page.wait_for_selector("text=Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_figure_has_a_table_and_downloads(visitor, tmp_path: Path) -> None:
    page = visitor.open(PAGE)
    experiment = page.locator(".st-key-experiment")
    experiment.locator("svg.marks").wait_for()
    saved = {}
    for kind in ("PNG", "SVG", "CSV"):
        with page.expect_download() as download:
            experiment.get_by_role("button", name=kind, exact=True).click()
        saved[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[kind])
    assert sorted(path.name for path in saved.values()) == ["fits.csv", "fits.png", "fits.svg"]
    box = experiment.locator("svg.marks").bounding_box()
    with Image.open(saved["PNG"]) as picture:
        assert picture.size == (round(2 * box["width"]), round(2 * box["height"]))
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 100
    assert saved["SVG"].read_text(encoding="utf-8").startswith("<svg")
    rows = list(csv.reader(io.StringIO(saved["CSV"].read_text(encoding="utf-8"))))
    assert rows[0][:3] == ["x", "true curve", "fit 1"]
    experiment.get_by_role("button", name="Table", exact=True).click()
    expect(experiment.locator("tbody tr").first.locator("td")).to_have_text(rows[1])


def test_alt_text_describes_the_figure(visitor) -> None:
    page = visitor.open(PAGE)
    chart = page.locator(".st-key-experiment [data-testid=stVegaLiteChart]")
    text = (
        r"^Five fits to observations from 0 to 1, drawn from -1 to 2\. X from -1 to 2;"
        ".*series: seen data, unseen data, true curve, five fits"
    )
    expect(chart).to_have_attribute("aria-label", re.compile(text, re.DOTALL))
