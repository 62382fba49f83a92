"""The tables of the page: the results on this machine, and the targets of the recorded run."""

from __future__ import annotations

import math
import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.comparison import run_conditions, summary, times_text
from pyfrontiers.comparison.records import QUIET
from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.comparison import Row
    from pyfrontiers.comparison.live import Compared, Comparison

__all__ = ["circumstances", "comparison_table", "recorded_table", "typeset"]

_WORD = {"pass": "met", "fail": "missed", "absent": "not installed"}
_CLASS = {"pass": "pf-pass", "fail": "pf-fail", "absent": "pf-null"}
#: End of the bars' logarithmic scale: 10^3 = 1,000.
_FULL = 3.0


def typeset(text: str) -> str:
    """Return a text of the record as HTML, with × and µs, which the record spells in ASCII."""
    with_units = re.sub(r"(?<=\d) us\b", "\N{NO-BREAK SPACE}µs", text)
    return escape(re.sub(r"(?<=\d)x\b|(?<=\d )x(?= \d)", "×", with_units))


def comparison_table(rows: Sequence[Compared]) -> None:
    """Show each kernel's speed-up and both times."""
    lines = "".join(_compared(row) for row in rows)
    st.html(
        f'<div class="pf-compared" role="table" aria-label="Kernels against torch">{lines}</div>'
    )


def _compared(row: Compared) -> str:
    ratio = row.faster.median
    share = min(max(math.log10(ratio), 0.0) / _FULL, 1.0)
    times = f"{_milliseconds(row.ours)} vs. {_milliseconds(row.theirs)}"
    return (
        f'<div class="pf-compared-row" role="row"><span role="rowheader">{escape(row.kernel)}'
        f"<small>vs. {escape(row.baseline)}</small></span>"
        f'<i role="presentation" style="--share:{100 * share:.1f}%"></i>'
        f'<span role="cell"><b>{typeset(times_text(ratio))}</b><small>{times}</small></span></div>'
    )


def _milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}\N{NO-BREAK SPACE}ms"


def circumstances(found: Comparison) -> str:
    """Describe the settings of a comparison and any load from other programs."""
    rounds = [row.rounds for row in found.rows]
    threads = counted(found.threads, "thread")
    text = (
        f"{found.elements:,} float32, {threads}, {min(rounds)} to {max(rounds)} rounds. "
        "Bars are on a logarithmic scale that ends at 1,000×."
    )
    if (found.other_cores or 0.0) > QUIET:
        text += (
            f" Other programs kept {found.other_cores:.1f} cores busy during the run; consider "
            "running it again."
        )
    return text


def recorded_table(found: dict[str, Any]) -> None:
    """Show every target of a run with its result, and the reason if it was missed."""
    rows = summary(found)
    met = sum(row.status == "pass" for row in rows)
    st.html(
        f'<p class="pf-note">{met} of {len(rows)} targets met. Recorded on '
        f"{escape(run_conditions(found))}.</p>"
    )
    body = "".join(_group(kernel, list(group)) for kernel, group in groupby(rows, _kernel))
    st.html(
        '<table class="pf-targets"><caption>Targets of the recorded run</caption><thead><tr>'
        '<th scope="col">Kernel</th><th scope="col">Baseline</th><th scope="col">Target</th>'
        f'<th scope="col">Measured</th><th scope="col">Result</th></tr></thead>{body}</table>'
    )


def _kernel(row: Row) -> str:
    return row.kernel


def _group(kernel: str, rows: Sequence[Row]) -> str:
    lines = "".join(_target(row) for row in rows)
    return (
        f'<tbody><tr><th class="pf-targets-kernel" scope="rowgroup" colspan="5">{escape(kernel)}'
        f"</th></tr>{lines}</tbody>"
    )


def _target(row: Row) -> str:
    why = (
        f'<tr class="pf-targets-why"><td colspan="5">{typeset(row.why)}</td></tr>'
        if row.why
        else ""
    )
    return (
        f'<tr><th scope="row">{typeset(row.ours)}</th>'
        f'<td data-label="baseline">{typeset(row.against)}</td>'
        f'<td data-label="target">{typeset(row.target)}</td>'
        f'<td data-label="measured">{typeset(row.measured)}</td>'
        f'<td class="{_CLASS[row.status]}">{_WORD[row.status]}</td></tr>{why}'
    )
