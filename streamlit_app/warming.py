"""What happens between the start of the server and its first visitor."""

from __future__ import annotations

import importlib
import logging
import threading

__all__ = ["warm_up"]

_LOGGER = logging.getLogger(__name__)

#: Imported once in the server, so that no visitor's page pays for it.
_SLOW_IMPORTS = ("altair", "pandas", "pyarrow", "streamlit.elements.vega_charts")


def warm_up() -> None:
    """Load slow modules and draw every figure once, in a thread of its own."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    for name in _SLOW_IMPORTS:
        importlib.import_module(name)
