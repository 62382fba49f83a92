"""From one neuron to the limits of the theorem: build, train, and leave the interval."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.approximation import (
    TARGETS,
    compare,
    memorise,
    relu_knots,
    sigmoid_bumps,
    step_pairs,
    train,
)
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.building import (
    KINDS,
    WIDTHS,
    barron,
    building_part,
    built,
    errors_of,
)
from streamlit_app.labs.universal_approximation.charts import prepare_figures
from streamlit_app.labs.universal_approximation.choosing import choose_target
from streamlit_app.labs.universal_approximation.memorising import memorised, memorising_part
from streamlit_app.labs.universal_approximation.pieces import bump_part, neuron_part, step_part
from streamlit_app.labs.universal_approximation.trying import recorded_comparison, trying_part


def draw() -> None:
    """Draw the experiment, from one neuron to extrapolation."""
    # Each part is a fragment: moving a slider redraws only that part.
    for part in (neuron_part, step_part, bump_part, _on_a_target, memorising_part):
        st.fragment(part)()


def prepare() -> None:
    """Compute the results shown first, and the charts' specifications."""
    prepare_figures()
    for name in ("wavy", "sine"):
        target = TARGETS[name]
        errors_of(target)
        barron(target)
        for kind in KINDS:
            for count in WIDTHS:
                built(kind, target, count)
    recorded_comparison(TARGETS["wavy"], 32, "adam")
    memorised(200)


def _on_a_target() -> None:
    kit.subheading(
        "4 · Many bumps on a function",
        "Cut the interval into N cells and give each cell a bump as high as the function at its "
        "centre. Rectified units join the points with straight lines instead.",
    )
    with st.container():
        target = choose_target()
    # A permanent container, so that the elements below keep their position.
    with st.container():
        if target is None:
            return
        count = building_part(target)
        kit.subheading(
            "5 · Let gradient descent try",
            f"The same width, N = {count} rectified units, trained on 128 points from twenty "
            "random starts. Good weights exist; does training find them?",
        )
        trying_part(target, count)


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(step_pairs, sigmoid_bumps, relu_knots, train, compare, memorise),
    guess=kit.Guess(
        "For a smooth function, which network of the same width is closer to it?",
        (
            "the best of twenty trained ones",
            "the one written down by hand",
            "they are equally close",
        ),
        right=1,
    ),
    question="One hidden layer can approximate any continuous function. How many units does it "
    "take, and does training find them?",
    found="Good weights exist and can be written down. The theorem doesn't say how many units "
    "that takes, how to find the weights, or what the network does outside the interval.",
    leads_to=("function-approximators",),
)
