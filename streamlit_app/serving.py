"""Middleware around Streamlit: security headers, unknown addresses, and the styled document."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from streamlit_app.base_path import base_path, path_of, relative_redirect
from streamlit_app.embedding import frame_ancestors
from streamlit_app.routes import ADDRESSES, ROUTES
from streamlit_app.theme.document import styled

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "KnownPages", "SecurityHeaders", "StyledDocument"]

# Scripts, styles, fonts and images all come from this server. Streamlit's front end creates style
# elements and component modules in the browser, which needs inline styles and blob URLs; Vega
# compiles expressions with the Function constructor, which needs 'unsafe-eval'.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: blob: data:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {frame_ancestors()}",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds `HEADERS` to every HTTP response that doesn't set them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class KnownPages:
    """Redirects unknown page addresses to the contents, and ``/search/`` to ``/search``.

    Streamlit answers every unknown path with its front end, which then shows a "page not found"
    dialog; for a mistyped link, the table of contents is more useful.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect requests for unknown documents; pass everything else on."""
        target = self._elsewhere(scope) if scope["type"] == "http" else None
        if target is None:
            await self.app(scope, receive, send)
        else:
            await relative_redirect(scope, target)(scope, receive, send)

    @staticmethod
    def _elsewhere(scope: Scope) -> str | None:
        path = path_of(scope)
        is_file = "." in path.rsplit("/", 1)[-1] or path.startswith(("_stcore/", "component/"))
        if not _asks_for_document(scope) or is_file:
            return None
        if path not in ADDRESSES:
            return "?missing=1"
        query = scope["query_string"].decode("latin-1")
        ends_in_slash = path and scope["path"].endswith("/")
        return f"{path}?{query}".rstrip("?") if ends_in_slash else None


class StyledDocument:
    """Writes the app's style, the page's title and a script into Streamlit's document.

    Sent by the page's script instead, the style would arrive tenths of a second after the first
    paint, and the page would jump. Each document is built on its first request and cached, both
    uncompressed and compressed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, bool], tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the document for known pages; pass everything else on."""
        is_document = scope["type"] == "http" and _asks_for_document(scope)
        slug = path_of(scope) if is_document else ""
        if not is_document or slug not in ROUTES:
            await self.app(scope, receive, send)
            return
        if (slug, False) not in self._kept:
            fetched = await self._fetched(scope, receive)
            if fetched is None:  # the visitor has left before the answer
                return
            start, body = fetched
            if start["status"] != 200 or not _kind(start).startswith("text/html"):
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            body = styled(body, ROUTES[slug].tab, base_path())
            packed = gzip.compress(body)
            self._kept[slug, False] = _headed(start, body), body
            self._kept[slug, True] = _headed(start, packed, encoding="gzip"), packed
        start, body = self._kept[slug, "gzip" in Headers(scope=scope).get("accept-encoding", "")]
        await send(dict(start, headers=list(start["headers"])))
        await send({"type": "http.response.body", "body": body})

    async def _fetched(self, scope: Scope, receive: Receive) -> tuple[Message, bytes] | None:
        """Fetch the complete document: no compression, byte range or "304 Not Modified"."""
        kept = [(name, value) for name, value in scope["headers"] if name not in _PARTIAL]
        starts: list[Message] = []
        parts: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                starts.append(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(dict(scope, headers=kept), receive, take)
        return (starts[0], b"".join(parts)) if starts else None


_PARTIAL = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})


def _asks_for_document(scope: Scope) -> bool:
    # Only navigation requests prefer HTML; scripts, fonts and data accept anything.
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and wanted.startswith("text/html")


def _kind(start: Message) -> str:
    return Headers(raw=start["headers"]).get("content-type", "")


def _headed(start: Message, body: bytes, *, encoding: str | None = None) -> Message:
    """Return the start of the response, with headers that match the body."""
    message = dict(start, headers=list(start["headers"]))
    headers = MutableHeaders(scope=message)
    # With the file's validators, a browser could keep a document with an outdated style. A cached
    # cookie would be shared by all visitors.
    for name in ("etag", "last-modified", "accept-ranges", "set-cookie"):
        del headers[name]
    headers["content-length"] = str(len(body))
    headers["vary"] = "Accept-Encoding"
    if encoding is not None:
        headers["content-encoding"] = encoding
    return message
