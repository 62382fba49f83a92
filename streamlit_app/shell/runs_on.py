"""On what the computations of a page run."""

from __future__ import annotations

from html import escape

import streamlit as st

__all__ = ["runs_on_badge"]


def runs_on_badge() -> None:
    """Show the device, the number of threads and the instruction set, in one quiet line."""
    st.html(f'<p class="pf-runs-on">Runs on <b>{escape(_device())}</b></p>')


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"
