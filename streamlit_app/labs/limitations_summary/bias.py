"""The experiment behind the fourth tile: who is rare in the data is served worse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.limitations import bias_study
from streamlit_app.kit import is_under_way, job_panel, start_job
from streamlit_app.kit.mode import tokens_of
from streamlit_app.kit.text import percent
from streamlit_app.labs.limitations_summary.drawing import draw, file_button, lead, plain
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from streamlit_app.kit.mode import Mode

__all__ = ["bias", "groups_chart"]

_JOB = "limitation-bias"
_GROUPS = {"upright": "upright hands, common", "slanted": "slanted hands, rare"}
_REMEDIES = {"none": "trained as it is", "reweighted": "both groups weighed equally"}


def bias() -> None:
    """Draw the experiment."""
    lead(
        "Who is rare in the data?",
        "Some writers slant their digits by 30 to 40 degrees. The network learns from 1,442 digits "
        "of which only a share is slanted, and is tested on as many of either kind.",
    )
    _controls()
    found: dict[str, Any] | None = job_panel(_JOB)
    if found:
        _reading(found["shares"][0])
    else:
        st.fragment(_recorded)()
    origin("C13", live=found is not None)
    st.html(
        '<p class="pf-note">In the world: three products that tell the gender of a face erred on '
        "up to 34.7\N{NO-BREAK SPACE}% of darker-skinned women and on at most "
        "0.8\N{NO-BREAK SPACE}% of lighter-skinned men (Buolamwini and Gebru, Gender Shades, "
        "2018).</p>"
    )
    rows = [
        (row["share"], remedy, part, *(row[remedy][part][name] for name in _ENDS))
        for row in (found or details("C13"))["shares"]
        for remedy in _REMEDIES
        for part in (*_GROUPS, "gap")
    ]
    file_button("bias", ("share", "remedy", "of", "error", "low", "high"), rows)


_ENDS = ("value", "low", "high")


def _recorded() -> None:
    rows = {row["share"]: row for row in details("C13")["shares"]}
    share = st.select_slider(
        "Share of slanted digits in the training data",
        list(rows),
        0.03,
        format_func=_share,
        key="bias-share",
    )
    _reading(rows[share])


def _reading(row: dict[str, Any]) -> None:
    before, after, less = row["none"], row["reweighted"], row["reduction"]
    lowered = f"by {_points(less)} points"
    verdict = "lowers the gap" if less["low"] > 0 else "does not surely lower the gap: it falls"
    st.html(
        f'<p class="pf-finding">With {_share(row["share"])} of the data the slanted digits are '
        f"mistaken {percent(before['slanted']['value'], 1)} of the time, the upright ones "
        f"{percent(before['upright']['value'], 1)}. Weighing both groups equally {verdict} "
        f"{lowered}; the upright ones' error becomes {percent(after['upright']['value'], 1)}.</p>"
    )
    label = "Error of each group with its 95 % interval, before and after reweighting"
    draw(groups_chart, plain(row), key="bias-chart", label=label)


def _share(share: float) -> str:
    return f"{100 * share:.3g}\N{NO-BREAK SPACE}%"


def _points(part: dict[str, float]) -> str:
    low, high = 100 * part["low"], 100 * part["high"]
    return f"{100 * part['value']:.1f} [{low:.1f}, {high:.1f}]"


def _controls() -> None:
    # In a container, so that what follows keeps its place whether a run is under way or not.
    with st.container(horizontal=True, vertical_alignment="bottom", key="bias-controls"):
        if is_under_way(_JOB):
            return
        share = st.number_input(
            "Another share, in %", 0.1, 99.9, 2.0, 0.5, key="bias-own-share", width=180
        )
        st.button(
            "Train here",
            key="bias-run",
            on_click=start_job,
            args=(_JOB, bias_study),
            kwargs={
                "label": f"Bias at {share:g} %",
                "durable": True,
                "shares": (round(share / 100, 6),),
                "seeds": 3,
                "steps": 250,
            },
        )
        st.html('<p class="pf-note">three networks with and three without the remedy</p>')


def groups_chart(figures: str, mode: Mode) -> alt.TopLevelMixin:
    """Make the error of each group with its interval, for each remedy.

    Args:
        figures: One share of what :func:`pyfrontiers.limitations.bias_study` returned, as JSON.
        mode: The visitor's theme.

    """
    row, token = json.loads(figures), tokens_of(mode)
    frame = pd.DataFrame(
        [
            {"remedy": words, "group": group, **row[remedy][name]}
            for remedy, words in _REMEDIES.items()
            for name, group in _GROUPS.items()
        ]
    )
    groups, remedies = list(_GROUPS.values()), list(_REMEDIES.values())
    base = alt.Chart(frame).encode(
        y=alt.Y("remedy:N", title=None, sort=remedies, axis=alt.Axis(grid=False, labelLimit=180)),
        yOffset=alt.YOffset("group:N", sort=groups),
    )
    top = max(0.1, float(frame["high"].max()) * 1.08)
    bars = base.mark_bar(opacity=0.85).encode(
        x=alt.X(
            "value:Q",
            title="error",
            axis=alt.Axis(format="%", grid=True),
            scale=alt.Scale(domain=[0, top], nice=False),
        ),
        color=alt.Color(
            "group:N",
            title=None,
            scale=alt.Scale(domain=groups, range=[token["blue"], token["vermillion"]]),
            legend=alt.Legend(columns=1, labelLimit=240),
        ),
        tooltip=[
            "group:N",
            "remedy:N",
            *(alt.Tooltip(f"{name}:Q", format=".1%") for name in _ENDS),
        ],
    )
    whiskers = base.mark_rule(color=token["ink"], strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    return alt.layer(bars, whiskers).properties(height=170)
