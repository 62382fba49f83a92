"""Uploading a table to the AutoML service in the browser: refused with a sentence, then left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.job

#: Tables that cannot be used, with the reason: found in the header, or by the job that reads all.
REFUSED = {
    b"size,size\n1,2\n": "t.csv must name each column once, got size, size",
    b"size,kind\n1,a\n2,a\n3,a\n": "the data must have at least two classes, got 1: a",
}


def test_a_refused_table_is_answered_and_the_page_stays_usable(visitor) -> None:
    page = visitor.open("/automl-service")
    data = page.locator(".st-key-as-data").get_by_role("radio")
    data.filter(has_text="Your own").click()
    start = page.get_by_role("button", name="Find a network")
    expect(start).to_be_disabled()
    refused = page.locator(".st-key-experiment .pf-failed")
    for table, sentence in REFUSED.items():
        page.set_input_files(
            ".st-key-as-upload input[type='file']",
            {"name": "t.csv", "mimeType": "text/csv", "buffer": table},
        )
        expect(refused).to_contain_text(sentence)
        expect(start).to_be_disabled()
    data.filter(has_text="Iris").click()
    expect(refused).to_have_count(0)
    # While the page reruns, the button of the last run is still there.
    expect(start).to_have_count(1)
    expect(start).to_be_enabled()
    expect(page.locator(".st-key-experiment")).to_contain_text("Recorded: the child classifies")
    expect(page.locator(".st-key-experiment svg.marks")).to_have_count(1)
