"""The chart of one kernel's speed against size, from the recorded run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.comparison import recorded
from pyfrontiers.comparison.chart import bandwidth_panel
from streamlit_app.kit import chart_spec, show_spec, visitor_mode
from streamlit_app.kit.mode import tokens_of

if TYPE_CHECKING:
    from streamlit_app.kit.mode import Mode

__all__ = ["speed_chart"]


def speed_chart(functions: tuple[str, ...]) -> None:
    """Plot a kernel's bandwidth relative to a copy against size, a line per case and thread count.

    Cases of the recorded run are called "function" or "function, variant".
    """
    subjects = tuple(dict.fromkeys(point["kernel"] for point in _points(functions)))
    if not subjects:
        st.html('<p class="pf-note">The recorded run does not time this kernel over sizes.</p>')
        return
    spec = _spec(functions, visitor_mode())
    label = f"Bandwidth relative to a copy against size: {' and '.join(subjects)}"
    show_spec(spec, key="kernel-speed", label=label)


@lru_cache(maxsize=64)
def _spec(functions: tuple[str, ...], mode: Mode) -> dict[str, Any]:
    token = tokens_of(mode)
    colours = [token[name] for name in ("blue", "vermillion", "muted")]
    return chart_spec(bandwidth_panel(_points(functions), colours), mode)


def _points(functions: tuple[str, ...]) -> list[dict[str, Any]]:
    points = [point for result in recorded()["results"] for point in result.get("points", ())]
    return [point for point in points if point["kernel"].partition(",")[0] in functions]
