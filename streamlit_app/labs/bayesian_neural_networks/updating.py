"""Prior, data, posterior: functions before and after some examples."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.counts import counted
from pyfrontiers.uncertainty.study import (
    DATA_SETS,
    WEIGHTS,
    Points,
    prior_functions,
    sample_posterior,
    summarise,
)
from pyfrontiers.uncertainty.study.functions import grid, predictions
from pyfrontiers.uncertainty.study.recorded_posteriors import STAGES, recorded_posteriors
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.charts import draw_functions
from streamlit_app.labs.bayesian_neural_networks.controls import NAMES, TASKS, controls
from streamlit_app.labs.bayesian_neural_networks.points import own_points

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.study import Functions, Reference, Task

__all__ = ["choose_data", "prior_of", "updating_part"]

_EXPLAINED = {
    "regression": "Each thin line is a network. Before any data, all weights are drawn from the "
    "prior; the examples leave those networks that explain them. Dark and light bands hold 50 and "
    "95 % of the networks.",
    "classification": "The first map is the mean probability of class 1 over all networks, the "
    "second how much they disagree. Each line is the boundary of one network, where both classes "
    "have probability 0.5. Before any data, all weights are drawn from the prior.",
}


def choose_data() -> str:
    """Draw the choice of data and return its name."""
    return controls.choice("data", "Data", NAMES, shape="radio")


def updating_part(name: str) -> None:
    """Show functions drawn from the prior, and from the posterior after some examples."""
    task = DATA_SETS[name].task if name in DATA_SETS else TASKS[name]
    kit.subheading("1 · Prior, data, posterior", _EXPLAINED[task])
    with st.container():
        if name in TASKS:
            _own(TASKS[name])
        else:
            _shipped(name)


def _shipped(name: str) -> None:
    points = DATA_SETS[name]
    counts = (0, *STAGES, len(points.rows))
    seen = controls.choice("seen", "Examples seen", _words(counts), "all", shape="slider")
    count = dict(zip(_words(counts), counts, strict=True))[seen]
    known = points.first(count)
    if count == 0:
        _picture(prior_of(points.task), known, "The prior")
        kit.note(f"400 networks drawn from the prior over {WEIGHTS[points.task]} weights.")
        return
    provenance, record = recorded_posteriors()
    functions, mixing = record[name]["functions"][str(count)], record[name]["mixing"][str(count)]
    _picture(functions, known, f"The posterior after {count} examples")
    kit.origin(
        provenance,
        f"{mixing['draws']:,} networks by HMC in {mixing['chains']} chains",
        f"split R-hat at most {mixing['r_hat']:.3f}",
        f"effective sample size at least {mixing['effective_samples']:,}",
        f"{mixing['divergences']:.0f} divergent",
    )


def _words(counts: tuple[int, ...]) -> list[str]:
    return ["none", *(str(count) for count in counts[1:-1]), "all"]


def _own(task: Task) -> None:
    board, result = st.columns(2, gap="large")
    with board:
        points = own_points(task)
    with result:
        shown = kit.live(
            controls.key(f"posterior-{task}"),
            sample_posterior,
            {"points": points},
            label=f"HMC over {WEIGHTS[task]} weights",
            button="Sample the posterior",
            keeps="the posterior given the earlier points",
        )
        if shown is None:
            _picture(prior_of(task), points, "The prior, with your points", wide=False)
            return
        found: Reference = shown.value
        given = counted(len(points.rows), "point") if shown.is_current else "the earlier points"
        _picture(found.functions, points, f"The posterior given {given}", wide=False)
    kit.origin(
        None,
        f"{found.draws:,} networks by HMC in {found.chains} chains",
        f"split R-hat at most {found.r_hat:.3f}",
        f"effective sample size at least {found.effective_samples:,.0f}",
        f"{found.divergences} divergent",
    )
    kit.runs_on_badge()


def _picture(functions: Functions, points: Points, label: str, *, wide: bool = True) -> None:
    draw_functions("posterior", functions, points, "blue", label=label, wide=wide)


@lru_cache(maxsize=2)
def prior_of(task: Task) -> Functions:
    """Return functions drawn from the prior."""
    outputs = prior_functions(task, grid(task), 400, seed=0)
    return summarise(task, predictions(task, outputs))
