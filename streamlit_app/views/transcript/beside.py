"""The transcript shown next to a slide."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from pyfrontiers.lecture.transcript import Paragraph, clock, video_link
from streamlit_app.kit.link import page_link
from streamlit_app.views.transcript.keeping import current

__all__ = ["beside_slide", "paragraph_html", "transcript_css"]


def beside_slide(section_slug: str) -> None:
    """Draw the transcript of a section, each paragraph with its time.

    Args:
        section_slug: The section's slug.
    """
    transcript = current()
    st.html(f"<style>{transcript_css()}</style>")
    with st.container(key="transcript-beside"):
        if transcript is None:
            st.html('<p class="pf-note">Import a transcript to read it next to the slides.</p>')
            page_link("transcript", label="Import a transcript")
            return
        paragraphs = transcript.in_section(section_slug)
        if not paragraphs:
            st.html('<p class="pf-note">The transcript has no paragraphs for this section.</p>')
            return
        told = "".join(paragraph_html(paragraph, transcript.video) for paragraph in paragraphs)
        note = (
            '<p class="pf-said-note">≈ estimated from the word count</p>'
            if any(paragraph.estimated for paragraph in paragraphs)
            else ""
        )
        # A scrolling region must be reachable by keyboard.
        st.html(
            '<details class="pf-said-fold"><summary>Transcript of this section</summary>'
            '<section class="pf-said" tabindex="0" aria-label="Transcript of this section">'
            f"{told}{note}</section></details>"
        )


def paragraph_html(paragraph: Paragraph, video: str | None) -> str:
    """Return a paragraph as HTML, with its text escaped.

    Args:
        paragraph: The paragraph.
        video: URL of the visitor's video, or ``None`` to show times without links.

    """
    text = f"<p>{escape(paragraph.text)}</p>"
    if paragraph.start is None:
        return f"<div>{text}</div>"
    shown = f"{'≈ ' if paragraph.estimated else ''}{clock(paragraph.start)}"
    if video is None:
        return f'<div><span class="pf-time">{shown}</span>{text}</div>'
    link = escape(video_link(video, paragraph.start))
    return (
        f'<div><a class="pf-time" href="{link}" target="_blank" rel="noopener noreferrer" '
        f'aria-label="Open the video at {shown}">{shown}</a>{text}</div>'
    )


@cache
def transcript_css() -> str:
    """Return the style sheet of the transcript, for its page and for the slides."""
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")
