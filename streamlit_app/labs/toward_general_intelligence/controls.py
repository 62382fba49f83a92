"""The controls that the parts of this experiment share."""

from __future__ import annotations

from html import escape

import streamlit as st

from streamlit_app import kit

__all__ = ["SAMPLES", "STEPS", "controls", "say_failed", "steps_text"]

controls = kit.Controls("toward-general-intelligence")

STEPS = (0, 1, 5, 10)
"""Numbers of gradient steps that are shown."""
SAMPLES = range(20)
"""Numbers of the tasks that a visitor can step through."""


def steps_text(steps: int) -> str:
    """Write a number of steps, such as ``"1 step"``."""
    return "1 step" if steps == 1 else f"{steps} steps"


def say_failed(error: Exception) -> None:
    """Say why there is no result."""
    text = str(error)
    if text[1:2].isalpha():  # a sentence may begin with the variable x or y
        text = text[0].upper() + text[1:]
    st.html(f'<p class="pf-failed" role="alert">{escape(text)}.</p>')
