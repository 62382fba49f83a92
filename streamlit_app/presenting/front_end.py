"""The libraries and fonts that the deck takes from Streamlit's own files.

The names of the files contain a hash that changes with each version of Streamlit. A browser that
has opened one of the app's pages has them already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit

__all__ = ["FrontEnd", "front_end"]

_FRONT_END = Path(streamlit.__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """Addresses relative to a page of the app.

    Attributes:
        katex: Module whose default export is KaTeX.
        vega: Module whose only function loads vega-embed and the expression interpreter.
        style: Style sheet with the fonts of KaTeX and of the app.
    """

    katex: str
    vega: str
    style: str


@cache
def front_end() -> FrontEnd:
    """Find the files.

    Raises:
        FileNotFoundError: This version of Streamlit lacks one of them.
    """
    return FrontEnd(
        katex=_served("js/katex.*.js"),
        vega=_served("js/loadVegaEmbed.*.js"),
        style=_served("css/index.*.css"),
    )


def _served(pattern: str) -> str:
    found = sorted((_FRONT_END / "static").glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(
            f"streamlit must have one file static/{pattern}, which the slides are drawn with, got "
            f"{len(found)}; install the version that constraints.txt names."
        )
    return f"./{found[0].relative_to(_FRONT_END).as_posix()}"
