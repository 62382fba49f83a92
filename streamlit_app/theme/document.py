"""The document that every page starts from: Streamlit's, with the app's style, title and script."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path

import streamlit

from streamlit_app.theme.style import page_css

__all__ = ["fonts", "modules", "styled"]

_FRONT_END = Path(streamlit.__file__).parent / "static"
_IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def styled(document: bytes, title: str, base: str) -> bytes:
    """Write title, script, fonts and style into Streamlit's document.

    The style is inserted before the root element: after Streamlit's own style sheets, which its
    scripts add to the head, and before a lab's.

    Args:
        document: The HTML that Streamlit serves for every page.
        title: Title of the browser tab.
        base: The base path, such as ``"/frontiers"``; ``""`` for the root.
    """
    root = b'<div id="root">'
    # Before anything that the document loads, because the script may redirect.
    script = f"<head><script>{_script(base)}</script>"
    head = f"<title>{escape(title)}</title>" + "".join(
        f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>'
        for font in fonts()
        if font.encode() not in document
    )
    head += "".join(f'<link rel="modulepreload" href="{name}" crossorigin>' for name in modules())
    document = document.replace(b"<head>", script.encode(), 1)
    document = document.replace(b"<title>Streamlit</title>", head.encode(), 1)
    return document.replace(root, f"<style>{page_css()}</style>".encode() + root, 1)


@cache
def fonts() -> tuple[str, ...]:
    """Return the addresses of the two fonts, relative to a page, for preloading.

    Otherwise, text is first drawn in a fallback font and moves when its font arrives.
    """
    return _served("media/SourceSansVF-Upright*.woff2", "media/SourceSerifVariable-Roman*.woff2")


@cache
def modules() -> tuple[str, ...]:
    """Return the addresses of the front-end modules of common elements, for preloading.

    Streamlit requests them when the first such element arrives, and shows a grey placeholder of
    another height until they are loaded; the page moves when the placeholder is replaced.
    """
    names = ("Html", "purify.es", "BidiComponent", "_arrayReduce", "serialization", "recordbatch")
    controls = ("Button", "ButtonGroup", "Checkbox", "Slider")
    found = dict.fromkeys(_served(*(f"js/{name}.*.js" for name in (*names, *controls))))
    document = (_FRONT_END / "index.html").read_text(encoding="utf-8")
    waiting = list(found)
    while waiting:
        text = (_FRONT_END / waiting.pop()).read_text(encoding="utf-8")
        for name in _IMPORTED.findall(text):
            address = f"./static/js/{name}"
            if address not in document and address not in found:
                found[address] = None
                waiting.append(address)
    return tuple(found)


def _served(*patterns: str) -> tuple[str, ...]:
    """Return the addresses of Streamlit's files that match; their names contain a hash."""
    found = (path for name in patterns for path in sorted((_FRONT_END / "static").glob(name)))
    return tuple(f"./{path.relative_to(_FRONT_END).as_posix()}" for path in found)


@cache
def _script(base: str) -> str:
    text = Path(__file__).with_name("document.js").read_text(encoding="utf-8")
    return text.replace('"BASE"', json.dumps(base))
