"""What is done to every request and response before Streamlit sees it."""

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

#: What the browser's tab says.
TITLE = "Limits and new frontiers of deep learning"

# Everything comes from this server: scripts, styles, fonts, images. Streamlit's front end builds
# style elements and component modules in the browser (inline styles, blob URLs), and Vega compiles
# its expressions with the Function constructor, hence 'unsafe-eval'.
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
    """Adds the headers to every HTTP response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and write the headers into the response's start."""
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
    """Sends a browser that asks for a page that does not exist to the contents.

    Streamlit answers every unknown path with its front end, which then opens a dialog about a
    missing file; a visitor with a mistyped link is better served by the table of contents.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect documents at unknown addresses; pass everything else on."""
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

    Brought by the script instead, the style would arrive some tenths of a second after the first
    picture of the page, which then jumps. It stands before the root element: behind Streamlit's
    own style sheets, which its scripts put into the head, and in front of a lab's.

    Every page has the same document, so it is made at the first request and then kept, plain and
    packed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[bool, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for documents; pass everything else on."""
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
        """Ask for the whole document: neither packed, nor a part, nor "as you have it already"."""
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
    # Only a navigation asks for HTML first; scripts, fonts and data ask for anything.
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
    """Return the response's start with headers that fit the body."""
    message = dict(start, headers=list(start["headers"]))
    headers = MutableHeaders(scope=message)
    # Those of the file would let a browser keep a document with an older style; a cookie would be
    # one visitor's.
    for name in ("etag", "last-modified", "accept-ranges", "set-cookie"):
        del headers[name]
    headers["content-length"] = str(len(body))
    headers["vary"] = "Accept-Encoding"
    if encoding is not None:
        headers["content-encoding"] = encoding
    return message
