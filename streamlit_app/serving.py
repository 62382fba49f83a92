"""Middleware around Streamlit: security headers, unknown addresses, and the styled document."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from streamlit_app.routes import ADDRESSES, ROUTES
from streamlit_app.theme.style import page_css

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["TITLE", "KnownPages", "SecurityHeaders", "StyledDocument"]

#: Title of the browser tab.
TITLE = "Limits and new frontiers of deep learning"

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
        "frame-ancestors 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
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
    """Redirects unknown page addresses to the contents.

    Streamlit answers every unknown path with its front end, which then shows a "page not found"
    dialog; for a mistyped link, the table of contents is more useful.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect requests for unknown documents; pass everything else on."""
        if scope["type"] == "http" and self._is_unknown_document(scope):
            root = scope.get("root_path", "")
            await RedirectResponse(f"{root}/?missing=1", status_code=307)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _is_unknown_document(scope: Scope) -> bool:
        path = _path(scope)
        is_file = "." in path.rsplit("/", 1)[-1] or path.startswith(("_stcore/", "component/"))
        return _asks_for_document(scope) and not is_file and path not in ADDRESSES


class StyledDocument:
    """Writes the app's style and title into the document that Streamlit serves.

    If the script sent the style, it would arrive some tenths of a second after the first paint and
    the page would jump. The style is inserted before the root element: after Streamlit's own style
    sheets, which its scripts add to the head, and before a lab's.

    All pages share one document. It is built on the first request and cached, both plain and
    compressed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[bool, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the document for known pages; pass everything else on."""
        if scope["type"] != "http" or not _asks_for_document(scope) or _path(scope) not in ROUTES:
            await self.app(scope, receive, send)
            return
        if not self._kept:
            start, body = await self._fetched(scope, receive)
            if start["status"] != 200 or not _kind(start).startswith("text/html"):
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            body = _styled(body)
            packed = gzip.compress(body)
            self._kept = {
                False: (_headed(start, body), body),
                True: (_headed(start, packed, encoding="gzip"), packed),
            }
        start, body = self._kept["gzip" in Headers(scope=scope).get("accept-encoding", "")]
        await send(dict(start, headers=list(start["headers"])))
        await send({"type": "http.response.body", "body": body})

    async def _fetched(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
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
        return starts[0], b"".join(parts)


_PARTIAL = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).strip("/")


def _asks_for_document(scope: Scope) -> bool:
    # Only navigation requests prefer HTML; scripts, fonts and data accept anything.
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and wanted.startswith("text/html")


def _kind(start: Message) -> str:
    return Headers(raw=start["headers"]).get("content-type", "")


def _styled(body: bytes) -> bytes:
    root = b'<div id="root">'
    title = f"<title>{TITLE}</title>".encode()
    body = body.replace(b"<title>Streamlit</title>", title, 1)
    return body.replace(root, f"<style>{page_css()}</style>".encode() + root, 1)


def _headed(start: Message, body: bytes, *, encoding: str | None = None) -> Message:
    """Return the start of the response, with headers that match the body."""
    message = dict(start, headers=list(start["headers"]))
    headers = MutableHeaders(scope=message)
    # The file's validators would let a browser keep a document with an outdated style; a cookie
    # would be shared by all visitors.
    for name in ("etag", "last-modified", "accept-ranges", "set-cookie"):
        del headers[name]
    headers["content-length"] = str(len(body))
    headers["vary"] = "Accept-Encoding"
    if encoding is not None:
        headers["content-encoding"] = encoding
    return message
