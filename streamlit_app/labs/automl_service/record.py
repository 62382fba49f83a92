"""The recorded runs of claim C21: shown before a visitor has run anything."""

from __future__ import annotations

from functools import cache
from typing import Any

from pyfrontiers.automl.service.baselines import COMMON, LOGISTIC
from pyfrontiers.automl.service.figures import TestFigure
from pyfrontiers.automl.service.points import ChildPoint
from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.automl_service.charts import chart_caption, front_figure
from streamlit_app.labs.automl_service.result import formatted, longer

__all__ = ["record_of", "recorded_points", "show_record"]

_METRIC = "accuracy"


@cache
def record_of(name: str) -> dict[str, Any] | None:
    """Return the recorded figures of a data set, as `measure_data_set` makes them."""
    outcome = recorded("C21")
    found: dict[str, Any] | None = (
        outcome.measurement.details["sets"].get(name) if outcome else None
    )
    return found


def recorded_points(name: str) -> tuple[ChildPoint, ...]:
    """Return the children of a recorded search."""
    found = record_of(name)
    return tuple(ChildPoint(*each) for each in found["children"]) if found else ()


def show_record(name: str, cost: str) -> None:
    """Draw the recorded run of a data set; only a note if there is none.

    Args:
        name: of the data set.
        cost: the metric on the chart's horizontal axis.
    """
    found, outcome = record_of(name), recorded("C21")
    if found is None or outcome is None:
        kit.note("No run on these data is recorded. Press **Find a network** to see one.")
        return
    mine = TestFigure(found["accuracy"], *found["span"])
    theirs = TestFigure(found[LOGISTIC])
    kit.verdict(
        f"Recorded: the child classifies **{formatted(_METRIC, mine, interval=False)}** of the "
        f"test examples correctly, logistic regression "
        f"{formatted(_METRIC, theirs, interval=False)}.",
        f"95 % interval of the child: {100 * found['span'][0]:.1f} to {100 * found['span'][1]:.1f} "
        f"%, from {found['test']} test examples. Exported and run without this package, it gives "
        f"{'the same classes' if found['same classes'] else 'other classes'}; probabilities differ "
        f"by at most {kit.scientific(found['difference'])}.",
    )
    points = recorded_points(name)
    front_figure("front", points, _METRIC, cost, found["chosen"])
    kit.note(
        chart_caption(points, _METRIC, cost, found["chosen"]) + longer(points, found["epochs"])
    )
    kit.measures(
        ("Test accuracy", f"{100 * found['accuracy']:.1f}", "%"),
        ("Logistic regression", f"{100 * found[LOGISTIC]:.1f}", "%"),
        ("Most frequent class", f"{100 * found[COMMON]:.1f}", "%"),
        ("Parameters", f"{found['parameters']:,}"),
        ("Networks tried", f"{len({each.child for each in points})}"),
        ("Epochs of its last training", f"{found['epochs']}"),
    )
    kit.origin(outcome.provenance, f"claim C21, {found['trials']} trainings")
