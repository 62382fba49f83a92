"""Watch a controller's probabilities sharpen, and the children that it draws on the way."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl import Reinforce
from pyfrontiers.automl.benchmark import benchmark, trace_controller
from pyfrontiers.automl.searches import Controllers, RecurrentPolicy
from pyfrontiers.counts import counted
from streamlit_app import kit
from streamlit_app.labs.automl_controller.charts import history_chart, moment_chart, reward_chart
from streamlit_app.labs.automl_controller.child import accuracies, show_child
from streamlit_app.labs.automl_controller.controls import (
    BATCH,
    ENTROPIES,
    FIRST,
    RATES,
    UPDATES,
    Settings,
    controls,
    first_trace,
)
from streamlit_app.labs.automl_controller.reading import (
    best_mass,
    child_of,
    history_rows,
    moment_rows,
    token_name,
    token_value,
)

if TYPE_CHECKING:
    from pyfrontiers.automl.benchmark import Trace

_PLAYING = controls.key("playing")
_AGAIN = controls.key("again")
_PACE = 0.9  # seconds for each update while playing
_START = 12  # the first updates change little


def draw() -> None:
    """Draw the settings, the controller at one moment with a child, and the whole run."""
    trace, is_current = _run()
    playing = bool(st.session_state.get(_PLAYING))
    st.fragment(_moment, run_every=_PACE if playing else None)(trace, is_current=is_current)
    _whole(trace)
    kit.runs_on_badge()


def prepare() -> None:
    """Compute what a visitor sees first."""
    space = benchmark().space
    kit.child_svg(space, space.architecture(child_of(first_trace(), _START, 0).row))
    kit.prepare_figure("moment", moment_chart, _names())
    kit.prepare_figure("rewards", reward_chart, UPDATES, accuracies(first_trace()))
    kit.prepare_figure("history", history_chart, _values(), UPDATES)


def _run() -> tuple[Trace, bool]:
    """Draw the settings; return the run to show, and whether it is of these settings."""
    a, b, c = st.columns([3, 3, 2], gap="medium", vertical_alignment="bottom")
    rate = controls.choice("rate", "Learning rate", RATES, FIRST.rate, shape="slider", where=a)
    entropy = controls.choice(
        "entropy",
        "Weight of the entropy",
        ENTROPIES,
        FIRST.entropy,
        shape="slider",
        where=b,
        tip="Added to the objective: it keeps the probabilities from sharpening early.",
    )
    seed = controls.number("seed", "Seed", 0, 9999, FIRST.seed, where=c)
    chosen = Settings(rate, entropy, seed)
    if chosen == FIRST:
        with kit.reserve("strip-first", 60):
            kit.note(
                f"{UPDATES} updates from {BATCH} children each. Not every run ends well: try "
                "**seed 0**, then with an entropy of **0.03**."
            )
        return first_trace(), True
    key = controls.key("run")
    shown = kit.live(
        key,
        trace_controller,
        {"batch": BATCH, "updates": UPDATES, **asdict(chosen)},
        label="Training the controller",
        button=None,
    )
    is_current = shown is not None and shown.is_current
    if not is_current and not kit.is_under_way(key):
        kit.note("There is no run with these settings. The figures below are from other settings.")
    return (first_trace() if shown is None else shown.value), is_current


def _moment(trace: Trace, *, is_current: bool) -> None:
    """Draw the controller after some updates, and a child that it draws then."""
    _advance()
    left, right = st.columns([5, 3], gap="medium", vertical_alignment="bottom")
    update = controls.slider(
        "updates", "Updates so far", 0, UPDATES - 1, _START, 1, where=left, on_change=_pause
    )
    with right, st.container(horizontal=True, gap="small"):
        _buttons(update)
    after = f"after {counted(update, 'update')}"
    # Also while a run is under way: a note that comes and goes would move the page.
    when = after.capitalize() if is_current else f"With other settings, {after}"
    kit.verdict(
        f"{when}, the best 1 % of the networks have "
        f"**{kit.percent(best_mass(trace, update), 1)}** of the controller's probability.",
        f"At first they have {kit.percent(best_mass(trace, 0), 1)}, in the end "
        f"{kit.percent(best_mass(trace, trace.updates), 1)}. The entropy over the {_size():,} "
        f"networks is {trace.entropy[update]:.1f} bits; it was {trace.entropy[0]:.1f} at first.",
    )
    numbers = {k: str(k + 1) for k in range(BATCH)}
    left, right = st.columns([6, 5], gap="large")
    with right:
        number = controls.choice("child", f"One of the {BATCH} children drawn now", numbers)
        child = child_of(trace, update, number)
        space = benchmark().space
        kit.child_graph("ac-graph", space, space.architecture(child.row))
    with left:
        kit.figure(
            "moment",
            moment_chart,
            _names(),
            data=moment_rows(trace, update, child.row),
            label=f"Probability of each value of each choice {when.lower()}; the child's values "
            "have an orange frame",
            table=moment_rows(trace, update, child.row)[
                ["choice", "value", "probability", "child"]
            ],
        )
        kit.note(
            "Each bar shows one choice, averaged over the choices before it. The orange frames are "
            "the child's."
        )
    show_child(trace, update, child)


def _buttons(update: int) -> None:
    playing = bool(st.session_state.get(_PLAYING))
    for label, step in (("Back", -1), ("Next", 1)):
        st.button(
            label,
            key=controls.key(label.lower()),
            on_click=_go,
            args=(min(max(update + step, 0), UPDATES - 1),),
        )
    word = "Pause" if playing else "Play"
    if st.button(word, key=controls.key("play"), type="primary"):
        _play(update, playing=playing)


def _whole(trace: Trace) -> None:
    kit.subheading(
        "The whole run",
        "Every value of every choice, from the first update to the last. At first all values of a "
        "choice are about equally probable.",
    )
    kit.figure(
        "history",
        history_chart,
        _values(),
        UPDATES,
        data=history_rows(trace),
        label="Probability of each value after each update",
    )
    table = benchmark()
    kit.note(
        f"The children's accuracies come from a table: all {table.space.size:,} networks of this "
        f"small space were trained on 8 × 8 digits, with {table.seeds} seeds. So a run takes "
        "about a second; the search of 2017 trained 12,800 children."
    )
    kit.origin(table.provenance, f"{table.space.size * table.seeds:,} trainings")


def _advance() -> None:
    """Go one update further while playing; stop at the last."""
    state = st.session_state
    key = controls.key("updates")
    if not state.get(_PLAYING) or key not in state:
        return
    if state.pop(_AGAIN, False):
        state[key] = 0
        return
    if state[key] >= UPDATES - 1:
        _pause()
        st.rerun()
    state[key] += 1


def _play(update: int, *, playing: bool) -> None:
    st.session_state[_PLAYING] = not playing
    st.session_state[_AGAIN] = update >= UPDATES - 1
    st.rerun()


def _pause() -> None:
    st.session_state[_PLAYING] = False


def _go(update: int) -> None:
    _pause()
    controls.set("updates", update)


def _names() -> tuple[str, ...]:
    return tuple(map(token_name, benchmark().space.tokens))


def _values() -> tuple[str, ...]:
    return tuple(
        f"{token_name(token)} {token_value(token, place)}"
        for token in benchmark().space.tokens
        for place in range(len(token.values))
    )


def _size() -> int:
    return benchmark().space.size


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(trace_controller, Reinforce, Controllers, RecurrentPolicy),
    guess=kit.Guess(
        "Can the controller settle on a wrong choice for good?",
        (
            "yes",
            "no, more updates always correct it",
        ),
        right=0,
    ),
    question="How does a network learn to design networks, if it sees only how well each one does?",
    found=(
        "Every update moves probability to children with more reward than the average so far. Most "
        "choices settle within a few hundred children, and a run can settle on the wrong ones."
    ),
    leads_to=("child-networks",),
)
