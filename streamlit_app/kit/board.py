"""A board on which a visitor places points, by mouse, finger or keyboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from streamlit_app.kit.files import text_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["point_board"]

_board = st.components.v2.component(
    "pyfrontiers.board",
    html=text_beside(__file__, "board.html"),
    css=text_beside(__file__, "board.css"),
    js=text_beside(__file__, "board.js"),
)


def point_board(
    key: str,
    points: Sequence[Sequence[float]],
    on_change: Callable[[list[tuple[float, ...]]], None],
    *,
    reach: tuple[float, float],
    most: int,
    revision: str,
    label: int | None = None,
    full: str = "",
    ends: bool = False,
    live: bool = False,
) -> None:
    """Draw the board.

    Args:
        key: Unique on the page.
        points: The points (x, y) or (x, y, class) that it begins with.
        on_change: Called before the page reruns, with the new points; never with none.
        reach: The largest x and y; the smallest are their negatives.
        most: Largest number of points.
        revision: The board shows `points` anew when it changes; until then, the visitor's own stay.
        label: Class 0 or 1 of points added by a click; ``None`` if points have no class.
        full: What a click adds when there are already as many as `most`: with a sentence such as "A
            sixth point replaces the oldest", it replaces the oldest, otherwise nothing happens.
        ends: Whether the ends of the axes are written.
        live: Whether `on_change` is called while a point is dragged, not only when it is dropped.
    """

    def told() -> None:
        stored: Any = st.session_state.get(key) or {}
        try:
            rows = [tuple(map(float, row)) for row in stored.get("points") or ()][:most]
        except (TypeError, ValueError):
            return  # only a page that was tampered with sends anything else
        if rows and all(len(row) >= 2 and all(map(math.isfinite, row)) for row in rows):
            on_change(rows)

    _board(
        key=key,
        data={
            "points": [list(row) for row in points],
            "reach": list(reach),
            "most": most,
            "revision": revision,
            "label": label,
            "full": full,
            "ends": ends,
            "live": live,
        },
        on_points_change=told,
    )
