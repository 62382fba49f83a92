"""The result of a run in words, and its origin."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from pyfrontiers.generalization import condition, early_stop
from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.generalization import Fit
    from pyfrontiers.provenance import Provenance

__all__ = ["run_as_json", "show_reading"]


def show_reading(fit: Fit, record: Provenance | None) -> None:
    """Show the result of a run in words.

    Args:
        fit: The run.
        record: Provenance of its record, or ``None`` for a run made just now.
    """
    kit.verdict(
        f"{kit.percent(fit.train_accuracy, 1)} of the training labels are fitted, "
        f"**{kit.percent(fit.test_accuracy, 1)}** of all test images are classified correctly.",
        _explained(fit),
    )
    # The recorded runs shared the machine with other runs, which affects their times.
    seconds = f"{fit.seconds:.1f} s" + ("" if record is None else " with other work on the machine")
    kit.origin(record, f"{fit.parameters:,} weights", f"seed {fit.seed}", seconds)


def _explained(fit: Fit) -> str:
    known = (
        f"Every label was fitted after epoch {fit.fitted}."
        if fit.fitted
        else f"{fit.epochs} epochs were not enough to fit every label."
    )
    stop = early_stop(fit.curves)
    stopped = ""
    if fit.share > 0 and fit.condition == "labels":
        stopped = (
            f" Early stopping: half of the test images, with equally randomised labels, choose "
            f"epoch {stop.epoch}. At that epoch, {kit.percent(stop.stopped, 1)} of the other half "
            f"are classified correctly; at the last epoch, {kit.percent(stop.trained, 1)}."
        )
    drawn = (
        f"{fit.redrawn_count:,} of {fit.train_count:,} labels were redrawn. " if fit.share else ""
    )
    return f"{condition(fit.condition).text} {drawn}{known}{stopped}"


@lru_cache(maxsize=64)
def run_as_json(fit: Fit) -> str:
    """Write a run with all its curves as JSON."""
    entry = asdict(fit)
    # JSON has no NaN, which stands for the accuracy on a kind of label the run doesn't have.
    for name, values in entry["curves"].items():
        entry["curves"][name] = [None if value != value else value for value in values]
    return json.dumps(entry, indent=1, allow_nan=False)
