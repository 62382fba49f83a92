"""The kernels page: a comparison on this machine, example code, and the recorded run."""

from __future__ import annotations

import re
import time
from pathlib import Path

import streamlit as st

from pyfrontiers.comparison import compare, recorded, time_interleaved
from pyfrontiers.comparison.live import step_in_torch
from pyfrontiers.kernels.table import KERNELS
from pyfrontiers.machine import usable_cores
from streamlit_app.kit.code import code_listing
from streamlit_app.kit.job import is_under_way, job_panel, start_job
from streamlit_app.kit.runs_on import runs_on_badge
from streamlit_app.kit.text import heading
from streamlit_app.views.kernels.speeds import speed_chart
from streamlit_app.views.kernels.tables import circumstances, comparison_table, recorded_table

__all__ = ["kernels_page"]

_CSS = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_JOB = "kernel-comparison"
_SHARED_SECONDS = 4


def kernels_page() -> None:
    """Draw the page."""
    st.html(
        f"<style>{_CSS}</style>"
        '<div class="pf-section-head"><p>The compiled code behind the experiments</p>'
        "<h1>Kernels</h1></div>"
        '<p class="pf-kernels-lead">Perturbations, dropout masks and the statistics of samples are '
        "computed by C++ and CUDA kernels. Every random result is a function of seed, sample and "
        "element, so it has the same bits on every instruction set and for any number of threads. "
        "This page compares their speed with torch.</p>"
    )
    _here()
    _one_kernel()
    _record()
    code_listing(compare, time_interleaved, step_in_torch)


def _here() -> None:
    heading("On the machine that serves this page")
    with st.container(key="kernels-here"):
        st.html(
            '<p class="pf-note">Times six kernels against the equivalent torch code for a few '
            "seconds, in turns. Results are checked first; each ratio is the median over all "
            "rounds.</p>"
        )
        st.button(
            "Compare with torch",
            type="primary",
            key="compare-kernels",
            on_click=_start,
            disabled=is_under_way(_JOB),
        )
        found = job_panel(_JOB, draw=comparison_table)
        if found is not None:
            comparison_table(found.rows)
            st.html(f'<p class="pf-note" role="status">{circumstances(found)}</p>')
        runs_on_badge(link=False)


def _start() -> None:
    # Requests within the same few seconds share a run. A run takes longer than that, so asking
    # again afterwards starts a new one.
    moment = int(time.time() // _SHARED_SECONDS)
    threads = usable_cores()
    start_job(_JOB, compare, label="Kernels against torch", threads=threads, moment=moment)


def _one_kernel() -> None:
    heading("In your own code")
    with st.container(key="kernels-own"):
        st.fragment(_chosen_kernel)()


def _chosen_kernel() -> None:
    kernel = st.selectbox(
        "Kernel", KERNELS, format_func=lambda kernel: kernel.title, key="kernel-in-your-own-code"
    )
    lines, chart = st.columns([6, 7], gap="large", vertical_alignment="top")
    with lines:
        purpose = re.sub("`(.+?)`", r"<code>\1</code>", kernel.purpose)
        st.html(f'<p class="pf-note">{purpose}</p>')
        st.code(kernel.listing, language="python", wrap_lines=True)
    with chart:
        speed_chart(kernel.functions)


def _record() -> None:
    heading("The recorded run")
    recorded_table(recorded())
