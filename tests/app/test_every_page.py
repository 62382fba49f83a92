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
def test_section_page_renders_at_its_last_and_first_slide(
    visit: Callable[..., AppTest], text: Callable[[AppTest], str], item: Section
) -> None:
    app = visit(item.slug, slide="99")
    assert _count(len(item.slides), item) in text(app)
    app.query_params["slide"] = "nonsense"
    app.run()
    assert not app.exception
    assert _count(1, item) in text(app)


def test_slide_in_the_address_is_shown(
    visit: Callable[..., AppTest], text: Callable[[AppTest], str]
) -> None:
    item = SECTIONS[0]
    app = visit(item.slug)
    assert _count(1, item) in text(app)
    for wanted in range(1, len(item.slides) + 1):
        app.query_params["slide"] = str(wanted)
        app.run()
        assert not app.exception
        assert _count(wanted, item) in text(app)


def _count(number: int, item: Section) -> str:
    return f'<p class="pf-count">{number}<span> of {len(item.slides)}'


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
