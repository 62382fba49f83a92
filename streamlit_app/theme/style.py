"""The app's CSS: colour tokens from the palette, and the style sheets in this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from pyfrontiers.lecture import palette

__all__ = ["HEIGHTS", "icon", "page_css"]

_SHEETS = ("base.css", "slide.css", "parts.css", "../kit/kit.css", "../kit/panel.css")

#: Minimum heights in pixels that a container's key can set by its ending, such as ``-0360px``.
HEIGHTS = range(20, 1001, 20)


@cache
def icon() -> str:
    """Return the browser tab's icon as a data URL; Streamlit would read a file in every run."""
    drawing = (Path(__file__).parent / "icon.svg").read_text(encoding="utf-8")
    return f"data:image/svg+xml,{quote(drawing)}"


@cache
def page_css() -> str:
    """Return the app's complete style sheet.

    Each colour is a ``light-dark(light, dark)`` pair. Streamlit sets ``color-scheme`` on the app's
    root element, so switching themes does not rerun the script.
    """
    pairs = "\n".join(
        f"  --pf-{name}: light-dark({light}, {palette.DARK[name]});"
        for name, light in palette.LIGHT.items()
    )
    folder = Path(__file__).parent
    sheets = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SHEETS)
    kept = "\n".join(f'[class*="-{h:04d}px"] {{ min-height: {h}px; }}' for h in HEIGHTS)
    return f":root {{\n{pairs}\n}}\n{sheets}\n{kept}\n"
