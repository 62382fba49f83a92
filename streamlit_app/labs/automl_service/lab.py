"""Data, metrics and a time in; a network to deploy out."""

from __future__ import annotations

from pyfrontiers.automl import pareto_front
from pyfrontiers.automl.service import fit, split_dataset
from pyfrontiers.automl.service.exported.model import Model, load
from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.automl_service.choosing import choose_order
from streamlit_app.labs.automl_service.record import show_record
from streamlit_app.labs.automl_service.result import show_delivery
from streamlit_app.labs.automl_service.running import is_running, run_panel


def draw() -> None:
    """Draw the order, the run, and its result or the recorded one."""
    order, cost = choose_order()
    found = run_panel(order, cost)
    source = order.source
    if found is not None and source in (None, found[0].order.source):
        run, delivery = found
        if run.order != order:
            kit.note("This is your last run. Press **Find a network** for the settings above.")
        show_delivery(delivery, cost)
    elif source is not None and not is_running():
        show_record(source.name, cost)
    kit.runs_on_badge()


def _found() -> str:
    outcome = recorded("C21")
    return outcome.finding.sentence if outcome else ""


LAB = kit.Lab(
    draw=draw,
    code=(fit, split_dataset, pareto_front, Model, load),
    guess=kit.Guess(
        "Which data may not give the accuracy that you report?",
        (
            "only those that trained the network",
            "only those that chose the network",
            "both of them",
        ),
        right=2,
    ),
    question="Are data and a goal enough to get a network that runs anywhere?",
    found=_found,
    leads_to=("child-networks", "limitations-summary"),
    # A run is kept for its visitor only, so the link leads to the recorded one.
    link="Copy link to these settings",
)
