"""What the visitor orders: data, metrics and a time."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl.service.csv_files import MOST_TEXTS, read_header
from pyfrontiers.automl.service.readers import LARGEST_UPLOAD
from pyfrontiers.automl.service.sources import Source, inspect_source
from streamlit_app import kit
from streamlit_app.labs.automl_service.controls import (
    BUDGETS,
    COSTS,
    DATA,
    DECIDING,
    OWN,
    TITLES,
    controls,
)

if TYPE_CHECKING:
    from pyfrontiers.automl.service.sources import Summary

__all__ = ["Order", "choose_order", "described"]

#: Session key of the visitor's file: Streamlit clears the uploader when the page is left.
_FILE = controls.key("file")
#: The job that reads it, and the data that were last read.
_JOB, _READ = controls.key("reading"), controls.key("read")
_MEGABYTES = LARGEST_UPLOAD // 1_000_000
#: Names that a column with the class often has.
_TARGETS = ("class", "target", "label", "labels", "y", "species", "category")


@dataclass(frozen=True, slots=True)
class Order:
    """What a run depends on.

    Attributes:
        source: of the data; `None` while there are none that can be used.
        metrics: the first decides.
        budget: seconds.
        seed: of split, search and weights.
    """

    source: Source | None
    metrics: tuple[str, ...]
    budget: int
    seed: int


def choose_order() -> tuple[Order, str]:
    """Draw the controls; return the order, and the metric on the chart's horizontal axis."""
    name = controls.choice("data", "Data", DATA)
    source = Source(name) if name != OWN else _own_source()
    left, right = st.columns(2, gap="medium")
    first = controls.choice("decides", "What decides", DECIDING, shape="list", where=left)
    also = controls.several(
        "also",
        "What else counts",
        TITLES,
        ("parameters",),
        where=right,
        tip="With several metrics, the search looks for the children that no other beats in all "
        "of them.",
    )
    metrics = (first, *(name for name in also if name != first))
    left, middle, right = st.columns([4, 2, 4], gap="medium", vertical_alignment="bottom")
    budget = controls.choice(
        "budget", "Time for search and training", BUDGETS, shape="slider", where=left
    )
    seed = controls.number("seed", "Seed", 0, 9999, 0, where=middle)
    costs = {n: t for n, t in COSTS.items() if n != "latency" or n in metrics}
    cost = controls.choice("cost", "Horizontal axis", costs, "parameters", where=right)
    return Order(source, metrics, budget, seed), cost


def described(summary: Summary) -> str:
    """Say what a data set holds."""
    shape = " × ".join(map(str, summary.shape))
    what = (
        f"images of {shape} (channels × height × width)"
        if summary.kind == "image"
        else f"rows of {shape} columns"
    )
    counts = summary.classes
    shown = ", ".join(f"{name} ({count:,})" for name, count in list(counts.items())[:6])
    rest = f" and {len(counts) - 6} more" if len(counts) > 6 else ""
    texts = "".join(
        f" Column {name} holds {count} different texts." for name, count in summary.texts.items()
    )
    return (
        f"{summary.name}: {sum(counts.values()):,} {what} in {len(counts)} classes: "
        f"{shown}{rest}.{texts}"
    )


def _own_source() -> Source | None:
    """Draw the uploader and return the visitor's data once they can be used."""
    file = st.file_uploader(
        "A table as .csv (numbers, columns of at most "
        f"{MOST_TEXTS} different texts, and one with the class), arrays as .npz (inputs and "
        "labels), or a .zip file with a folder of images for each class. At most "
        f"{_MEGABYTES} MB. The file stays in memory; weights trained on it are deleted after the "
        "run.",
        max_upload_size=_MEGABYTES,
        key=controls.key("upload"),
        on_change=_forget,
    )
    if file is not None:
        st.session_state[_FILE] = file.name, bytes(file.getvalue())
    kept: tuple[str, bytes] | None = st.session_state.get(_FILE)
    if kept is None:
        kit.note("Upload a file to use it.")
        return None
    try:
        source = Source(*kept, _target(*kept))
    except ValueError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error))}</p>')
        return None
    if st.session_state.get(_READ) != source:
        kit.start_job(_JOB, inspect_source, label="Your data", durable=False, source=source)
        st.session_state[_READ] = source
    found: Summary | None = kit.job_panel(_JOB)
    if found is None:
        return None
    kit.note(described(found))
    return source


def _forget() -> None:
    """Discard the data after their file was removed or replaced; the same file is read again."""
    for key in (_FILE, _READ):
        st.session_state.pop(key, None)


def _target(name: str, content: bytes) -> str | None:
    """Draw the choice of a table's target; other files need none."""
    if not name.lower().endswith(".csv") or len(content) > LARGEST_UPLOAD:
        return None
    columns = read_header(BytesIO(content), name)
    places = [place for place, each in enumerate(columns) if each.lower() in _TARGETS]
    digest = blake2b("\n".join(columns).encode(), digest_size=4).hexdigest()
    # Not part of the address, which cannot hold the table either.
    chosen: str = st.selectbox(
        "Column with the class",
        columns,
        (places or [len(columns) - 1])[0],
        key=controls.key(f"target-{digest}"),
    )
    return chosen
