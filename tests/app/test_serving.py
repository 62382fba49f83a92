"""Middleware: security headers, redirects from unknown addresses, and the styled document."""

from __future__ import annotations

import asyncio
import gzip
import socket
from asyncio import base_events
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.datastructures import Headers
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

import streamlit_app
from streamlit_app.routes import ROUTES
from streamlit_app.serving import HEADERS, KnownPages, SecurityHeaders, StyledDocument
from streamlit_app.theme.document import fonts, modules
from streamlit_app.theme.style import page_css
from streamlit_app.tuning import disable_nagle, stop_polling_settings

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def ask(path: str, *, accept: str = HTML, method: str = "GET", root: str = "") -> dict[str, Any]:
    """Send a request through two middleware layers to an application that answers 200."""
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


@pytest.mark.parametrize("path", ["/", "/search", "/adversarial-examples"])
def test_known_pages_are_served(path: str) -> None:
    assert ask(path)["status"] == 200


# Relative, so that they hold below any prefix that a proxy has stripped.
@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/nowhere", "./?missing=1"),
        ("/adversarial-examples/2", "../?missing=1"),
        ("/a/b/c/", "../../../?missing=1"),
        ("/Search", "./?missing=1"),
        ("/%2e", "./?missing=1"),
        ("/transcript/", "../transcript"),
    ],
)
def test_other_documents_are_redirected(path: str, location: str) -> None:
    for root in ("", "/lecture"):
        answer = ask(path, root=root)
        assert answer["status"] == 307
        assert answer["headers"]["location"] == location


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/static/js/index.js", "*/*"),
        ("/nowhere", "*/*"),
        ("/_stcore/health", HTML),
        ("/media/picture.png", HTML),
    ],
)
def test_other_requests_pass_through(path: str, accept: str) -> None:
    assert ask(path, accept=accept)["status"] == 200


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_every_response_has_the_security_headers(path: str) -> None:
    assert ask(path)["headers"].items() >= {k.lower(): v for k, v in HEADERS.items()}.items()


def test_the_camera_that_two_labs_ask_for_is_allowed_to_this_site_only() -> None:
    folder = Path(streamlit_app.__file__).parent
    assert any("camera_input" in file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    assert "camera=(self)" in HEADERS["Permissions-Policy"]


def test_content_security_policy_names_no_other_host() -> None:
    assert "http:" not in HEADERS["Content-Security-Policy"]
    assert "https:" not in HEADERS["Content-Security-Policy"]


FRONT_END = b'<head><title>Streamlit</title></head><body><div id="root"></div></body>'


def serve_document(
    kind: str, *, accept: str = HTML, encoding: str = "identity", times: int = 1
) -> tuple[dict[str, str], bytes, list[Headers]]:
    """Request a document that is sent in two parts.

    Returns the headers, the body, and the headers of the requests that reached the application.
    """
    seen: list[Headers] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(Headers(scope=scope))
        headers = [(b"content-type", kind.encode()), (b"etag", b'"1"'), (b"content-length", b"71")]
        headers.append((b"set-cookie", b"visitor=1"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": FRONT_END[:30], "more_body": True})
        await send({"type": "http.response.body", "body": FRONT_END[30:]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    asked = [
        (b"accept", accept.encode()),
        (b"accept-encoding", encoding.encode()),
        (b"if-none-match", b'"1"'),
    ]
    served = StyledDocument(application)
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    for _ in range(times):
        sent.clear()
        scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": asked}
        asyncio.run(served(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(part["body"] for part in sent[1:]), seen


def test_document_contains_style_title_fonts_and_script() -> None:
    headers, body, seen = serve_document("text/html; charset=utf-8")
    assert f'<style>{page_css()}</style><div id="root">'.encode() in body
    assert f"<title>{ROUTES[''].tab}</title>".encode() in body
    assert body.startswith(b"<head><script>")
    assert b"BACKEND_BASE_URL" in body
    for name in (*fonts(), *modules()):
        assert name.encode() in body
    assert headers["content-length"] == str(len(body))
    # The browser must not reuse a cached document with an outdated style.
    assert "etag" not in headers
    assert not {"if-none-match", "accept-encoding"} & set(seen[0])


def test_preloaded_fonts_and_modules_exist() -> None:
    served = Path(streamlit.__file__).parent / "static"
    assert len(fonts()) == 2
    loaded = {name.split("/")[-1].split(".")[0] for name in modules()}
    assert {"Html", "BidiComponent", "ButtonGroup", "Slider", "WidgetLabel"} <= loaded
    assert all((served / name).is_file() for name in (*fonts(), *modules()))


def test_document_is_built_once_and_sets_no_cookie() -> None:
    headers, body, seen = serve_document("text/html", times=3)
    assert len(seen) == 1
    assert page_css().encode() in body
    assert "set-cookie" not in headers


def test_visitor_who_leaves_before_the_answer_gets_none() -> None:
    async def application(_scope: Any, _receive: Any, _send: Any) -> None:
        """Streamlit answers nothing once the visitor has left."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": "GET", "path": "/", "root_path": ""}
    scope["headers"] = [(b"accept", HTML.encode())]  # type: ignore[assignment]
    asyncio.run(StyledDocument(application)(scope, receive, send))


def test_document_is_compressed_if_the_browser_accepts_gzip() -> None:
    headers, body, _ = serve_document("text/html", encoding="gzip, br", times=2)
    assert headers["content-encoding"] == "gzip"
    assert headers["content-length"] == str(len(body))
    assert headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == serve_document("text/html")[1]


@pytest.mark.parametrize(("kind", "accept"), [("image/png", HTML), ("text/html", "*/*")])
def test_other_responses_are_unchanged(kind: str, accept: str) -> None:
    assert serve_document(kind, accept=accept)[1] == FRONT_END


def test_settings_files_are_not_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)
    stop_polling_settings()
    asked: list[object] = []
    monkeypatch.setattr(PollingPathWatcher._executor, "submit", asked.append)
    watcher = PollingPathWatcher(str(tmp_path), asked.append, allow_nonexistent=True)
    watcher._check_if_path_changed()
    assert asked == []


def test_small_messages_are_not_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_events, "_set_nodelay", base_events._set_nodelay)
    disable_nagle()
    seen: list[int] = []

    async def talk() -> None:
        def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        # As Streamlit binds it: the protocol is left out.
        bound = socket.socket(socket.AF_INET)
        bound.bind(("127.0.0.1", 0))
        async with await asyncio.start_server(accepted, sock=bound):
            reader, writer = await asyncio.open_connection(*bound.getsockname())
            await reader.read()
            writer.close()

    asyncio.run(talk())
    assert seen == [1]
