"""Every response carries the headers; a document at an unknown address leads to the contents."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.datastructures import Headers

from streamlit_app.serving import HEADERS, TITLE, KnownPages, SecurityHeaders, StyledDocument
from streamlit_app.theme.style import page_css

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def ask(path: str, *, accept: str = HTML, method: str = "GET", root: str = "") -> dict[str, Any]:
    """Send one request through both layers to an application that answers 200."""
    sent: list[dict[str, Any]] = []

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": root + path,
        "root_path": root,
        "headers": [(b"accept", accept.encode())],
        "query_string": b"",
    }
    asyncio.run(SecurityHeaders(KnownPages(application))(scope, receive, send))
    start = sent[0]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return {"status": start["status"], "headers": headers}


@pytest.mark.parametrize("path", ["/", "/search", "/adversarial-examples", "/transcript/"])
def test_pages_that_exist_are_served(path: str) -> None:
    assert ask(path)["status"] == 200


@pytest.mark.parametrize("path", ["/nowhere", "/adversarial-examples/2", "/Search", "/%2e"])
def test_a_document_that_does_not_exist_leads_to_the_contents(path: str) -> None:
    answer = ask(path)
    assert answer["status"] == 307
    assert answer["headers"]["location"] == "/?missing=1"


def test_the_way_back_keeps_the_prefix_that_a_proxy_mounts_us_under() -> None:
    assert ask("/nowhere", root="/lecture")["headers"]["location"] == "/lecture/?missing=1"
    assert ask("/search", root="/lecture")["status"] == 200


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/static/js/index.js", "*/*"),
        ("/nowhere", "*/*"),
        ("/_stcore/health", HTML),
        ("/media/picture.png", HTML),
    ],
)
def test_what_is_no_page_passes_through(path: str, accept: str) -> None:
    assert ask(path, accept=accept)["status"] == 200


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_every_response_carries_the_headers(path: str) -> None:
    assert ask(path)["headers"].items() >= {k.lower(): v for k, v in HEADERS.items()}.items()


def test_the_policy_names_no_other_host() -> None:
    assert "http:" not in HEADERS["Content-Security-Policy"]
    assert "https:" not in HEADERS["Content-Security-Policy"]


FRONT_END = b'<head><title>Streamlit</title></head><body><div id="root"></div></body>'


def serve_document(kind: str, *, accept: str = HTML) -> tuple[dict[str, str], bytes, Headers]:
    """Ask for a document that an application sends in two parts; also what the application saw."""
    sent: list[dict[str, Any]] = []
    seen: list[Headers] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(Headers(scope=scope))
        headers = [(b"content-type", kind.encode()), (b"etag", b'"1"'), (b"content-length", b"71")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": FRONT_END[:30], "more_body": True})
        await send({"type": "http.response.body", "body": FRONT_END[30:]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asked = [
        (b"accept", accept.encode()),
        (b"accept-encoding", b"gzip"),
        (b"if-none-match", b'"1"'),
    ]
    scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": asked}
    asyncio.run(StyledDocument(application)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(part["body"] for part in sent[1:]), seen[0]


def test_the_document_brings_its_style_and_title_along() -> None:
    headers, body, seen = serve_document("text/html; charset=utf-8")
    style = f"<style>{page_css()}</style>".encode()
    wanted = FRONT_END.replace(b"Streamlit", TITLE.encode())
    assert body == wanted.replace(b'<div id="root">', style + b'<div id="root">')
    assert headers["content-length"] == str(len(body))
    # An older style must not come back out of the browser's memory.
    assert "etag" not in headers
    assert not {"if-none-match", "accept-encoding"} & set(seen)


@pytest.mark.parametrize(("kind", "accept"), [("image/png", HTML), ("text/html", "*/*")])
def test_what_is_no_document_stays_as_it_is(kind: str, accept: str) -> None:
    assert serve_document(kind, accept=accept)[1] == FRONT_END
