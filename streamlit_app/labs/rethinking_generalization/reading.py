"""What a run says, in words, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.generalization import condition, early_stop
from streamlit_app.kit.text import percent

if TYPE_CHECKING:
    from pyfrontiers.generalization import Fit
    from pyfrontiers.provenance import Provenance

__all__ = ["run_as_json", "show_reading"]


def show_reading(fit: Fit, provenance: Provenance | None) -> None:
    """Say what came out of a run.

    Args:
        fit: The run.
        provenance: Of its record, or None when it was made here just now.
    """
    st.html(
        f'<p class="pf-run-line">It knows <em>{percent(fit.train_accuracy, 1)}</em> of the '
        "training labels and reads "
        f"<strong>{percent(fit.test_accuracy, 1)}</strong> of new digits.</p>"
        f'<p class="pf-note">{escape(_explained(fit))}</p>'
        f'<p class="pf-origin">{escape(_origin(fit, provenance))}</p>'
    )


def _explained(fit: Fit) -> str:
    known = (
        f"Every label was known after epoch {fit.fitted}."
        if fit.fitted
        else f"{fit.epochs} epochs were not enough to know every label."
    )
    stop = early_stop(fit.curves)
    stopped = ""
    if fit.share > 0 and fit.condition == "labels":
        stopped = (
            f" Stopped after epoch {stop.epoch}, which held-out images with labels just as corrupt "
            f"chose, it reads {percent(stop.stopped, 1)} of those that had no part in the choice; "
            f"after the last epoch {percent(stop.trained, 1)}."
        )
    thrown = f"{fit.redrawn_count} of {fit.train_count} labels were thrown. " if fit.share else ""
    return f"{condition(fit.condition).text} {thrown}{known}{stopped}"


def _origin(fit: Fit, provenance: Provenance | None) -> str:
    network = f"{fit.parameters:,} weights, seed {fit.seed}"
    if provenance is None:
        return f"Measured here just now: {network}, {fit.seconds:.1f} s."
    return f"Recorded: {network}, {fit.seconds:.1f} s with other work on the machine, {provenance}."


@lru_cache(maxsize=64)
def run_as_json(fit: Fit) -> str:
    """Write a run with all its curves as JSON."""
    entry = asdict(fit)
    # NaN, which JSON has not, stands for the accuracy among labels of a kind that there is none of.
    for name, values in entry["curves"].items():
        entry["curves"][name] = [None if value != value else value for value in values]
    return json.dumps(entry, indent=1, allow_nan=False)
