"""The choice of target function: built in, typed or drawn."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.approximation import TARGETS, ExpressionError, drawn, sine, typed
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.controls import controls

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
_CURVE = controls.key("curve")
#: The drawn heights; Streamlit drops a component's state when the visitor leaves the page.
_KEPT = controls.key("curve-kept")

_curve = st.components.v2.component(
    "pyfrontiers.curve",
    html=kit.text_beside(__file__, "curve.html"),
    css=kit.text_beside(__file__, "curve.css"),
    js=kit.text_beside(__file__, "curve.js"),
)


def choose_target() -> Target | None:
    """Draw the choice and return the target; ``None`` if the typed text is not a function."""
    name = controls.choice("target", "Function on [0, 1]", _NAMES, shape="radio")
    # The controls of a choice are in a container, so that the elements below keep their position.
    with st.container():
        if name == "typed":
            return _typed()
        if name == "drawn":
            return _drawn()
        if name == "sine":
            return sine(controls.slider("frequency", "Frequency f", 1, 16, 3, 1))
    return TARGETS[name]


def _typed() -> Target | None:
    text = controls.text(
        "formula",
        "f(x) =",
        _TYPED,
        max_chars=200,
        tip="Numbers, x, pi, e, + - * / ^, comparisons (1 or 0), sin cos tan exp log sqrt abs "
        "tanh step relu sigmoid min max floor, and sum(sin(k*x)/k, k, 1, 9).",
    )
    try:
        return typed(text)
    except ExpressionError as error:
        st.html(f'<p class="pf-failed" role="alert">{escape(str(error).capitalize())}.</p>')
        return None


def _drawn() -> Target:
    heights = st.session_state.get(_KEPT, _FIRST_CURVE)
    _curve(key=_CURVE, data={"heights": heights}, on_heights_change=_keep)
    return drawn(heights)


def _keep() -> None:
    stored: Any = st.session_state.get(_CURVE) or {}
    try:
        heights = [float(height) for height in stored.get("heights") or ()]
        drawn(heights)
    except (TypeError, ValueError):
        return  # invalid heights: only a page that was tampered with sends them
    st.session_state[_KEPT] = heights
