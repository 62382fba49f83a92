"""The device and instruction set that compute a page's results."""

from __future__ import annotations

from html import escape

import streamlit as st

from pyfrontiers.counts import counted
from pyfrontiers.machine import usable_cores
from streamlit_app.kit.link import page_link

__all__ = ["runs_on_badge"]

_NAMES = {"avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON", "scalar": "plain C++"}


def runs_on_badge(device: str = "cpu", *, link: bool = True) -> None:
    """Show the hardware that computed a result, with a link to the kernels page.

    Args:
        device: The torch device that computed it, ``"cpu"`` or ``"cuda"``.
        link: Whether to draw the link; ``False`` on the kernels page itself.
    """
    badge = f'<p class="pf-runs-on">Runs on <b>{escape(_described(device))}</b></p>'
    if not link:
        st.html(badge)
        return
    with st.container(key="runs-on", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(badge, width="content")
        page_link("kernels", label="How fast the kernels are")


def _described(device: str) -> str:
    if device.startswith("cuda"):
        import torch

        return torch.cuda.get_device_name(device)
    from pyfrontiers.kernels import current_isa

    cores, isa = usable_cores(), current_isa()
    return f"CPU, {counted(cores, 'core')}, {_NAMES.get(isa, isa)} kernels"
