"""The server: extra routes, response headers and start-up around the script that draws the pages.

``streamlit run streamlit_app/app.py`` finds ``app`` and serves it. The script, which runs for each
visitor and interaction, is ``router.py`` in the same folder; the settings are in
``.streamlit/config.toml``.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from streamlit_app.base_path import BasePath, SameHost, base_path
from streamlit_app.errors import explain_script_error
from streamlit_app.presenting.serving import deck_routes
from streamlit_app.serving import KnownPages, SecurityHeaders, StyledDocument
from streamlit_app.tuning import disable_nagle, stop_polling_settings
from streamlit_app.warming import is_warm, warm_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

__all__ = ["app"]


async def healthz(_: Request) -> JSONResponse:
    """Report that the server is up, its version and whether its caches are warm."""
    return JSONResponse({"status": "ok", "version": version("pyfrontiers"), "warm": is_warm()})


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Warm the caches before the first visitor arrives."""
    disable_nagle()
    stop_polling_settings()
    warm_up()
    yield {}


app = st.App(
    Path(__file__).with_name("router.py"),
    routes=[Route(f"{base_path()}/healthz", healthz), *deck_routes(base_path())],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(BasePath),
        Middleware(SameHost),
        Middleware(KnownPages),
        Middleware(StyledDocument),
    ],
    lifespan=lifespan,
    on_script_error=explain_script_error,
)
