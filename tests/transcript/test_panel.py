"""The import panel and the transcript next to a slide, in a Streamlit test session."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.lecture.transcript import Paragraph, Transcript, load, save
from streamlit_app.views.transcript.beside import paragraph_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 120


def panel() -> None:
    from streamlit_app.views.transcript import import_panel

    import_panel()


def beside() -> None:
    import streamlit as st

    from streamlit_app.views.transcript import beside_slide, has_transcript, paragraphs_by_section

    beside_slide("dropout-sampling")
    st.text(f"{has_transcript()} {sorted(paragraphs_by_section())}")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)


@pytest.fixture
def serve_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def serve(address: str) -> None:
        monkeypatch.setattr("streamlit_app.views.transcript.keeping._address", lambda: address)

    return serve


def started(script: Callable[[], None]) -> AppTest:
    session = AppTest.from_function(script, default_timeout=PATIENCE_S)
    return session.run()


def brought(session: AppTest, data: bytes, name: str, video: str = "", duration: str = "") -> None:
    session.file_uploader[0].upload(name, data, "text/plain")
    session.text_input[0].input(video)
    session.text_input[1].input(duration)
    next(b for b in session.button if b.label == "Import").click()
    session.run()
    assert not session.exception


def shown(session: AppTest) -> str:
    bodies = [element.proto.body for element in session.get("html")]
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(bodies)))


def test_import_is_summarised_stored_and_deleted(
    as_page: Callable[..., bytes], serve_at: Callable[[str], None]
) -> None:
    serve_at("localhost")
    session = started(panel)
    brought(session, as_page(), "a.txt", "https://youtu.be/abc", "45:00")
    assert "into 19 of 19 sections" in shown(session)
    assert "≈ 0:00" in shown(session)
    kept = load()
    assert kept is not None
    assert kept.video == "https://youtu.be/abc"
    session.button(key="transcript-delete").click().run()
    assert "Transcript deleted" in shown(session)
    assert load() is None


@pytest.mark.parametrize(
    ("data", "video", "duration", "says"),
    [
        (b"", "", "", "a.txt is empty"),
        (b"\x89PNG\r\n\x1a\n\x00", "", "", "a PNG image"),
        (b"Bread is made of flour and water.", "", "", "nothing was imported"),
        (None, "javascript:alert(1)", "", "not the web address"),
        (None, "", "soon", "Duration must be at most 24 hours"),
    ],
)
def test_failed_import_shows_a_sentence_and_keeps_the_previous_one(
    data: bytes | None,
    video: str,
    duration: str,
    says: str,
    as_page: Callable[..., bytes],
    serve_at: Callable[[str], None],
) -> None:
    serve_at("localhost")
    session = started(panel)
    brought(session, as_page(), "a.txt")
    before = load()
    brought(session, as_page() if data is None else data, "a.txt", video, duration)
    assert says in shown(session)
    assert load() == before
    assert before is not None


def test_import_without_a_file_asks_for_one() -> None:
    session = started(panel)
    next(b for b in session.button if b.label == "Import").click()
    session.run()
    assert "Choose a transcript file first." in shown(session)


def test_uploads_on_a_public_server_are_private_to_the_visitor(
    as_page: Callable[..., bytes], serve_at: Callable[[str], None]
) -> None:
    serve_at("0.0.0.0")
    visitor, other = started(panel), started(panel)
    brought(visitor, as_page(["dropout-sampling"]), "mine.txt")
    assert "into 1 of 19 sections" in shown(visitor)
    assert load() is None
    other.run()
    assert "mine.txt" not in shown(other)


def test_visitors_can_read_but_not_delete_the_owners_transcript(
    serve_at: Callable[[str], None],
) -> None:
    serve_at("0.0.0.0")
    save(Transcript((Paragraph("welcome", 1.0, False, "Hello."),), 0.5, source="owner.txt"))
    session = started(panel)
    assert "Provided by the owner of this server." in shown(session)
    assert "transcript-delete" not in {button.key for button in session.button}


def test_slide_shows_the_transcript_of_its_section() -> None:
    paragraphs = (
        Paragraph("welcome", 1.0, False, "Hello."),
        Paragraph("dropout-sampling", 75.0, True, "Masks of zeros."),
    )
    save(Transcript(paragraphs, 0.5, video="https://youtu.be/abc", source="a.txt"))
    session = started(beside)
    assert not session.exception
    assert "Masks of zeros." in shown(session)
    assert "≈ 1:15" in shown(session)
    assert "Hello." not in shown(session)
    assert session.text[0].value == "True ['dropout-sampling', 'welcome']"


def test_slide_without_a_transcript_says_how_to_import_one() -> None:
    session = started(beside)
    assert not session.exception
    assert "Import a transcript to read it" in shown(session)
    assert session.text[0].value == "False []"


def test_damaged_transcript_does_not_break_the_page(
    tmp_path: Path, serve_at: Callable[[str], None]
) -> None:
    serve_at("localhost")
    (tmp_path / "transcript.json").write_text("{", encoding="utf-8")
    session = started(beside)
    assert not session.exception
    assert session.text[0].value == "False []"
    (aside,) = tmp_path.glob("transcript.damaged-*.json")
    assert f"damaged and has been renamed to {aside}; import it again" in shown(started(panel))
    serve_at("0.0.0.0")
    assert str(aside) not in shown(started(panel))


def test_transcript_text_is_escaped() -> None:
    hostile = Paragraph("welcome", 3.0, False, "<img src=x onerror=alert(1)> & [a](javascript:b)")
    made = paragraph_html(hostile, 'https://example.org/?a="><script>')
    assert "<img" not in made
    assert "<script" not in made
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; [a](javascript:b)" in made
    assert 'href="https://example.org/?a=%22%3E%3Cscript%3E#t=3"' in made
