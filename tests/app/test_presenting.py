"""The deck: all slides in one document, what it is drawn with, and its routes."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers

import streamlit_app
from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.figures import Svg, draw, names
from pyfrontiers.lecture.pack import write_template
from pyfrontiers.lecture.transcript import Paragraph, Transcript, save
from streamlit_app.kit import points_of, unbroken
from streamlit_app.labs import labs
from streamlit_app.presenting import front_end as front
from streamlit_app.presenting.deck import deck_html, shown_slides
from streamlit_app.presenting.figures import TEXT, chart_config
from streamlit_app.presenting.lectures import built_in, known_pack, of_pack
from streamlit_app.presenting.serving import deck_files, deck_routes
from streamlit_app.presenting.slide import slide_html, text_size

SHOWN = list(shown_slides(built_in()))
each_slide = pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.slide.slug)


@pytest.fixture(scope="module")
def document() -> str:
    return deck_html("./files", built_in())


@dataclass
class Answer:
    status: int
    headers: Headers
    body: bytes


def ask(path: str, **headers: str) -> Answer:
    """Send a request below the base path ``/base`` to the deck's routes."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/base/{unquote(path)}",
        "raw_path": f"/base/{path}".encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()],
    }
    asyncio.run(Starlette(routes=deck_routes("/base"))(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), body)


def test_document_has_every_slide_in_the_lectures_order(document: str) -> None:
    told = re.findall(r'<article class="slide" id="([^"]+)" data-section="([^"]+)"', document)
    assert told == [(slide.slug, item.slug) for item in SECTIONS for slide in item.slides]
    assert re.findall(r'data-number="(\d+)"', document) == [str(s.number) for s in SHOWN]


@each_slide
def test_slide_shows_its_text_notes_and_sources(shown) -> None:
    text = unescape(slide_html(shown)).replace("\xa0", " ")
    slide = shown.slide
    notes = (slide.notes.say, slide.notes.ask, slide.notes.show)
    for part in (slide.title, slide.message, *slide.points, *notes):
        assert part in text
    for source in slide.references:
        assert source.short in text
        assert source.text in text
    assert ("data-experiment" in text) == (shown.section.slug in labs())


def test_points_of_a_slide_that_builds_appear_after_the_first() -> None:
    for shown in SHOWN:
        steps = [int(n) for n in re.findall(r'data-step="(\d+)"', slide_html(shown))]
        wanted = list(range(1, len(shown.slide.points))) if shown.slide.builds else []
        assert steps == wanted
        assert f'data-steps="{len(wanted)}"' in slide_html(shown)


@each_slide
def test_text_of_points_is_never_below_the_smallest_size(shown) -> None:
    assert text_size(shown.slide, narrow=bool(shown.slide.figure)) >= TEXT


def test_style_sheet_sets_no_text_below_the_smallest_size() -> None:
    style = deck_files()[1]["slide.css"].decode()
    sizes = [
        float(size) for size in re.findall(r"font-size: calc\(([\d.]+) \* var\(--u\)\)", style)
    ]
    assert len(sizes) >= 4
    assert min(sizes) >= TEXT


def test_charts_are_sent_without_colours_of_a_theme(document: str) -> None:
    found = re.search(r'id="charts">(.*?)</script>', document)
    assert found is not None
    charts = json.loads(found[1])
    drawn = {name for name in names() if not isinstance(draw(name), Svg)}
    assert charts["specs"].keys() == drawn
    for part in ("specs", "config"):
        assert not re.search(r"#[0-9a-fA-F]{6}", json.dumps(charts[part]))
    assert charts["ranges"].keys() == {"light", "dark"}
    assert all("title" not in spec and "config" not in spec for spec in charts["specs"].values())
    sizes = re.findall(r'[fF]ontSize": (\d+)', json.dumps(chart_config()))
    assert min(map(int, sizes)) >= TEXT


def test_data_cannot_end_their_element(document: str) -> None:
    for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', document):
        assert "<" not in data


def test_libraries_are_among_streamlits_files() -> None:
    used = front.front_end()
    for address in (used.katex, used.vega, used.style):
        assert (front._FRONT_END / address).is_file()
    assert "export{" in (front._FRONT_END / used.katex).read_text(encoding="utf-8")


def test_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(front, "_FRONT_END", tmp_path)
    with pytest.raises(
        FileNotFoundError, match=r"one file static/js/katex\.\*\.js.*got 0; install"
    ):
        front.front_end.__wrapped__()


def test_document_is_compressed_and_small() -> None:
    answer = ask("present", accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) == int(answer.headers["content-length"]) < 300_000
    again = ask("present", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert ask("present").body == gzip.decompress(answer.body)


def test_files_of_the_deck_are_kept_by_the_browser() -> None:
    digest, files = deck_files()
    assert files.keys() == {path.name for path in _folder().glob("*.[cj]s*")}
    for name in files:
        answer = ask(f"present/files/{digest}/{name}")
        assert answer.body == files[name]
        assert "immutable" in answer.headers["cache-control"]
    other = ask("present/files/of-another-version/deck.js")
    assert other.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "deck.html", "..%2fdeck.py", "%2e%2e/deck.py"])
def test_no_other_file_is_served(name: str) -> None:
    assert ask(f"present/files/x/{name}").status == 404


@pytest.mark.parametrize("name", ["nothing.ipynb", "welcome.txt", "welcome", "pictures/nothing"])
def test_no_other_section_or_picture_is_served(name: str) -> None:
    folder = "" if "/" in name else "take/"
    assert ask(f"present/{folder}{name}").status == 404


def test_section_is_served_as_a_notebook_and_a_script() -> None:
    found = ask("present/take/welcome.ipynb")
    assert found.headers["content-disposition"] == 'attachment; filename="welcome.ipynb"'
    assert json.loads(found.body)["nbformat"] == 4
    assert ask("present/take/welcome.py").body.startswith(b"# %% [markdown]")


def test_modules_import_files_that_exist() -> None:
    files = deck_files()[1]
    for text in files.values():
        for name in re.findall(r'from "\./([\w.]+)"', text.decode()):
            assert name in files
    for name in re.findall(r"\$files/([\w.]+)", (_folder() / "deck.html").read_text()):
        assert name in files


def _folder() -> Path:
    return Path(streamlit_app.__file__).parent / "presenting" / "deck"


def test_stored_transcript_is_answered_by_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert json.loads(ask("present/transcript.json").body) == {}
    told = (Paragraph("welcome", 2.5, False, "One."), Paragraph("welcome", None, False, "Two."))
    save(Transcript(told, 1.0))
    answer = ask("present/transcript.json")
    assert json.loads(answer.body) == {
        "welcome": [{"start": 2.5, "text": "One."}, {"start": None, "text": "Two."}]
    }
    assert answer.headers["cache-control"] == "no-store"


def test_experiment_stands_alone_over_a_slide(visit, text) -> None:
    app = visit("function-approximators", only="experiment")
    shown = text(app)
    assert "<p>Experiment</p><h1>Function approximators</h1>" in shown
    assert "How far beyond its data" in shown
    assert "pf-message" not in shown
    assert "pf-claim-name" not in shown
    assert "pf-message" in text(visit("welcome", only="experiment"))


def test_deck_of_a_pack_has_its_slides_labs_and_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    write_template(folder)
    (folder / "map.svg").write_text("<svg/>")
    section = folder / "hello.md"
    section.write_text(
        section.read_text() + "\n## Map\n\n**See & <b>look</b>.**\n\n![A](map.svg)\n"
    )
    document = deck_html("./files", of_pack(known_pack(folder)))
    assert re.findall(r'<article class="slide" id="([^"]+)"', document) == [
        "hello-what-a-mask-does",
        "hello-a-slide-with-an-equation",
        "hello-map",
    ]
    assert document.count('data-experiment="dropout-sampling"') == 3
    assert '<span class="maths" data-latex="1/(1-p)">' in document
    assert 'src="./present/pictures/hello-map" alt="A"' in document
    assert "See &amp; &lt;b&gt;look&lt;/b&gt;." in document
    # The quiz is among the notes, which the class does not see.
    assert document.count("Right: 2 to the power of 64.") == 1


def test_slide_states_what_its_claim_has_on_record(monkeypatch, visit) -> None:
    slide = next(s for item in SECTIONS for s in item.slides if s.measured)
    for status, stated in (("pass", "passes"), ("fail", "fails"), ("null", "finds no effect")):
        found = SimpleNamespace(status=status)
        monkeypatch.setattr("streamlit_app.kit.lab.recorded", {slide.measured: found}.get)
        assert points_of(slide)[-1] == f"Measured here: claim {slide.measured} {stated}."
    monkeypatch.undo()
    stated = unbroken(points_of(slide)[-1])
    page = visit("multi-task-uncertainty", slide="2")
    assert any(stated in each.value for each in page.markdown)
    assert f"<li>{stated}</li>" in deck_html("./files", built_in())


def test_guess_is_judged_with_what_was_found(visit, text) -> None:
    app = visit("hype-and-winters")
    assert "Your guess" not in text(app)
    app.radio(key="guessed-hype-and-winters").set_value("the ideas").run()
    assert "Your guess was “the ideas”; the answer is <strong>the money</strong>." in text(app)
    app.radio(key="guessed-hype-and-winters").set_value("the money").run()
    assert "Your guess was right: <strong>the money</strong>." in text(app)
