"""Run a computation as a background job, with a panel that shows its progress."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.compute import recall, submit
from pyfrontiers.counts import counted
from pyfrontiers.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.compute import Job

__all__ = ["is_under_way", "job_panel", "recall_job", "start_job"]

#: Interval in seconds at which a running job is polled.
_LOOK = 0.25
#: Share of the work between the two reports from which the time left is estimated.
_SHARE = 0.03
_ENDS = {"done": "finished"}


def start_job(key: str, function: Callable[..., Any], /, *, label: str, **parameters: Any) -> None:
    """Start a job in the visitor's session; a running job with the same key is cancelled.

    Args:
        key: Name of the job on this page, also passed to :func:`job_panel`.
        function: An importable top-level function, run in a worker process.
        label: What the job does, in a few words.
        parameters: Keyword arguments of the function. Jobs with equal parameters share one
            computation.
    """
    running: Job | None = st.session_state.get(_slot(key))
    job = submit(function, label=label, **parameters)
    # Cancel after submitting, so that an identical computation already running continues.
    if running is not None and not running.done:
        running.cancel()
    st.session_state[_slot(key)] = job
    for former in (_result(key), _reports(key)):
        st.session_state.pop(former, None)


def recall_job(key: str, function: Callable[..., Any], /, *, label: str, **parameters: Any) -> bool:
    """Use the result of an identical finished job if this server has one; start nothing.

    Arguments as for :func:`start_job`.

    Returns:
        Whether there was one.
    """
    job = None if is_under_way(key) else recall(function, label=label, **parameters)
    if job is None:
        return False
    st.session_state[_slot(key)] = job
    st.session_state.pop(_result(key), None)
    return True


def job_panel(
    key: str,
    *,
    draw: Callable[[Any], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> Any:
    """Show a job's progress and return its result once it is finished.

    While the job runs, only the panel reruns; when it ends, the page reruns once. A `Refusal`, the
    answer to files that can't be used, is shown as its sentence.

    Args:
        key: The name given to :func:`start_job`.
        draw: Draws the data that the job reports with its progress, such as the curve so far.
        stop: Asks a running job to end early and return what it has; its button takes the place of
            **Cancel**, which discards everything.

    Returns:
        The job's result, or ``None`` while there is none (not started, running, failed, cancelled,
        refused).
    """
    # Drawn even when empty; otherwise a rerun of the panel could overwrite another element.
    panel = st.container()
    job: Job | None = st.session_state.get(_slot(key))
    if job is None:
        return None
    if not job.done:
        with panel:
            st.fragment(_watch, run_every=_LOOK)(key, draw, stop)
        return None
    if job.state == "done":
        # Each call of result() unpickles it again, so keep the first copy.
        if _result(key) not in st.session_state:
            st.session_state[_result(key)] = job.result()
        found = st.session_state[_result(key)]
        if isinstance(found, Refusal):
            st.html(f'<p class="pf-failed" role="alert">{escape(found.sentence)}</p>')
            return None
        return found
    _ended(job)
    return None


def is_under_way(key: str) -> bool:
    """Return whether a job is queued or running."""
    job: Job | None = st.session_state.get(_slot(key))
    return job is not None and not job.done


def _slot(key: str) -> str:
    return f"job-{key}"


def _result(key: str) -> str:
    return f"job-{key}-result"


def _reports(key: str) -> str:
    """Return the key of a job's first and latest report: the share done, and when it came."""
    return f"job-{key}-reports"


def _watch(key: str, draw: Callable[[Any], None] | None, stop: Callable[[], None] | None) -> None:
    job: Job = st.session_state[_slot(key)]
    progress, over = job.progress, job.done
    word = progress.message or "Working"
    if job.state == "queued":
        behind = f"Queued behind {counted(job.ahead, 'job')}"
        word = behind if job.ahead else "Waiting for a worker"
    if over:
        # Seen until the page has been drawn with the result, which may take seconds.
        text = f"{job.label}: {_ENDS.get(job.state, job.state)} after {job.seconds:.1f} s"
    else:
        text = f"{job.label}: {word} · {_times(key, progress.fraction, job.seconds)}"
    with st.container(key=f"job-panel-{key}", horizontal=True, vertical_alignment="bottom"):
        st.progress(1.0 if over else min(max(progress.fraction, 0.0), 1.0), text=text)
        if stop is not None and job.state != "queued":
            st.button("Stop", key=f"stop-{key}", on_click=stop, disabled=over)
        else:
            st.button("Cancel", key=f"cancel-{key}", on_click=job.cancel, disabled=over)
    if draw is not None and progress.data is not None:
        draw(progress.data)
    if over:
        st.rerun()


def _times(key: str, done: float, seconds: float) -> str:
    """Return the elapsed time of a job, and the estimated time left.

    The rate is that between the first report of progress and the latest one: start-up, which may
    take longer than many steps, says nothing about it. From the latest report the estimate counts
    down, so that a step without reports does not make it grow.

    Args:
        key: The job's name.
        done: Share of the work done.
        seconds: Elapsed time.
    """
    text, state = f"{seconds:.1f} s", st.session_state
    now = (done, seconds)
    first, latest = state.get(_reports(key), (now, now))
    if seconds < latest[1] or done < latest[0] or first[0] <= 0:
        first = latest = now
    elif done != latest[0]:
        latest = now
    state[_reports(key)] = (first, latest)
    if latest[0] - first[0] < _SHARE or done >= 1:
        return text
    pace = (latest[1] - first[1]) / (latest[0] - first[0])
    left = pace * (1 - done) - (seconds - latest[1])
    rest = f"about {max(left, 1):.0f} s left" if left > 0 else "longer than expected"
    return f"{text}, {rest}"


def _ended(job: Job) -> None:
    if job.state == "cancelled":
        rest = " here; it continues for another visitor" if job.goes_on else ""
        st.html(f'<p class="pf-note" role="status">{escape(job.label)}: cancelled{rest}.</p>')
        return
    st.html(f'<p class="pf-failed" role="alert">{escape(job.label)}: {escape(job.error)}</p>')
