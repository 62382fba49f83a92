"""Five points: the curve that every method makes of them after a few steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.transfer import METHODS, curves_through, trained_networks
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import (
    STEPS,
    controls,
    say_failed,
    steps_text,
)
from streamlit_app.labs.toward_general_intelligence.panels import Panel, draw_panels
from streamlit_app.labs.toward_general_intelligence.points import (
    choose_curve,
    point_controls,
    top_of,
)
from streamlit_app.labs.toward_general_intelligence.sayings import errors_of, figure, verdict_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit_app.labs.toward_general_intelligence.examples import Example
    from streamlit_app.labs.toward_general_intelligence.points import Points

__all__ = ["curves_of", "curves_part"]

_THIN = 2  # every second point of the grid is drawn
_LEGEND = {f"after-{steps}": steps_text(steps) for steps in STEPS}


def curves_part() -> None:
    """Draw the board, the curves through its points, and what they show."""
    name, found = choose_curve()
    board, result = st.columns([3, 5], gap="medium")
    with board:
        above = st.container()
        runs = len(next(iter(trained_networks("regression").values())).rows)
        run = controls.choice(
            "run",
            "Networks trained with seed",
            range(runs),
            tip="The same methods, from other random weights and with other tasks.",
        )
    try:
        with above:
            points = point_controls(found)
        curves = curves_of(points, run)
    except ValueError as error:
        with result:
            say_failed(error)
        return
    errors = errors_of(curves, points, found)
    with result:
        _panels(curves, errors, points, found)
    kit.verdict(*verdict_of(name, errors))
    _table(errors, found)


@lru_cache(maxsize=512)
@one_thread()
def curves_of(points: Points, run: int) -> Mapping[str, Any]:
    """Return the curves (S, 201) of each method after each of `STEPS`."""
    x, y = np.array(points).T
    return curves_through(x, y, steps=STEPS, run=run)


def _panels(
    curves: Mapping[str, Any],
    errors: Mapping[str, tuple[float, ...]],
    points: Points,
    found: Example | None,
) -> None:
    truth = (("truth", found.truth[::_THIN]),) if found else ()
    panels = [
        Panel(
            _title(name),
            f"{figure(errors[name][1])} after 1, {figure(errors[name][-1])} after {STEPS[-1]}",
            "Curves after "
            + ", ".join(
                f"{steps_text(steps)} with squared error {figure(error)}"
                for steps, error in zip(STEPS, errors[name], strict=True)
            ),
            truth + tuple((kind, row[::_THIN]) for kind, row in zip(_LEGEND, rows, strict=True)),
        )
        for name, rows in curves.items()
    ]
    legend = _LEGEND | ({"truth": "the curve"} if found else {}) | {"point": "the points"}
    draw_panels(controls.key("curves"), panels, legend, top=top_of(points, found), points=points)


def _table(errors: Mapping[str, tuple[float, ...]], found: Example | None) -> None:
    of = "of the whole curve, from -5 to 5" if found else "at the points"
    with st.expander("All figures", key=controls.key("figures")):
        kit.table(
            ["", *map(steps_text, STEPS)],
            [[_title(name), *map(figure, rows)] for name, rows in errors.items()],
            caption=f"Mean squared error {of}",
        )


def _title(name: str) -> str:
    title = METHODS[name].title
    return title[0].upper() + title[1:]
