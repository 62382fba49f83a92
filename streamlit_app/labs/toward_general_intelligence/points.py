"""The visitor's points: on a board, as text, or those of a chosen curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.transfer import HEIGHT, REACH
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import SAMPLES, controls
from streamlit_app.labs.toward_general_intelligence.examples import EXAMPLES, Example, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    Points = tuple[tuple[float, float], ...]

__all__ = ["OWN", "choose_curve", "point_controls", "read_points", "top_of", "written"]

OWN = "own"
_FIRST = "-4, 2.3; -2.5, -1.8; -0.5, -1.4; 1, 3; 3, 0.4"
_MOST = 10
_COUNT = 5
#: Smaller of two heights of the board, which suits the curves that were learned from.
_LOW = 6.0
#: In the session: points that the board has just sent, whether another control asks the board to
#: show its points anew, and how often that was so.
_HEARD, _ANEW, _TIMES = (controls.key(f"board-{name}") for name in ("heard", "anew", "times"))


def choose_curve() -> tuple[str, Example | None]:
    """Draw the choice of a curve; the example is ``None`` for the visitor's own points."""
    _take_changes()
    left, right = st.columns([5, 1], gap="medium", vertical_alignment="bottom")
    titles = EXAMPLES | {OWN: "Your points"}
    name = controls.choice(
        "curve", "Five points of", titles, where=left, on_change=_show_board_anew
    )
    sample = controls.hidden("sample", SAMPLES)
    if name == OWN:
        # In the same place: on a phone, the board would move under the finger that drags a point.
        again = controls.key("again")
        right.button("Start again", key=again, on_click=_start_again, width="stretch")
        return name, None
    controls.next_button("sample", "Another", SAMPLES, sample, where=right)
    return name, example(name, sample)


def point_controls(found: Example | None) -> Points:
    """Draw the board and the text of the points.

    Args:
        found: the chosen example; ``None`` for the visitor's points.

    Raises:
        ValueError: the visitor's text holds no points; the board is then empty.
    """
    # Before the board, whose points it decides; drawn below it.
    board, below = st.container(), st.container(key=f"{'hidden' if found else 'shown'}-own-points")
    with below:
        text = controls.text(
            "points",
            "Points x, y",
            _FIRST,
            tip=f"For example {_FIRST}. x from -{REACH:g} to {REACH:g}, y from -{HEIGHT:g} to "
            f"{HEIGHT:g}.",
            on_change=_show_board_anew,
        )
    failed = None
    try:
        points = found.points if found else read_points(text)
    except ValueError as error:
        points, failed = (), error
    inside = [p for p in points if abs(p[0]) <= REACH and abs(p[1]) <= HEIGHT]
    with board:
        kit.point_board(
            controls.key("board"),
            inside,
            _hear,
            reach=(REACH, top_of(points, found)),
            most=max(_COUNT, len(inside)),
            revision=f"{st.session_state.get(_TIMES, 0)}-{controls.value('sample')}",
            full="Another point replaces the oldest.",
            ends=True,
            live=True,
        )
    if failed is not None:
        raise failed
    return points


def top_of(points: Points, found: Example | None) -> float:
    """Return the height of the board: the smaller of two, unless something is above it."""
    values = [abs(y) for _, y in points] + (list(map(abs, found.truth)) if found else [])
    return _LOW if all(value <= _LOW for value in values) else HEIGHT


def read_points(text: str) -> Points:
    """Read points such as ``"1, 2; 3, -4"``.

    Raises:
        ValueError: there is none, there are too many, or one is not a pair of numbers.
    """
    parts = [part.strip() for part in text.replace("\N{MINUS SIGN}", "-").split(";")]
    found = tuple(map(_pair, filter(None, parts)))
    if not 1 <= len(found) <= _MOST:
        raise ValueError(f"points must be 1 to {_MOST} pairs such as 1, 2; 3, 4, got {len(found)}")
    return found


def _pair(part: str) -> tuple[float, float]:
    try:
        x, y = map(float, part.strip("()").replace(",", " ").split())
    except ValueError:
        raise ValueError(f"points must be pairs such as 1, 2; 3, 4, got {part!r}") from None
    return x, y


def written(points: Sequence[Sequence[float]]) -> str:
    """Write points as `read_points` reads them."""
    return "; ".join(f"{x:g}, {y:g}" for x, y, *_ in points)


def _hear(points: list[tuple[float, ...]]) -> None:
    st.session_state[_HEARD] = points


def _start_again() -> None:
    controls.set("points", _FIRST)
    _show_board_anew()


def _show_board_anew() -> None:
    st.session_state[_ANEW] = True


def _take_changes() -> None:
    """Take the points of the board as the visitor's, or let the board show others.

    While a point is dragged, the browser may send the next points before it has heard that the
    text and the choice of the curve follow. These are then outdated, and the points count.
    """
    state = st.session_state
    anew = state.pop(_ANEW, False)
    if (points := state.pop(_HEARD, None)) is not None:
        controls.set("points", written(points))
        controls.set("curve", OWN)
    elif anew:
        state[_TIMES] = state.get(_TIMES, 0) + 1
