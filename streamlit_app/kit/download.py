"""A download button, for files other than a figure's PNG, SVG and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["download"]


def download(
    label: str, data: str | bytes | Callable[[], bytes], file_name: str, *, mime: str
) -> None:
    """Draw a button that saves a file without rerunning the page.

    Args:
        label: Text of the button.
        data: The file's content, or a function that returns it, called when the button is pressed.
        file_name: Suggested file name, unique on the page.
        mime: Media type, such as ``"application/json"``.
    """
    st.download_button(
        label, data, file_name=file_name, mime=mime, key=f"download-{file_name}", on_click="ignore"
    )
