"""Which function is approximated: one of those that come along, a typed one or a drawn one."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.approximation import TARGETS, ExpressionError, drawn, sine, typed
from streamlit_app.kit import text_beside

if TYPE_CHECKING:
    from pyfrontiers.approximation import Target

__all__ = ["choose_target"]

_NAMES = {
    "wavy": "Nielsen's wavy function",
    "sine": "Sine",
    "hill": "Hill",
    "ramp": "Ramp",
    "absolute": "Corner",
    "step": "Jump",
    "typed": "Type one",
    "drawn": "Draw one",
}
_TYPED = "0.5 + 0.3*sin(12*x)*exp(-x)"
_POINTS = 33
_FIRST_CURVE = [0.6 - 1.2 * abs(2 * k / (_POINTS - 1) - 1) for k in range(_POINTS)]
_KEY = "approximation-curve"


_curve = st.components.v2.component(
    "pyfrontiers.curve",
    html=text_beside(__file__, "curve.html"),
    css=text_beside(__file__, "curve.css"),
    js=text_beside(__file__, "curve.js"),
)


def choose_target() -> Target | None:
    """Show the functions to choose from; ``None`` where what was typed is no function."""
    name = st.radio(
        "Function on [0, 1]",
        list(_NAMES),
        key="approximation-target",
        horizontal=True,
        format_func=_NAMES.__getitem__,
    )
    # What belongs to a choice stands in a container, so that the rest keeps its place.
    with st.container():
        if name == "typed":
            return _typed()
        if name == "drawn":
            return _drawn()
        if name == "sine":
            return sine(st.slider("Frequency f", 1, 16, 3, key="approximation-frequency"))
    return TARGETS[name]


def _typed() -> Target | None:
    text = st.text_input(
        "f(x) =",
        _TYPED,
        key="approximation-typed",
        max_chars=200,
        help="Numbers, x, pi, e, + - * / ^, comparisons (1 or 0), sin cos tan exp log sqrt abs "
        "tanh step relu sigmoid min max floor, and sum(sin(k*x)/k, k, 1, 9).",
    )
    try:
        return typed(text)
    except ExpressionError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error).capitalize())}.</p>')
        return None


def _drawn() -> Target:
    stored: Any = st.session_state.get(_KEY) or {}
    heights = stored.get("heights") or _FIRST_CURVE
    _curve(key=_KEY, data={"heights": _FIRST_CURVE}, on_heights_change=lambda: None)
    try:
        return drawn([float(height) for height in heights])
    except (TypeError, ValueError):
        # Only a page that was tampered with sends anything else.
        return drawn(_FIRST_CURVE)
