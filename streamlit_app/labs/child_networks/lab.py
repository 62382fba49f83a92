"""Compare a controller with random search and five others, at equal numbers of children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl import Evolution, RandomSearch, Reinforce
from pyfrontiers.automl.benchmark.comparing import compare_searches
from pyfrontiers.automl.benchmark.races import race
from pyfrontiers.automl.digit_study import study_digits
from pyfrontiers.claims import recorded
from pyfrontiers.claims.c20 import TITLES
from streamlit_app import kit
from streamlit_app.labs.child_networks.charts import axis_title, search_chart
from streamlit_app.labs.child_networks.results import (
    accuracy_rows,
    comparison,
    mass_rows,
    missed_rows,
    provenance,
    run_searches,
    summary,
)
from streamlit_app.labs.child_networks.study import prepare_study, show_study
from streamlit_app.labs.child_networks.table import comparison_table, fewer_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from streamlit_app.labs.child_networks.results import Found

controls = kit.Controls("child-networks")

_RUNS = 5
#: For each thing to show: its rows, the axis, its ends, the numbers' format, and what it means.
_SHOWN: dict[
    str, tuple[Callable[[Found], pd.DataFrame], str, tuple[float, float] | None, str, str]
] = {
    "missed accuracy": (
        missed_rows,
        "missed test accuracy, points",
        None,
        "",
        "By how much the best child so far, chosen by validation accuracy, misses the best test "
        "accuracy of the space. Lower is better.",
    ),
    "reward": (
        accuracy_rows,
        "mean validation accuracy",
        None,
        "%",
        "The mean accuracy of every ten children: how good a search's proposals are. Random search "
        "never changes. ASHA's children are stopped early, so theirs count after few epochs.",
    ),
    "probability of the best 1 %": (
        mass_rows,
        "probability of the best 1 %",
        (0.0, 1.0),
        "%",
        "The probability that the controller gives to the best 1 % of the networks. Bands are 95 % "
        "intervals.",
    ),
}
_FIRST = next(iter(_SHOWN))


def draw() -> None:
    """Draw the recorded comparison, its table, a live study, and the visitor's comparison."""
    st.fragment(_recorded)()
    comparison_table(comparison())
    show_study(controls)
    _live()
    kit.runs_on_badge()


def prepare() -> None:
    """Make the charts' specifications."""
    for shown in _SHOWN:
        kit.prepare_figure("searches", search_chart, *_chart(comparison(), shown)[1])
    prepare_study()


def _recorded() -> None:
    found = comparison()
    _sentences(found)
    shown = _choose("shown")
    rows, arguments = _chart(found, shown)
    kit.figure(
        "searches",
        search_chart,
        *arguments,
        data=rows,
        label=f"{_label(shown)}, recorded",
    )
    intervals = " Bars are 95 % intervals of the mean." if shown == _FIRST else ""
    kit.note(_SHOWN[shown][-1] + intervals)
    extra = "".join(f", {TITLES[name]} {runs}" for name, runs in fewer_runs(found).items())
    kit.origin(provenance(), f"{found['runs']} runs of each search{extra}")


def _sentences(found: Found) -> None:
    line, parts = summary(found)
    kit.verdict(line)
    kit.listed(parts)


def _choose(name: str) -> str:
    return controls.choice(name, "Shown", list(_SHOWN), _FIRST)


def _chart(found: Found, shown: str) -> tuple[pd.DataFrame, tuple[object, ...]]:
    """Return the rows of a chart and the arguments of its maker."""
    make, title, ends, form, _ = _SHOWN[shown]
    rows = make(found)
    drawn = set(rows["search"])
    names = tuple(name for name in found["searches"] if TITLES[name] in drawn)
    values = ends or kit.nice_domain(
        [*rows["value"], *rows["high"].dropna(), 0.0 if shown == _FIRST else rows["value"].min()]
    )
    return rows, (names, title, values, form, found["trainings"])


def _label(shown: str) -> str:
    return f"{shown.capitalize()} of each search against {axis_title(_SHOWN[shown][3])}"


def _live() -> None:
    kit.subheading(
        "Compare all searches here",
        "The same comparison with your seed, on the same benchmark; Optuna's searches take longer "
        "and are left out. With few runs, differences can be luck: change the seed and see.",
    )
    left, middle, _ = st.columns([2, 3, 3], gap="medium", vertical_alignment="bottom")
    seed = controls.number("seed", "Seed", 0, 9999, 1, where=left)
    runs = controls.slider("runs", "Runs of each search", 5, 20, _RUNS, 5, where=middle)
    found = kit.live(
        controls.key("race"),
        run_searches,
        {"seed": seed, "runs": runs},
        label="Running five searches",
        button="Run them here",
        durable=True,
        before="Press **Run them here**. It takes some seconds for each run.",
    )
    if found is None or not found.is_current:
        return
    _sentences(found.value)
    shown = _choose("own-shown")
    rows, arguments = _chart(found.value, shown)
    kit.figure(
        "own-searches",
        search_chart,
        *arguments,
        data=rows,
        label=f"{_label(shown)}, run here",
    )
    kit.note(_SHOWN[shown][-1])
    kit.origin(None, f"{runs} runs of each search")


def _found() -> str:
    outcome = recorded("C20")
    return outcome.finding.sentence if outcome else ""


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(Reinforce, RandomSearch, Evolution, study_digits, race, compare_searches),
    guess=kit.Guess(
        "At the same budget, how far ahead of random search is the controller?",
        (
            "far ahead",
            "a little, but reliably",
            "it is behind",
        ),
        right=1,
    ),
    question="Does a controller that learns from its children beat drawing them at random?",
    found=_found,
    leads_to=("automl-controller", "automl-service"),
)
