"""Run a computation as a job: started once, polled in a fragment, kept when finished."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.compute import recall, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.compute import Job

__all__ = ["is_under_way", "job_panel", "recall_job", "start_job"]

#: Interval in seconds at which a running job is polled.
_LOOK = 0.25


def start_job(key: str, function: Callable[..., Any], /, *, label: str, **parameters: Any) -> None:
    """Start a job and keep it in the visitor's session; a running one under the key is cancelled.

    Args:
        key: Name of the job on this page; :func:`job_panel` shows it under the same name.
        function: An importable top-level function, run in a worker process.
        label: What the job does, a few words for the visitor.
        parameters: Keyword arguments of the function. Equal ones share one computation.
    """
    running: Job | None = st.session_state.get(_slot(key))
    job = submit(function, label=label, **parameters)
    # After submitting, so that an equal computation that is already running continues.
    if running is not None and not running.done:
        running.cancel()
    st.session_state[_slot(key)] = job
    st.session_state.pop(_result(key), None)


def recall_job(key: str, function: Callable[..., Any], /, *, label: str, **parameters: Any) -> bool:
    """Keep a finished equal job under a key, if this server has one; start nothing.

    Args:
        key: As for :func:`start_job`.
        function: As for :func:`start_job`.
        label: As for :func:`start_job`.
        parameters: As for :func:`start_job`.

    Returns:
        Whether there was one.
    """
    job = None if is_under_way(key) else recall(function, label=label, **parameters)
    if job is None:
        return False
    st.session_state[_slot(key)] = job
    st.session_state.pop(_result(key), None)
    return True


def job_panel(key: str, *, draw: Callable[[Any], None] | None = None) -> Any:
    """Show the job under a key and return its result once there is one.

    Only the panel runs again while the job is under way; when it ends, the page runs once.

    Args:
        key: The name given to :func:`start_job`.
        draw: Draws what the job reported along with its progress, such as a curve so far.

    Returns:
        The job's result, or ``None`` while there is none (not started, running, failed, cancelled).
    """
    # Always drawn, so that reruns of the panel never write into another element's place.
    panel = st.container()
    job: Job | None = st.session_state.get(_slot(key))
    if job is None:
        return None
    if not job.done:
        with panel:
            st.fragment(_watch, run_every=_LOOK)(key, draw)
        return None
    if job.state == "done":
        # Each call unpickles the result again, so the first copy is kept.
        if _result(key) not in st.session_state:
            st.session_state[_result(key)] = job.result()
        return st.session_state[_result(key)]
    _ended(job)
    return None


def is_under_way(key: str) -> bool:
    """Return whether the job under a key is queued or running."""
    job: Job | None = st.session_state.get(_slot(key))
    return job is not None and not job.done


def _slot(key: str) -> str:
    return f"job-{key}"


def _result(key: str) -> str:
    return f"job-{key}-result"


def _watch(key: str, draw: Callable[[Any], None] | None) -> None:
    job: Job = st.session_state[_slot(key)]
    if job.done:
        st.rerun()
    progress = job.progress
    word = progress.message or "Working"
    if job.state == "queued":
        word = f"Waiting for {job.ahead} before it" if job.ahead else "Waiting for a worker"
    with st.container(key=f"job-panel-{key}", horizontal=True, vertical_alignment="bottom"):
        text = f"{job.label}: {word} · {_times(job)}"
        st.progress(min(max(progress.fraction, 0.0), 1.0), text=text)
        st.button("Cancel", key=f"cancel-{key}", on_click=job.cancel)
    if draw is not None and progress.data is not None:
        draw(progress.data)


def _times(job: Job) -> str:
    """Describe how long a job has run and the time left at its current rate."""
    done, seconds = job.progress.fraction, job.seconds
    text = f"{seconds:.1f} s"
    # The first few percent reflect the start-up rather than the rate.
    if 0.03 < done < 1 and seconds > 1:
        text += f", about {max(seconds * (1 - done) / done, 1):.0f} s left"
    return text


def _ended(job: Job) -> None:
    if job.state == "cancelled":
        st.html(f'<p class="pf-note" role="status">{escape(job.label)}: cancelled.</p>')
        return
    st.html(f'<p class="pf-failed" role="alert">{escape(job.label)}: {escape(job.error)}</p>')
