"""Every page runs to its end without an exception, whatever slide its address names."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import streamlit_app
from pyfrontiers.lecture import SECTIONS, Section
from streamlit_app.pages import page_file

ROUTER = Path(streamlit_app.__file__).with_name("router.py")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app at its contents, for a visitor who has brought no transcript."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return AppTest.from_file(ROUTER, default_timeout=60).run()


def test_the_contents_list_every_section(app: AppTest) -> None:
    assert not app.exception
    page = "".join(element.proto.body for element in app.get("html"))
    for item in SECTIONS:
        assert escape(item.summary) in page


@pytest.mark.parametrize("item", SECTIONS, ids=lambda item: item.slug)
def test_a_section(app: AppTest, item: Section) -> None:
    app.switch_page(str(page_file(item).relative_to(ROUTER.parent)))
    for wanted in ("1", str(len(item.slides)), "99", "nonsense"):
        app.query_params["slide"] = wanted
        app.run()
        assert not app.exception, wanted
        page = "".join(element.proto.body for element in app.get("html"))
        shown = {"99": len(item.slides), "nonsense": 1}.get(wanted) or int(wanted)
        assert f'<p class="pf-count">{shown}<span> of {len(item.slides)}' in page


def test_next_turns_to_the_following_slide(app: AppTest) -> None:
    item = SECTIONS[2]
    app.switch_page(str(page_file(item).relative_to(ROUTER.parent))).run()
    app.button(key="turn-on-button").click().run()
    assert not app.exception
    assert app.query_params["slide"] in ("2", ["2"])


def test_a_page_that_fails_says_so_and_offers_a_way_on() -> None:
    def script() -> None:
        from streamlit_app.errors import explain_script_error

        assert explain_script_error(RuntimeError("secret detail"))

    app = AppTest.from_function(script).run()
    assert not app.exception
    shown = " ".join(element.value for element in app.markdown)
    assert "This page could not be drawn." in shown
    assert "Back to the contents" in shown
    assert "secret detail" not in shown
