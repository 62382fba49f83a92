"""Show a recorded result immediately, and compute the visitor's settings as a job."""

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
        is_live: Whether it was computed on this server rather than recorded.
        is_current: Whether it belongs to the current settings. An earlier result stays on the page
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
    keeps: str | None = None,
    before: str | None = None,
) -> Shown[T] | None:
    """Draw the button and the progress of a run, and return the result to show.

    Button and progress share a strip of fixed height, so nothing below it moves when a run starts
    or ends.

    Args:
        key: Name of the run, unique in the app, such as ``controls.key("fit")``.
        function: An importable top-level function, run in a worker process.
        parameters: Keyword arguments of the function, from the controls. Runs with equal parameters
            share one computation.
        label: What the run does, in a few words.
        recorded: The recorded result for these parameters, or ``None``.
        button: Text of the button that starts the run. ``None``: no button; the run starts by
            itself if there is no record.
        where: Column or container of the button. Default: the current one.
        durable: Keep the result on disk. Not allowed for results made from a visitor's own data.
        draw: Draws the data that the run reports with its progress.
        keeps: What the lab goes on showing until there is a newer run, such as "the posterior of
            the earlier points". Default: the lab shows no earlier run.
        before: What the strip says while there is neither a run nor a record. Default: that no run
            is recorded, and which button to press.

    Returns:
        The first of these that exists: a run with these parameters, started by the visitor or, if
        there is no record, finished earlier on this server; the record; the latest run with other
        parameters. ``None`` if there is none.
    """
    state = st.session_state
    asked, last = f"asked-{key}", f"last-{key}"

    def start() -> None:
        state[asked] = dict(parameters)
        start_job(key, function, label=label, durable=durable, **parameters)

    mine = state.get(asked) == parameters
    # The server may have finished this run already, before a reload or for a shared link.
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
        # For a cancelled or failed job, the panel has already drawn a message.
        if not mine or found is not None:
            kept = keeps if last in state else None
            known = found is not None or recorded is not None or kept is not None
            told = None if known else before
            note(told or _status(found is not None, recorded is not None, button, kept))
    if found is not None:
        state[last] = found
        return Shown(found, is_live=True, is_current=True)
    if recorded is not None:
        return Shown(recorded, is_live=False, is_current=True)
    earlier: T | None = state.get(last)
    return None if earlier is None else Shown(earlier, is_live=True, is_current=False)


def _status(is_live: bool, is_recorded: bool, button: str | None, kept: str | None) -> str:
    """State which result is shown."""
    if is_live:
        return "A run with these settings on this server."
    if is_recorded:
        return "Showing the recorded run with these settings."
    if button is None:
        return "There is no run with these settings."
    if kept is not None:
        return f"Showing {kept}. Press **{button}** to update it."
    return f"No run with these settings is recorded. Press **{button}** to see one."
