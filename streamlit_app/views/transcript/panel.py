"""The panel for importing, reviewing and deleting a transcript."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.compute import JobError, submit
from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture.transcript import (
    LIMIT_BYTES,
    Transcript,
    TranscriptError,
    clock,
    import_transcript,
    parse_duration,
)
from pyfrontiers.lecture.transcript.importing_job import import_as_job
from pyfrontiers.refusal import Refusal
from streamlit_app.kit.text import percent
from streamlit_app.views.transcript.beside import transcript_css
from streamlit_app.views.transcript.keeping import (
    current,
    forget,
    is_deletable,
    is_own_machine,
    keep,
    storage_problem,
)

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["import_panel"]

_SAID = "transcript-said"
# A lecture has 30 to 60 kB and takes 0.2 s, less than starting a job. A file of the maximum size
# takes seconds, during which it would hold the GIL and block all visitors.
_AT_ONCE = 100_000
_PATIENCE_S = 60.0


def import_panel() -> None:
    """Draw the upload form, its messages, and the imported paragraphs by section."""
    st.html(f"<style>{transcript_css()}</style>")
    where = (
        "It is stored in your data folder on this computer."
        if is_own_machine()
        else "Only you can see it, until you close this tab."
    )
    st.html(
        '<p class="pf-note">Upload a transcript of the lecture: captions or subtitles, '
        "the output of Whisper or another recogniser, or text, with or without times. "
        f"Each paragraph is shown next to the slides of its section. {where}</p>"
    )
    with st.form("transcript-import", border=False):
        # The content decides how a file is read, so any name will do.
        file = st.file_uploader("Transcript file", max_upload_size=LIMIT_BYTES // 1_000_000)
        left, right = st.columns(2)
        video = left.text_input(
            "Video URL (optional)",
            placeholder="https://youtu.be/...",
            max_chars=2000,
            help="Times in the transcript link to this video.",
        )
        duration = right.text_input(
            "Video length (optional)",
            placeholder="45:00",
            max_chars=20,
            help="Used to estimate times if the file has none.",
        )
        if st.form_submit_button("Import", type="primary"):
            st.session_state[_SAID] = _import(file, video, duration)
    problem = storage_problem()
    said = [(True, _capitalised(problem))] if problem else []
    for failed, sentence in [*said, *st.session_state.pop(_SAID, ())]:
        kind = "pf-failed" if failed else "pf-note"
        role = "alert" if failed else "status"
        st.html(f'<p class="{kind}" role="{role}">{escape(sentence)}</p>')
    transcript = current()
    if transcript is not None:
        _summary(transcript)


def _import(file: UploadedFile | None, video: str, duration: str) -> list[tuple[bool, str]]:
    """Import the form's file; return the messages to show, each with whether it is an error."""
    if file is None:
        return [(True, "Choose a transcript file first.")]
    try:
        seconds = parse_duration(duration) if duration.strip() else None
        transcript = _imported(file.getvalue(), file.name, video.strip() or None, seconds)
    except (TranscriptError, JobError) as error:
        return [(True, _capitalised(str(error)))]
    except TimeoutError:
        return [(True, "The import took more than a minute and was stopped; nothing was imported.")]
    problem = keep(transcript)
    done = (
        f"Imported {len(transcript.paragraphs)} paragraphs into {len(transcript.sections)} of "
        f"{len(SECTIONS)} sections (match {percent(transcript.match)})."
    )
    said = [(False, done), *((False, warning) for warning in transcript.warnings)]
    return said if problem is None else [*said, (True, problem)]


def _imported(data: bytes, name: str, video: str | None, duration: float | None) -> Transcript:
    if len(data) <= _AT_ONCE:
        return import_transcript(data, name, video=video, duration=duration)
    job = submit(
        import_as_job,
        label="Importing the transcript",
        data=data,
        filename=name,
        video=video,
        duration=duration,
    )
    with st.spinner("Assigning the paragraphs to the sections ..."):
        try:
            found: Transcript | Refusal = job.result(timeout=_PATIENCE_S)
        except TimeoutError:
            job.cancel()
            raise
    if isinstance(found, Refusal):
        raise TranscriptError(found.sentence)
    return found


def _capitalised(sentence: str) -> str:
    # A sentence may begin with a file name, which must not change.
    first = sentence.split(maxsplit=1)[0] if sentence else ""
    return sentence if "." in first else sentence[:1].upper() + sentence[1:]


def _summary(transcript: Transcript) -> None:
    st.html(f'<h2 class="pf-heading">{escape(transcript.source or "The imported transcript")}</h2>')
    rows = "".join(_row(transcript, section.slug) for section in SECTIONS)
    st.html(
        '<table class="pf-told"><thead><tr><th>Section</th><th class="pf-number">Paragraphs</th>'
        f'<th class="pf-number">From</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    if is_deletable():
        st.button("Delete this transcript", on_click=_delete, key="transcript-delete")
    else:
        st.html('<p class="pf-note">Provided by the owner of this server.</p>')


def _row(transcript: Transcript, slug: str) -> str:
    section = next(entry for entry in SECTIONS if entry.slug == slug)
    inside = transcript.in_section(slug)
    start = inside[0].start if inside else None
    mark = "≈ " if inside and inside[0].estimated else ""
    since = "" if start is None else f"{mark}{clock(start)}"
    kind = "" if inside else ' class="pf-absent"'
    return (
        f"<tr><td{kind}>{section.number} {escape(section.title)}</td>"
        f'<td class="pf-number">{len(inside) or "–"}</td><td class="pf-number">{since}</td></tr>'
    )


def _delete() -> None:
    problem = forget()
    st.session_state[_SAID] = [
        (problem is not None, problem or "Transcript deleted. Your original file is unchanged.")
    ]
