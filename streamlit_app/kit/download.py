"""A download button, for files other than those that every figure offers."""

from __future__ import annotations

import streamlit as st

__all__ = ["download"]


def download(label: str, data: str | bytes, file_name: str, *, mime: str) -> None:
    """Draw a button that saves a file; the page does not run again.

    Args:
        label: Text of the button.
        data: The file's content.
        file_name: Its suggested name, unique on the page.
        mime: Its media type, such as ``"application/json"``.
    """
    st.download_button(
        label, data, file_name=file_name, mime=mime, key=f"download-{file_name}", on_click="ignore"
    )
