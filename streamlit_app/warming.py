"""What happens between the start of the server and its first visitor."""

from __future__ import annotations

import importlib
import threading

from pyfrontiers.compute import warm_up as warm_up_workers
from streamlit_app.labs import lab_of, labs

__all__ = ["is_warm", "leave_settings_alone", "warm_up"]

_warm = threading.Event()

# Before the server answers: Altair and Arrow look pandas up among the loaded modules without
# waiting until it is complete, so no page may run while another thread imports it.
_BEFORE = ("pandas", "pyarrow", "altair", "streamlit.elements.vega_charts", "streamlit_app.views")

#: Imported once in each worker, so that no visitor's first job pays for it.
_WORKERS = (
    "torch",
    "pyfrontiers.kernels",
    "pyfrontiers.approximation",
    "pyfrontiers.vision",
    "pyfrontiers.uncertainty",
)


def warm_up() -> None:
    """Load what every page needs; the figures, laboratories and workers follow in a thread."""
    _import(_BEFORE)
    threading.Thread(target=_meanwhile, name="warm-up", daemon=True).start()


def leave_settings_alone() -> None:
    """End Streamlit's watch over its settings' files: five looks a second, for as long as it runs.

    ``server.fileWatcherType = "none"`` doesn't end it. What is being looked at is looked at once
    more; then the threads sleep.
    """
    from streamlit.watcher.polling_path_watcher import PollingPathWatcher

    setattr(PollingPathWatcher, "_schedule", lambda _: None)  # noqa: B010 - mypy refuses the plain way


def is_warm() -> bool:
    """Return whether everything that is prepared for the first visitors is ready."""
    return _warm.is_set()


def _meanwhile() -> None:
    """Prepare figures and experiments while the server answers already."""
    warm_up_workers(_WORKERS)
    importlib.import_module("streamlit_app.views.section.figure").prepare_figures()
    for slug in sorted(labs()):
        lab = lab_of(slug)
        if lab is not None and lab.prepare is not None:
            lab.prepare()
    _warm.set()


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        importlib.import_module(name)
