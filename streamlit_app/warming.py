"""Warm-up: imports and computations done before the first visitor needs them."""

from __future__ import annotations

import importlib
import os
import threading

from pyfrontiers.compute import warm_up as warm_up_workers
from streamlit_app.labs import lab_of, labs

__all__ = ["is_warm", "warm_up"]

#: With ``PYFRONTIERS_WARM_UP=off`` in the environment, the first visitor of a page waits for it
#: instead. That suits a server with few visitors, such as that of a test.
_VARIABLE = "PYFRONTIERS_WARM_UP"

_warm = threading.Event()

# Imported before the server answers: Altair and Arrow look up pandas in sys.modules without waiting
# for its import to finish, so no page may run while another thread imports it.
_BEFORE = ("pandas", "pyarrow", "altair", "streamlit.elements.vega_charts", "streamlit_app.views")

#: Imported by each worker at start-up, so that jobs don't wait for imports.
_WORKERS = (
    "torch",
    "torch._dynamo",  # a process's first optimiser imports it, which takes a second
    "pyfrontiers.kernels",
    "pyfrontiers.approximation",
    "pyfrontiers.vision",
    "pyfrontiers.vision.teaching",
    "pyfrontiers.uncertainty",
)


def warm_up() -> None:
    """Import what every page needs, then prepare figures, labs and workers in a thread."""
    _import(_BEFORE)
    if os.environ.get(_VARIABLE) == "off":
        return
    threading.Thread(target=_meanwhile, name="warm-up", daemon=True).start()


def is_warm() -> bool:
    """Return whether the warm-up is complete."""
    return _warm.is_set()


def _meanwhile() -> None:
    """Prepare figures and experiments while the server already answers."""
    warm_up_workers(_WORKERS)
    importlib.import_module("streamlit_app.views.section.figure").prepare_figures()
    importlib.import_module("streamlit_app.presenting.serving").prepare_deck()
    for slug in sorted(labs()):
        lab = lab_of(slug)
        if lab is not None and lab.prepare is not None:
            lab.prepare()
    _warm.set()


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        importlib.import_module(name)
