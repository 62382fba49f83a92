"""Design a network, train it in seconds, and see where it stands among all of its space."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl import ImageSpace
from pyfrontiers.automl.benchmark import Benchmark, benchmark, train_child
from pyfrontiers.automl.benchmark.stacked import train_stack
from streamlit_app import kit
from streamlit_app.labs.learning_to_learn.charts import (
    MARKS,
    accuracy_rows,
    place_chart,
    tallest,
)
from streamlit_app.labs.learning_to_learn.controls import (
    FIRST,
    FREE,
    Design,
    choose_layers,
    choose_limit,
    controls,
)
from streamlit_app.labs.learning_to_learn.placing import (
    budgets,
    found,
    marks_after,
    place_child,
    told,
)
from streamlit_app.labs.learning_to_learn.tries import (
    as_file,
    known_tries,
    remember,
    show_tries,
)

if TYPE_CHECKING:
    from pyfrontiers.automl.benchmark import TrainedChild
    from streamlit_app.labs.learning_to_learn.placing import Marks, Placed

_SEEDS = 3
_CHILDREN = 100
_BUTTON = "Train my network"


def draw() -> None:
    """Draw the design, its training and its place."""
    st.fragment(_whole)()
    kit.runs_on_badge()


def prepare() -> None:
    """Compute what a visitor sees first."""
    found()
    kit.child_svg(benchmark().space, FIRST)
    for children in budgets():
        marks_after(children)
    kit.prepare_figure("place", place_chart, tallest(), len(MARKS) - 1)


def _whole() -> None:
    architecture = choose_layers()
    a, b, c, d = st.columns([4, 5, 4, 3], gap="medium", vertical_alignment="bottom")
    design = Design.of(architecture, choose_limit(a))
    guess = controls.slider(
        "guess", "Your guess: share of networks that it beats, %", 0, 100, 50, 5, where=b
    )
    children = controls.choice(
        "children", "Children of the searches", budgets(), _CHILDREN, shape="slider", where=c
    )
    seed = controls.number(
        "seed", "First of 3 seeds", 0, 9999, 3, where=d, tip="The record has 0, 1 and 2."
    )
    kit.measures(
        ("Parameters", f"{design.cost.parameters:,}"),
        ("FLOPs for one image", f"{design.cost.flops:,}"),
    )
    child = _trained(design, tuple(range(seed, seed + _SEEDS)))
    marks = marks_after(children)
    if child is None:
        _waiting(marks, design)
    else:
        placed = place_child(child)
        kit.verdict(*told(placed, marks, guess, limited=design.limit != FREE))
        _picture(marks, placed)
        remember(child)
    table = benchmark()
    if child is not None:
        _recorded(child)
    kit.origin(table.provenance, f"all {table.space.size:,} networks, {table.seeds} trainings each")
    if tries := known_tries():
        show_tries(tries)


def _trained(design: Design, seeds: tuple[int, ...]) -> TrainedChild | None:
    """Train the child, or say why it is refused; return its training if there is one."""
    if design.refusal:
        with kit.reserve("strip-refused", 60):
            kit.note(f"**Refused before training:** {design.refusal}.")
        return None
    shown = kit.live(
        controls.key("train"),
        train_child,
        {"architecture": design.architecture, "seeds": seeds},
        label="Training your network",
        button=_BUTTON,
        durable=True,
        before=f"Choose the layers and press **{_BUTTON}**. It takes a few seconds.",
    )
    return shown.value if shown is not None and shown.is_current else None


def _waiting(marks: Marks, design: Design) -> None:
    size = benchmark().space.size
    kit.verdict(
        f"Half of all {size:,} networks reach less than **{kit.percent(marks.median, 1)}**. "
        "Where is yours?",
        f"After {marks.children} children, "
        f"random search chooses one with {kit.percent(marks.random, 1)} on average, and the "
        f"controller one with {kit.percent(marks.controller, 1)}"
        + ("." if design.limit == FREE else ", without your limit."),
    )
    _picture(marks, None)


def _picture(marks: Marks, placed: Placed | None) -> None:
    rows = accuracy_rows(marks, placed)
    drawn = len(MARKS) if placed is not None else len(MARKS) - 1  # the last is the child's
    kit.figure(
        "place",
        place_chart,
        tallest(),
        drawn,
        data=rows,
        label=f"Test accuracies of all {benchmark().space.size:,} networks; lines mark "
        f"{', '.join(MARKS[:drawn])} after {marks.children} children",
        table=rows[["what", "from", "to", "networks", "accuracy"]],
    )


def _recorded(child: TrainedChild) -> None:
    """Show what the benchmark has for the network that the visitor has trained."""
    table = benchmark()
    *first, last = (f"{100 * one:.1f}" for one in table.test[table.rows[child.architecture], :, -1])
    kit.note(
        f"**The record of the same network:** {', '.join(first)} and {last} % with seeds 0, 1 and "
        f"{table.seeds - 1}."
    )
    kit.download(
        "Save this network",
        json.dumps(as_file(child), indent=1),
        "network.json",
        mime="application/json",
    )
    kit.origin(None, f"your network with {len(child.seeds)} seeds", f"{child.seconds:.1f} s")


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(train_child, train_stack, ImageSpace, Benchmark.random_answer),
    question="Can you design a network that beats half of all, or the one that an algorithm finds?",
    found=found,
    leads_to=("automl-controller", "child-networks"),
)
