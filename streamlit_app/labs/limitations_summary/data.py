"""The experiment behind the first tile: the error against the number of examples."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.limitations import PowerLaw, learning_curve
from streamlit_app.kit import is_under_way, job_panel, start_job
from streamlit_app.kit.mode import tokens_of
from streamlit_app.kit.text import percent
from streamlit_app.labs.limitations_summary.drawing import draw, file_button, lead, plain
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from streamlit_app.kit.mode import Mode

__all__ = ["data_hunger", "hunger_chart"]

_JOB = "limitation-data"
_NAMES = {"alone": "from random weights", "transfer": "after digits 0 to 4"}
_COLOURS = {"alone": "blue", "transfer": "purple"}


def data_hunger() -> None:
    """Draw the experiment."""
    lead(
        "How many examples does it take?",
        "A small network learns to tell the digits 5 to 9 apart, in random poses and with noise, "
        "from 20 up to 320 examples. Once it begins from random weights, once with filters that "
        "have learned 0 to 4 before.",
    )
    _controls()
    found: dict[str, Any] | None = job_panel(_JOB, draw=partial(_curve, key="hunger-so-far"))
    shown = found or details("C11")
    _curve(shown, key="hunger-chart")
    st.fragment(_how_many)(shown)
    origin("C11", live=found is not None)
    rows = [
        (name, size, repetition, error)
        for name in _NAMES
        for repetition, errors in enumerate(shown[name]["errors"])
        for size, error in zip(shown["sizes"], errors, strict=True)
    ]
    file_button("learning-curve", ("start", "examples", "repetition", "error"), rows)


def _curve(found: dict[str, Any], *, key: str) -> None:
    label = "Error on new digits against the number of training examples, on logarithmic axes: " + (
        "; ".join(
            f"{_NAMES[name]} {percent(found[name]['mean'][0], 1)} with {found['sizes'][0]} and "
            f"{percent(found[name]['mean'][-1], 1)} with {found['sizes'][-1]}"
            for name in _NAMES
        )
    )
    draw(hunger_chart, plain(found), key=key, label=label)


def _how_many(found: dict[str, Any]) -> None:
    examples = st.select_slider(
        "If you had this many examples",
        [20, 40, 80, 160, 320, 640, 1280, 5120, 20480],
        80,
        key="hunger-examples",
    )
    laws = {name: _law(found[name]) for name in _NAMES}
    beyond = " (beyond what was measured: the line, drawn on)" if examples > 320 else ""
    needed = laws["alone"].examples(laws["alone"].error(examples) / 2)
    half = f"Half that error would take {needed:,.0f} examples." if needed < 1e9 else ""
    st.html(
        f'<p class="pf-finding">{percent(laws["alone"].error(examples), 1)} would be wrong, '
        f"{percent(laws['transfer'].error(examples), 1)} with transfer{beyond}. {half}</p>"
    )


def _controls() -> None:
    # In a container, so that what follows keeps its place whether a run is under way or not.
    with st.container(horizontal=True, vertical_alignment="bottom", key="hunger-controls"):
        if is_under_way(_JOB):
            return
        seed = st.number_input("Seed", 0, 2**32, 1, key="hunger-seed", width=140)
        st.button(
            "Train here",
            key="hunger-run",
            on_click=start_job,
            args=(_JOB, learning_curve),
            kwargs={
                "label": "Learning curve",
                "durable": True,
                "seeds": 3,
                "steps": 100,
                "seed": int(seed),
            },
        )
        st.html('<p class="pf-note">30 networks, three seeds, some seconds</p>')


def _law(fitted: dict[str, Any]) -> PowerLaw:
    return PowerLaw(
        **{name: fitted[name] for name in ("level", "exponent", "low", "high", "r_squared")}
    )


def hunger_chart(figures: str, mode: Mode) -> alt.TopLevelMixin:
    """Make the learning curves on logarithmic axes.

    Args:
        figures: What :func:`pyfrontiers.limitations.learning_curve` returned, as JSON.
        mode: The visitor's theme.

    """
    found = json.loads(figures)
    sizes, token = found["sizes"], tokens_of(mode)
    names = {
        name: f"{words}: n^−{found[name]['exponent']:.2f} "
        f"[{found[name]['low']:.2f}, {found[name]['high']:.2f}]"
        for name, words in _NAMES.items()
    }
    lines, points = [], []
    for name, words in names.items():
        law = _law(found[name])
        lines += [{"n": n, "error": law.error(n), "start": words} for n in (sizes[0], sizes[-1])]
        for errors in found[name]["errors"]:
            points += [
                {"n": n, "error": max(error, 1e-3), "start": words, "kind": "one repetition"}
                for n, error in zip(sizes, errors, strict=True)
            ]
        points += [
            {"n": n, "error": error, "start": words, "kind": "all"}
            for n, error in zip(sizes, found[name]["mean"], strict=True)
        ]
    colour = alt.Color(
        "start:N",
        title=None,
        scale=alt.Scale(
            domain=list(names.values()), range=[token[_COLOURS[name]] for name in names]
        ),
        legend=alt.Legend(columns=1, labelLimit=400, symbolType="stroke", symbolOpacity=1),
    )
    x = alt.X(
        "n:Q",
        title="training examples",
        scale=alt.Scale(type="log", base=2, nice=False, padding=12),
        axis=alt.Axis(values=sizes),
    )
    y = alt.Y(
        "error:Q",
        title="error on new digits",
        scale=alt.Scale(type="log", zero=False, nice=False, padding=8),
        axis=alt.Axis(format="%", values=[0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6]),
    )
    marks = (
        alt.Chart(pd.DataFrame(points))
        .mark_point(filled=True)
        .encode(
            x=x,
            y=y,
            color=colour,
            opacity=alt.condition("datum.kind === 'all'", alt.value(1), alt.value(0.3)),
            size=alt.condition("datum.kind === 'all'", alt.value(90), alt.value(30)),
            tooltip=["start:N", "kind:N", "n:Q", alt.Tooltip("error:Q", format=".1%")],
        )
    )
    law = alt.Chart(pd.DataFrame(lines)).mark_line(opacity=0.6).encode(x=x, y=y, color=colour)
    return alt.layer(law, marks).properties(height=320)
