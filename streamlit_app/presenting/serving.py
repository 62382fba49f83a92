"""Routes of the deck: the document, its scripts and style sheets, the stored transcript."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript import TranscriptError, load
from pyfrontiers.notebooks import notebook, script
from streamlit_app.presenting.deck import deck_html
from streamlit_app.presenting.lectures import presented

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["deck_files", "deck_routes", "prepare_deck"]

_FOLDER = Path(__file__).with_name("deck")
_KINDS = {".css": "text/css", ".js": "text/javascript"}


@cache
def deck_files() -> tuple[str, dict[str, bytes]]:
    """Return a digest of the deck's files, which is part of their address, and their content."""
    files = {
        path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _KINDS
    }
    return hashlib.sha256(repr(files).encode()).hexdigest()[:12], files


def deck_routes(base: str) -> list[Route]:
    """Return the routes.

    Args:
        base: The base path of the server, such as ``"/frontiers"``; ``""`` for the root.
    """
    return [
        Route(f"{base}/present", _deck),
        Route(f"{base}/present/transcript.json", _transcript),
        Route(f"{base}/present/take/{{name}}", _take_home),
        Route(f"{base}/present/pictures/{{slide}}", _picture),
        Route(f"{base}/present/files/{{digest}}/{{name}}", _file),
    ]


def prepare_deck() -> None:
    """Build the document ahead of the first request."""
    _document()


def _deck(request: Request) -> Response:
    return _answer(request, *_document(), "text/html", "no-cache")


def _file(request: Request) -> Response:
    digest, files = deck_files()
    name = request.path_params["name"]
    if name not in files:
        return PlainTextResponse("There is no such file.", status_code=404)
    # An address with another digest is of another version: answered, but not to be kept.
    known = request.path_params["digest"] == digest
    keep = "public, max-age=31536000, immutable" if known else "no-cache"
    return _answer(request, *_packed(name), _KINDS[Path(name).suffix], keep)


def _picture(request: Request) -> Response:
    """Answer with the picture of a slide of a lecture pack."""
    found = presented().pictures.get(request.path_params["slide"])
    if found is None or not found[0].is_file():
        return PlainTextResponse("There is no such picture.", status_code=404)
    return FileResponse(found[0], headers={"Cache-Control": "no-cache"})


def _take_home(request: Request) -> Response:
    """Answer with a section as a notebook or a script."""
    name = request.path_params["name"]
    slug, _, kind = name.partition(".")
    make = {"ipynb": notebook, "py": script}.get(kind)
    if make is None or slug not in {item.slug for item in SECTIONS}:
        return PlainTextResponse("There is no such file.", status_code=404)
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    media = "application/x-ipynb+json" if kind == "ipynb" else "text/x-python"
    return Response(make(slug), headers=attached, media_type=media)


def _transcript(_: Request) -> Response:
    """Answer with the transcript that the server's owner has stored; empty if there is none."""
    try:
        transcript = load()
    except TranscriptError:
        transcript = None  # its owner reads why on the page of the transcript
    told: dict[str, list[dict[str, str | float | None]]] = {}
    for paragraph in transcript.paragraphs if transcript else ():
        entry = {"start": paragraph.start, "text": paragraph.text}
        told.setdefault(paragraph.section, []).append(entry)
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@cache
def _document() -> tuple[bytes, bytes]:
    body = deck_html(f"./present/files/{deck_files()[0]}", presented()).encode()
    return body, gzip.compress(body)


@cache
def _packed(name: str) -> tuple[bytes, bytes]:
    body = deck_files()[1][name]
    return body, gzip.compress(body)


def _answer(request: Request, body: bytes, packed: bytes, kind: str, keep: str) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"Cache-Control": keep, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return Response(body, headers=headers, media_type=kind)
