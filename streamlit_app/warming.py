"""What happens between the start of the server and its first visitor."""

from __future__ import annotations

import importlib
import threading

from pyfrontiers.compute import warm_up as warm_up_workers

__all__ = ["warm_up"]

#: Imported once in the server, so that no visitor's page pays for it.
_SERVER = (
    "pandas",
    "pyarrow",
    "streamlit.elements.vega_charts",
    "streamlit_app.shell",
    "streamlit_app.labs.adversarial",
    "streamlit_app.labs.dropout",
)

#: Imported once in each worker, so that no visitor's first job pays for it.
_WORKERS = (
    "torch",
    "pyfrontiers.kernels",
    "pyfrontiers.vision",
    "pyfrontiers.uncertainty",
    "efficientnet_lite_pytorch",
    "skimage.metrics",
    "sklearn.datasets",
)


def warm_up() -> None:
    """Load slow modules, draw every figure and start the workers, in a thread of its own."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    for name in _SERVER:
        importlib.import_module(name)
    figures = importlib.import_module("pyfrontiers.lecture.figures")
    for name in figures.names():
        figures.draw(name)
    importlib.import_module("streamlit_app.labs.dropout").prepare()
    warm_up_workers(_WORKERS)
