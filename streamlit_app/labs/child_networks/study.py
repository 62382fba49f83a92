"""A study that the visitor runs: children are trained, and the reward is drawn as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pyfrontiers.automl import digit_data
from pyfrontiers.automl.digit_study import (
    SPACE,
    DigitStudy,
    read_digit_study,
    study_digits,
    study_folder,
)
from pyfrontiers.automl.study import StudyError
from pyfrontiers.compute import is_active
from streamlit_app import kit
from streamlit_app.labs.child_networks.progress import (
    WINDOW,
    drawn_series,
    progress_chart,
    progress_rows,
    series_names,
)

if TYPE_CHECKING:
    from pyfrontiers.automl.digit_study import SearchName, StudyChild

__all__ = ["prepare_study", "show_study", "summary_of"]

_TITLES: Final[dict[SearchName, str]] = {"reinforce": "the controller", "random": "random search"}
_OTHER: Final[dict[SearchName, SearchName]] = {"reinforce": "random", "random": "reinforce"}
_CHILDREN, _FIRST = (60, 120, 240, 480), 120
_EVERY = 1.0  # seconds between two looks at the study's file


def prepare_study() -> None:
    """Make the specifications of the charts, and read which study belongs to this code."""
    study_folder("reinforce", 1)
    for children in _CHILDREN:
        for title in _TITLES.values():
            names = series_names(title)
            kit.prepare_figure("study", progress_chart, children, names)
        kit.prepare_figure("study", progress_chart, children, names[:-1])


def show_study(controls: kit.Controls) -> None:
    """Draw the settings of a study, its progress and what it has found so far."""
    digits = len(digit_data().labels)
    kit.subheading(
        "Run one here",
        f"A real study in a space of {SPACE.size:,} networks, with as many choices for each layer "
        f"as in 2017: each child is trained on {digits:,} digits, and every outcome is written to "
        "disk at once. Cancel it, leave the page, come back and continue.",
    )
    a, b, c = st.columns([4, 4, 2], gap="medium", vertical_alignment="bottom")
    search = controls.choice("search", "Children proposed by", _TITLES, where=a)
    children = controls.choice("children", "Children", _CHILDREN, _FIRST, shape="slider", where=b)
    seed = controls.number("study-seed", "Seed", 0, 99, 1, where=c)
    folder = study_folder(search, seed)
    kept = len(_kept(search, seed, children).children)
    target = _running_target(search, seed)
    if target == children:
        button = "Follow it here"
    else:
        button = "Continue it here" if 0 < kept < children else "Run it here"
    key = controls.key("study")
    kit.live(
        key,
        study_digits,
        {"search": search, "children": children, "seed": seed, "folder": str(folder)},
        label="Training children",
        button=button,
        before=_before(kept, children, target, button),
    )
    running = kit.is_under_way(key)
    st.fragment(_picture, run_every=_EVERY if running else None)(
        search, seed, children, running=running
    )


def _running_target(search: SearchName, seed: int) -> int | None:
    """Return how many children a running study, of any visitor, will have; `None` if none runs."""
    folder = str(study_folder(search, seed))
    for children in _CHILDREN:
        if is_active(study_digits, search=search, children=children, seed=seed, folder=folder):
            return children
    return None


def _before(kept: int, children: int, target: int | None, button: str) -> str:
    """Say what is on disk and what the button does.

    Args:
        kept: children on disk.
        children: how many the visitor asks for.
        target: how many a running study will have; `None` if none is running.
        button: text of the button.
    """
    if target is not None:
        running = f"This study is running on this server, up to {target} children."
        if target == children:
            return f"{running} Press **{button}** to see its progress."
        return f"{running} Choose {target} to follow it; only one can run at a time."
    if kept:
        return f"{kept} of {children} children are kept on this server."
    return f"Press **{button}**. A child takes about a second on each core."


def _picture(search: SearchName, seed: int, children: int, *, running: bool) -> None:
    """Draw what a study has on disk; while it runs, nothing is announced to screen readers."""
    found = _kept(search, seed, children)
    best = found.best
    if best is None:
        if running:
            with kit.reserve("study-first", 360):
                kit.note("Starting the workers and training the first children.")
        return
    other = _OTHER[search]
    others = _kept(other, seed, children)
    if not running:
        kit.verdict(*summary_of(found, search, others))
    rows = progress_rows(found, _TITLES[other], others if others.children else None)
    left, right = st.columns([7, 4], gap="large")
    with left:
        kit.figure(
            "study",
            progress_chart,
            children,
            drawn_series(rows),
            data=rows,
            label=f"Reward of each child proposed by {_TITLES[search]}, in order",
        )
    with right:
        _best(best, found)
    if not running:
        seconds = sum(child.seconds for child in found.children)
        kit.note(
            f"Trained on this server: {len(found.children)} children. Their trainings took "
            f"{seconds:.0f} s in all, several at a time where the server has several cores."
        )


def _best(best: StudyChild, found: DigitStudy) -> None:
    cost = SPACE.cost(best.architecture)
    number = found.children.index(best) + 1
    kit.note(
        f"**Best child so far**, number {number}: {kit.percent(best.accuracy or 0.0, 1)} of the "
        f"validation digits, {cost.parameters:,} parameters, {cost.flops:,} FLOPs."
    )
    kit.child_graph("cn-best", SPACE, best.architecture)


def _kept(search: SearchName, seed: int, children: int) -> DigitStudy:
    """Return the children of a study on disk, at most as many as are asked for."""
    try:
        found = read_digit_study(study_folder(search, seed))
    except StudyError:  # another visitor's run is about to begin it
        found = None
    return DigitStudy(() if found is None else found.children[:children])


def summary_of(found: DigitStudy, search: SearchName, others: DigitStudy) -> tuple[str, str]:
    """Say what a study has found, and how it compares with the other search.

    Args:
        found: the study.
        search: what proposed its children.
        others: the study of the other search with the same seed; may be empty.

    Returns:
        The result, and what it rests on.
    """
    count, best = len(found.children), found.best
    accuracy = 0.0 if best is None else best.accuracy or 0.0
    line = f"The best of {count} children reaches **{kit.percent(accuracy, 1)}**."
    parts = []
    if count >= 2 * WINDOW:
        first, last = _mean(found.children[:WINDOW]), _mean(found.children[-WINDOW:])
        parts.append(
            f"The last {WINDOW} children reach {kit.percent(last, 1)} on average, after "
            f"{kit.percent(first, 1)} for the first {WINDOW}."
        )
    if others.best is not None and others.children:
        name = _TITLES[_OTHER[search]]
        known, latest = others.best.accuracy or 0.0, others.children[-WINDOW:]
        parts.append(
            f"With {name} and the same seed, the best of {len(others.children)} reaches "
            f"{kit.percent(known, 1)}, and the last {len(latest)} "
            f"{kit.percent(_mean(latest), 1)} on average."
        )
        parts.append("One run of each decides nothing: compare the intervals above.")
    return line, " ".join(parts)


def _mean(children: tuple[StudyChild, ...]) -> float:
    """Return the mean accuracy; a failed child counts as 0, as for the search."""
    return sum(child.accuracy or 0.0 for child in children) / max(len(children), 1)
