"""Every page renders without an exception, for any slide in its address."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.lecture import SECTIONS, Section

if TYPE_CHECKING:
    from collections.abc import Callable


def test_contents_list_every_section(
    visit: Callable[..., AppTest], text: Callable[[AppTest], str]
) -> None:
    page = text(visit())
    for item in SECTIONS:
        assert escape(item.summary) in page


@pytest.mark.parametrize("item", SECTIONS, ids=lambda item: item.slug)
def test_section_page_renders_for_any_slide_number(
    visit: Callable[..., AppTest], text: Callable[[AppTest], str], item: Section
) -> None:
    app = visit(item.slug)
    for wanted in ("", str(len(item.slides)), "99", "nonsense"):
        if wanted:  # the page is open at its first slide
            app.query_params["slide"] = wanted
            app.run()
        assert not app.exception, wanted
        shown = {"99": len(item.slides), "nonsense": 1}.get(wanted) or int(wanted or 1)
        assert f'<p class="pf-count">{shown}<span> of {len(item.slides)}' in text(app)


def test_next_button_shows_next_slide(visit: Callable[..., AppTest]) -> None:
    app = visit(SECTIONS[2].slug)
    app.button(key="turn-on-button").click().run()
    assert not app.exception
    assert app.query_params["slide"] in ("2", ["2"])


def test_failing_page_shows_message_and_link(text) -> None:
    def script() -> None:
        from streamlit_app.errors import explain_script_error

        assert explain_script_error(RuntimeError("secret detail"))

    app = AppTest.from_function(script).run()
    assert not app.exception
    shown = " ".join(element.value for element in app.markdown)
    shown += " ".join(element.proto.body for element in app.get("html"))
    assert "This page could not be drawn." in shown
    assert "Back to the contents" in text(app)
    assert "secret detail" not in shown
