"""What is done to every request and response before Streamlit sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from streamlit_app.routes import ADDRESSES
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
        path = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
        is_file = "." in path.rsplit("/", 1)[-1] or path.startswith(("_stcore/", "component/"))
        return _asks_for_document(scope) and not is_file and path not in ADDRESSES


class StyledDocument:
    """Writes the app's style and title into the document that Streamlit serves.

    Brought by the script instead, the style would arrive some tenths of a second after the first
    picture of the page, which then jumps. It stands before the root element: behind Streamlit's
    own style sheets, which its scripts put into the head, and in front of a laboratory's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite documents; pass everything else on."""
        if scope["type"] != "http" or not _asks_for_document(scope):
            await self.app(scope, receive, send)
            return
        # The whole document, as it is: neither packed, nor a part, nor "as you have it already".
        kept = [(name, value) for name, value in scope["headers"] if name not in _PARTIAL]
        started: dict[str, Any] = {}
        parts: list[bytes] = []

        async def send_styled(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await send(_headed(started, body := _styled(started, b"".join(parts))))
                await send({"type": "http.response.body", "body": body})

        await self.app(dict(scope, headers=kept), receive, send_styled)


_PARTIAL = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"})


def _asks_for_document(scope: Scope) -> bool:
    # Only a navigation asks for HTML first; scripts, fonts and data ask for anything.
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and wanted.startswith("text/html")


def _styled(started: dict[str, Any], body: bytes) -> bytes:
    if not Headers(raw=started["headers"]).get("content-type", "").startswith("text/html"):
        return body
    root = b'<div id="root">'
    title = f"<title>{TITLE}</title>".encode()
    body = body.replace(b"<title>Streamlit</title>", title, 1)
    return body.replace(root, f"<style>{page_css()}</style>".encode() + root, 1)


def _headed(started: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the response's start with headers that fit the body."""
    message = dict(started, headers=list(started["headers"]))
    headers = MutableHeaders(scope=message)
    # Those of the file would let a browser keep a document with an older style.
    for name in ("etag", "last-modified", "accept-ranges"):
        del headers[name]
    headers["content-length"] = str(len(body))
    return message
