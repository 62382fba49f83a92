"""What is done to every request and response before Streamlit sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from streamlit_app.pages import ADDRESSES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["KnownPages", "SecurityHeaders"]

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
        # Only a navigation asks for HTML first; scripts, fonts and data ask for anything.
        wants_document = Headers(scope=scope).get("accept", "").startswith("text/html")
        path = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
        is_file = "." in path.rsplit("/", 1)[-1] or path.startswith(("_stcore/", "component/"))
        return scope["method"] == "GET" and wants_document and not is_file and path not in ADDRESSES
