"""Requests below a base path, with and without the prefix; WebSockets; frames of other sites."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urljoin

import pytest
from streamlit import config

from streamlit_app.base_path import BasePath, SameHost, base_path, checked
from streamlit_app.embedding import VARIABLE, checked_origins, frame_ancestors
from streamlit_app.routes import ROUTES
from streamlit_app.serving import KnownPages

HTML = b"text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def below_frontiers(monkeypatch: pytest.MonkeyPatch) -> None:
    real = config.get_option
    settings = {"server.baseUrlPath": "/frontiers/"}
    monkeypatch.setattr(config, "get_option", lambda key: settings.get(key) or real(key))


def ask(path: str, query: bytes = b"") -> tuple[str | None, str | None]:
    """Send a request; return the path that the app sees, and the target of a redirect."""
    seen: list[str] = []
    sent: list[Any] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [(b"accept", HTML)],
    }
    asyncio.run(BasePath(KnownPages(application))(scope, None, send))  # type: ignore[arg-type]
    headers = {name: value.decode() for name, value in sent[0]["headers"]}
    return (seen[0] if seen else None), headers.get(b"location")


@pytest.mark.usefixtures("below_frontiers")
class TestRequests:
    @pytest.mark.parametrize("prefix", ["/frontiers", "", "/"])
    @pytest.mark.parametrize("path", [f"/{slug}" for slug in ROUTES] + ["/_stcore/health"])
    def test_app_sees_the_same_path_behind_any_proxy(self, prefix: str, path: str) -> None:
        assert ask(prefix + path) == (f"/frontiers{path}", None)

    @pytest.mark.parametrize(
        ("path", "query", "end"),
        [
            ("", b"", "/"),
            ("", b"slide=2", "/?slide=2"),
            ("/nowhere", b"", "/?missing=1"),
            ("/welcome/2", b"", "/?missing=1"),
            ("/a/b/", b"", "/?missing=1"),
            ("/search/", b"q=ostrich", "/search?q=ostrich"),
        ],
    )
    def test_redirects_stay_below_the_prefix_of_the_browser(
        self, path: str, query: bytes, end: str
    ) -> None:
        for seen_by_browser in ("http://h/frontiers", "https://h/a/longer/prefix"):
            _, location = ask(f"/frontiers{path}", query)
            assert location is not None
            assert "//" not in location
            assert not location.startswith("/")
            if path or seen_by_browser.endswith("/frontiers"):
                assert urljoin(seen_by_browser + path, location) == seen_by_browser + end

    def test_redirect_never_leaves_the_host(self) -> None:
        for path in ("//evil.example/", "/frontiers//evil.example/", "///evil.example"):
            location = ask(path)[1] or ""
            assert urljoin("http://h/frontiers/x", location).startswith("http://h/")

    def test_setting_is_read_with_or_without_slashes(self) -> None:
        assert base_path() == "/frontiers"


@pytest.mark.parametrize(
    ("given", "base"),
    [("", ""), ("/", ""), ("pf", "/pf"), ("/pf/", "/pf"), ("/a/b", "/a/b"), ("~x.y", "/~x.y")],
)
def test_base_path_has_one_slash_in_front(given: str, base: str) -> None:
    assert checked(given) == base


@pytest.mark.parametrize(
    "given", ["a b", "/a//b", "/..", "/a/../b", "/ä", "/a?b", '/"', "http://x"]
)
def test_invalid_paths_are_rejected(given: str) -> None:
    with pytest.raises(ValueError, match=r"--base-path must be a path such as /frontiers, .* got "):
        checked(given, "--base-path")


@pytest.mark.parametrize("given", ["/search", "adversarial-examples", "/media/x", "/healthz"])
def test_address_of_the_app_is_rejected(given: str) -> None:
    with pytest.raises(ValueError, match="must not begin with an address that the app uses"):
        checked(given)


def connect(origin: str | None, **headers: str) -> str | None:
    """Open a WebSocket; return the host that Streamlit sees, or ``None`` if it is refused."""
    seen: list[str] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(dict(scope["headers"])[b"host"].decode())

    async def send(message: Any) -> None:
        assert message["type"] == "websocket.close"

    given = {"host": "app", **headers} | ({} if origin is None else {"origin": origin})
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    asyncio.run(SameHost(application)({"type": "websocket", "headers": raw}, None, send))  # type: ignore[arg-type]
    return seen[0] if seen else None


@pytest.mark.parametrize(
    ("origin", "headers", "host"),
    [
        ("http://localhost:8501", {"host": "localhost:8501"}, "localhost:8501"),
        ("https://mit.edu", {"host": "mit.edu"}, "mit.edu"),
        ("http://mit.edu:8080", {"host": "mit.edu"}, "mit.edu:8080"),
        ("https://mit.edu", {"x_forwarded_host": "mit.edu"}, "mit.edu"),
        ("https://mit.edu", {"x_forwarded_host": "mit.edu:443, inner"}, "mit.edu"),
        ("http://[::1]:8501", {"host": "[::1]:8501"}, "[::1]:8501"),
        (None, {}, "app"),
        ("https://evil.example", {"host": "mit.edu"}, None),
        ("https://evil.example", {"x_forwarded_host": "mit.edu"}, None),
        ("https://mit.edu.evil.example", {"host": "mit.edu"}, None),
        ("null", {"host": "mit.edu"}, None),
        ("null", {"host": ":80"}, None),
        ("http://[", {"host": "mit.edu"}, None),
        ("https://mit.edu", {"host": "["}, None),
    ],
)
def test_websockets_are_accepted_from_the_same_host_only(
    origin: str | None, headers: dict[str, str], host: str | None
) -> None:
    assert connect(origin, **headers) == host


def test_only_listed_sites_may_frame_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert frame_ancestors() == "'self'"
    monkeypatch.setenv(VARIABLE, "https://moodle.example.edu/ https://*.mit.edu:8443")
    assert frame_ancestors() == "'self' https://moodle.example.edu https://*.mit.edu:8443"
    assert checked_origins(["HTTPS://Moodle.example.edu:65535"])


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "moodle.example.edu",
        "https://a/b",
        "https://a; x",
        "'self'",
        "https://a:0",
        "https://a:99999",
    ],
)
def test_invalid_origins_are_rejected(given: str) -> None:
    with pytest.raises(ValueError, match="--embed-in must be an origin such as https"):
        checked_origins([given], "--embed-in")
