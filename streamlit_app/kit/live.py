"""Show a recorded result immediately, and run the visitor's settings as a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st

from streamlit_app.kit.figure import reserve
from streamlit_app.kit.job import is_under_way, job_panel, recall_job, start_job
from streamlit_app.kit.text import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamlit.delta_generator import DeltaGenerator

__all__ = ["Shown", "live"]

T = TypeVar("T")

#: Height in pixels of the strip that holds button, progress and status.
_STRIP = 60


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """The result to show.

    Attributes:
        value: The result.
        is_live: Whether it was computed here for this visitor; a record otherwise.
        is_current: Whether it belongs to the present settings. An earlier one stays on the page
            until there is a newer one, so that nothing jumps.
    """

    value: T
    is_live: bool
    is_current: bool


def live(
    key: str,
    function: Callable[..., T],
    parameters: Mapping[str, Any],
    *,
    label: str,
    recorded: T | None = None,
    button: str | None = "Run it here",
    where: DeltaGenerator | None = None,
    durable: bool = False,
    draw: Callable[[Any], None] | None = None,
) -> Shown[T] | None:
    """Draw the button and the progress of a run, and return what to show.

    They share one strip of a fixed height, so nothing below it moves when a run starts or ends.

    Args:
        key: Name of the run, unique in the app, such as ``controls.key("fit")``.
        function: An importable top-level function, run in a worker process.
        parameters: Its keyword arguments, made of the controls. Equal ones share one computation.
        label: What the run does, a few words.
        recorded: The record for these parameters, ``None`` where there is none.
        button: What starts the run; ``None`` starts it at once where there is no record.
        where: Column or container of the button. Default: the current one.
        durable: Keep the result on the disk. Not for what was made of a visitor's own data.
        draw: Draws what the run reports along with its progress.

    Returns:
        The run of these parameters that the visitor started, or without a record any that this
        server has finished; else the record; else the latest run, of whatever
        parameters; ``None`` where there is none of them.
    """
    state = st.session_state
    asked, last = f"asked-{key}", f"last-{key}"

    def start() -> None:
        state[asked] = dict(parameters)
        start_job(key, function, label=label, durable=durable, **parameters)

    mine = state.get(asked) == parameters
    # A run that this server has finished: the visitor's before a reload, or that behind a link.
    if (
        not mine
        and recorded is None
        and recall_job(key, function, label=label, durable=durable, **parameters)
    ):
        state[asked] = dict(parameters)
        mine = True
    if button is None and recorded is None and not mine:
        start()
        mine = True
    if button is not None and where is not None:
        where.button(button, key=f"run-{key}", type="primary", on_click=start)
    with (
        reserve(f"strip-{key}", _STRIP),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        running = mine and is_under_way(key)
        if button is not None and where is None and not running:
            st.button(button, key=f"run-{key}", type="primary", on_click=start)
        found: T | None = job_panel(key, draw=draw) if mine else None
        # A cancelled or failed job has reported it already.
        if not mine or found is not None:
            note(_status(found is not None, recorded is not None, button))
    if found is not None:
        state[last] = found
        return Shown(found, is_live=True, is_current=True)
    if recorded is not None:
        return Shown(recorded, is_live=False, is_current=True)
    earlier: T | None = state.get(last)
    return None if earlier is None else Shown(earlier, is_live=True, is_current=False)


def _status(is_live: bool, is_recorded: bool, button: str | None) -> str:
    """State which result is shown."""
    if is_live:
        return "A run with these settings on this server."
    if is_recorded:
        return "Showing the recorded run with these settings."
    if button is None:
        return "There is no run with these settings."
    return f"No run with these settings is recorded. Press **{button}** to see one."
