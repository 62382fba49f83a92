"""One run of the service at a time for each visitor, as a job that can be stopped."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl.service.delivery import Delivery, deliver, stop_file
from streamlit_app import kit
from streamlit_app.labs.automl_service.charts import front_figure
from streamlit_app.labs.automl_service.controls import BUDGETS, controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.service.points import ChildPoint
    from streamlit_app.labs.automl_service.choosing import Order

__all__ = ["Run", "is_running", "run_panel"]

_JOB, _RUN = controls.key("fit"), controls.key("run")


class Scratch:
    """A temporary folder that is deleted with this object, at the latest when the session ends."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="pyfrontiers-service-")
        self.delete = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the visitor.

    Attributes:
        order: what was ordered.
        scratch: folder of the search.
    """

    order: Order
    scratch: Scratch = field(default_factory=Scratch)

    def stop(self) -> None:
        """Ask the run to deliver what it has."""
        stop_file(self.scratch.path).touch()


def is_running() -> bool:
    """Return whether the visitor's run is under way."""
    return kit.is_under_way(_JOB)


def run_panel(order: Order, cost: str) -> tuple[Run, Delivery] | None:
    """Draw the button, or the progress of the visitor's run with the front so far.

    Args:
        order: what the button orders; without data it is disabled.
        cost: the metric on the chart's horizontal axis.

    Returns:
        The visitor's last run and its result, once there is one.
    """
    run: Run | None = st.session_state.get(_RUN)
    running = is_running()
    if not running:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Find a network",
                key=controls.key("start"),
                type="primary",
                disabled=order.source is None,
                on_click=_start,
                args=(order,),
            )
            kit.note(
                f"Takes {BUDGETS[order.budget]} and some seconds for the export. **Stop** ends it "
                "early with the best network so far."
            )
    if run is None:
        return None
    found: Delivery | None = kit.job_panel(
        _JOB, draw=partial(_so_far, run.order.metrics[0], cost), stop=run.stop
    )
    if not running:
        run.scratch.delete()
    return None if found is None else (run, found)


def _start(order: Order) -> None:
    assert order.source is not None
    run = Run(order)
    kit.start_job(
        _JOB,
        deliver,
        label="Finding a network",
        durable=False,
        source=order.source,
        metrics=order.metrics,
        budget=float(order.budget),
        seed=order.seed,
        folder=run.scratch.path,
    )
    st.session_state[_RUN] = run


def _so_far(metric: str, cost: str, points: Sequence[ChildPoint]) -> None:
    front_figure("front-so-far", points, metric, cost)
