"""A download button, for files other than a figure's PNG, SVG and CSV."""

from __future__ import annotations

import streamlit as st

__all__ = ["download"]


def download(label: str, data: str | bytes, file_name: str, *, mime: str) -> None:
    """Draw a button that saves a file without rerunning the page.

    Args:
        label: Text of the button.
        data: The file's content. Its address follows from it, so make the content the same in each
            rerun; a press on a button that has just been replaced then still finds the file.
        file_name: Suggested file name, unique on the page.
        mime: Media type, such as ``"application/json"``.
    """
    st.download_button(
        label, data, file_name=file_name, mime=mime, key=f"download-{file_name}", on_click="ignore"
    )
