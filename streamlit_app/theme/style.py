"""The page's CSS: tokens from the palette, and the style sheets beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from pyfrontiers.lecture import palette

__all__ = ["HEIGHTS", "icon", "page_css"]

_SHEETS = ("base.css", "slide.css", "parts.css", "../kit/kit.css")

#: Heights in pixels that a container can keep, by the end of its key, such as ``-360px``.
HEIGHTS = range(20, 1001, 20)


@cache
def icon() -> str:
    """Return the browser tab's icon as a data URL: a file would be read in every run."""
    drawing = (Path(__file__).parent / "icon.svg").read_text(encoding="utf-8")
    return f"data:image/svg+xml,{quote(drawing)}"


@cache
def page_css() -> str:
    """Return the whole style of the app.

    Each colour is a ``light-dark(light, dark)`` pair: Streamlit sets ``color-scheme`` on the app's
    root, so switching themes does not rerun the script.
    """
    pairs = "\n".join(
        f"  --pf-{name}: light-dark({light}, {palette.DARK[name]});"
        for name, light in palette.LIGHT.items()
    )
    folder = Path(__file__).parent
    sheets = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SHEETS)
    kept = "\n".join(f'[class*="-{h:04d}px"] {{ min-height: {h}px; }}' for h in HEIGHTS)
    return f":root {{\n{pairs}\n}}\n{sheets}\n{kept}\n"
