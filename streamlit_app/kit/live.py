"""A recorded result at once, and the visitor's own run beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st

from streamlit_app.kit.job import is_under_way, job_panel, start_job
from streamlit_app.kit.text import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamlit.delta_generator import DeltaGenerator

__all__ = ["Shown", "live"]

T = TypeVar("T")


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

    Args:
        key: Name of the run, unique in the app, such as ``controls.key("fit")``.
        function: An importable top-level function, run in a worker process.
        parameters: Its keyword arguments, made of the controls. Equal ones share one computation.
        label: What the run does, a few words.
        recorded: The record for these parameters, ``None`` where there is none.
        button: What starts the run; ``None`` starts it at once where there is no record.
        where: Column or container of the button; the current one when left out.
        durable: Keep the result on the disk. Not for what was made of a visitor's own data.
        draw: Draws what the run reports along with its progress.

    Returns:
        The visitor's run of these parameters; else the record; else the latest run, of whatever
        parameters; ``None`` where there is none of them.
    """
    state = st.session_state
    asked, last = f"asked-{key}", f"last-{key}"

    def start() -> None:
        state[asked] = dict(parameters)
        start_job(key, function, label=label, durable=durable, **parameters)

    if button is not None:
        place: Any = where or st
        place.button(button, key=f"run-{key}", type="primary", on_click=start)
    elif recorded is None and state.get(asked) != parameters:
        start()
    mine = state.get(asked) == parameters
    with st.container():
        found: T | None = job_panel(key, draw=draw) if mine else None
    if found is not None:
        state[last] = found
        return Shown(found, is_live=True, is_current=True)
    if recorded is not None:
        return Shown(recorded, is_live=False, is_current=True)
    if button is not None and not (mine and is_under_way(key)):
        note(f"No run with these settings is recorded. Press **{button}** to see one.")
    earlier: T | None = state.get(last)
    return None if earlier is None else Shown(earlier, is_live=True, is_current=False)
