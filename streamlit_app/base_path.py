"""The path below which the app is served, such as ``/frontiers`` behind a reverse proxy.

It is Streamlit's setting ``server.baseUrlPath``; ``pyfrontiers app --base-path`` sets it. Every
address that the app writes is relative to the page, so the prefix does not matter there. In
requests it does: some proxies keep the prefix and others strip it. Both work.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from streamlit import config

from streamlit_app.routes import ADDRESSES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["BasePath", "SameHost", "base_path", "checked", "path_of", "relative_redirect"]

_SEGMENTS = re.compile(r"(/[A-Za-z0-9._~-]+)*")
#: First segments of what Streamlit serves.
_FILES = frozenset({"_stcore", "component", "media", "static"})


def checked(path: str, name: str = "server.baseUrlPath") -> str:
    """Return a base path with a leading slash and no trailing slash; ``""`` for the root.

    Args:
        path: The path, with or without slashes around it.
        name: Name of the argument or setting, for the error message.

    Raises:
        ValueError: The path contains characters that need escaping in a URL or a segment ``.`` or
            ``..``, or begins with an address of the app.
    """
    trimmed = path.strip("/")
    base = f"/{trimmed}" if trimmed else ""
    segments = base.split("/")[1:]
    if not _SEGMENTS.fullmatch(base) or {".", ".."} & set(segments):
        raise ValueError(
            f"{name} must be a path such as /frontiers, made of letters, digits and -._~ between "
            f"slashes, got {path!r}."
        )
    if base and segments[0] in ADDRESSES | _FILES:
        raise ValueError(
            f"{name} must not begin with an address that the app uses, got {path!r}; "
            "choose another, such as /frontiers."
        )
    return base


def base_path() -> str:
    """Return the base path of this server, such as ``"/frontiers"``; ``""`` for the root.

    Raises:
        ValueError: The setting is not a path; see :func:`checked`.
    """
    return checked(str(config.get_option("server.baseUrlPath") or ""))


def path_of(scope: Scope) -> str:
    """Return the path of a request below the base path, without slashes around it."""
    return _below(scope, base_path()).strip("/")


def relative_redirect(scope: Scope, target: str) -> RedirectResponse:
    """Redirect to an address of the app, relative to the requested one.

    A relative address is correct even if a proxy stripped a prefix or uses another protocol or
    host.

    Args:
        scope: The request.
        target: Address below the base path, such as ``"?missing=1"`` or ``"search"``.
    """
    # Use the raw path: to the browser, an escaped slash is not a separator.
    raw = scope.get("raw_path") or scope["path"].encode()
    base = base_path().encode()
    raw = raw.removeprefix(scope.get("root_path", "").encode())
    below = raw.removeprefix(base) if raw.startswith(base + b"/") else raw
    depth = below.lstrip(b"/").count(b"/")
    return RedirectResponse(("../" * depth or "./") + target, status_code=307)


class BasePath:
    """Adds the base path to requests from which a proxy has stripped it.

    The base path without a trailing slash is redirected, because relative addresses do not work
    there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Prepend the base path unless it is already there."""
        base = base_path()
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        path = scope["path"].removeprefix(root)
        if base and path == base and scope["type"] == "http":
            query = scope.get("query_string", b"").decode("latin-1")
            address = f"./{base.rsplit('/', 1)[-1]}/" + (f"?{query}" if query else "")
            await RedirectResponse(address, status_code=307)(scope, receive, send)
            return
        scope = dict(scope, path=f"{root}{base}{_below(scope, base)}")
        await self.app(scope, receive, send)


class SameHost:
    """Accepts WebSockets only from pages of the requested host.

    Behind a proxy, the Host header may lack the public port or name the proxy's upstream; the
    public host is then in X-Forwarded-Host. A page cannot set either header, so pages of other
    hosts cannot pass. Streamlit's own check would query an internet service for this machine's
    address before refusing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set Host to the page's host, which Streamlit accepts, or refuse with status 403."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and config.get_option("server.enableCORS"):
            page = _host_of(origin)
            asked = [headers.get("host", ""), *headers.get("x-forwarded-host", "").split(",")]
            hosts = {_host_of(f"//{host.strip()}") for host in asked} - {None}
            allowed = {entry.strip() for entry in config.get_option("server.corsAllowedOrigins")}
            if page in hosts:
                scope = dict(scope, headers=list(scope["headers"]))
                MutableHeaders(scope=scope)["host"] = urlsplit(origin).netloc
            elif origin not in allowed:
                logging.getLogger(__name__).warning(
                    "a page of %s may not connect to this server (%s); a proxy in between must "
                    "pass on the header Host or X-Forwarded-Host",
                    origin,
                    ", ".join(sorted(map(str, hosts))) or "no host",
                )
                await send({"type": "websocket.close", "code": 1008})
                return
        await self.app(scope, receive, send)


def _host_of(address: str) -> str | None:
    """Return the host of a URL, or ``None`` if it has none or is malformed."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _below(scope: Scope, base: str) -> str:
    """Return the path below the base path, with one leading slash."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    if base and path.startswith(f"{base}/"):
        path = path.removeprefix(base)
    # A proxy that replaces "/frontiers" by "/" turns "/frontiers/search" into "//search".
    return "/" + path.lstrip("/")
