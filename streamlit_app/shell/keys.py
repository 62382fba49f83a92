"""Arrow keys turn the slides, and a skip link leads past the navigation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["arrow_keys", "skip_link"]

# The browser asks for an absolute slide number, not for "one further": quick presses then merge
# into the last one without being lost or counted twice, and the answer to an early press cannot
# pull the listener back while a later one is under way.
_ARROWS = """
const TYPING = "input, textarea, select, [contenteditable='true'], [role='slider'], " +
  "[role='combobox'], [role='listbox'], [role='option'], [role='radio'], [role='radiogroup'], " +
  "[role='tab'], [role='menu'], [role='menuitem'], [role='grid'], [role='dialog'], " +
  "[role='spinbutton'], [role='tree'], audio, video, canvas, [data-testid='stCode'] pre";
const STEP = { ArrowRight: 1, ArrowLeft: -1 };

export default function ({ data, setTriggerValue, parentElement }) {
  const state = (parentElement.pfTurning ??= { asked: null, at: 0 });
  const waiting = state.asked !== null && state.asked !== data.number
    && performance.now() - state.at < 1500;
  let number = waiting ? state.asked : data.number;
  if (!waiting) state.asked = null;

  if (state.listener) document.removeEventListener("keydown", state.listener);
  state.listener = (event) => {
    const step = STEP[event.key];
    if (!step || event.defaultPrevented) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const origin = event.composedPath()[0];
    if (origin instanceof Element && origin.closest(TYPING)) return;
    const wanted = Math.min(Math.max(number + step, 1), data.last);
    if (wanted === number) return;
    event.preventDefault();
    number = wanted;
    state.asked = wanted;
    state.at = performance.now();
    setTriggerValue("number", wanted);
  };
  document.addEventListener("keydown", state.listener);
  return () => document.removeEventListener("keydown", state.listener);
}
"""

_SKIP = """
export default function ({ data }) {
  let link = document.querySelector("a.pf-skip");
  if (!link) {
    link = document.createElement("a");
    link.className = "pf-skip";
    link.href = "#main";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const main = document.querySelector("[data-testid='stMain']");
      main.tabIndex = -1;
      main.focus();
    });
    document.querySelector(".stApp").prepend(link);
  }
  link.textContent = data.label;
  return () => {};
}
"""

_arrow_listener = st.components.v2.component("pyfrontiers.arrow_keys", js=_ARROWS)
_skip_listener = st.components.v2.component("pyfrontiers.skip_link", js=_SKIP)


def arrow_keys(number: int, last: int, on_turn: Callable[[int], None]) -> None:
    """Listen for the arrow keys, wherever the focus is except where they already mean something.

    Args:
        number: The slide on show, counted over the whole lecture from 1.
        last: Number of slides in the lecture.
        on_turn: Called with the number of the slide that the visitor turned to.
    """
    key = "arrow-keys"

    def report() -> None:
        wanted: Any = st.session_state[key].get("number")
        if isinstance(wanted, int | float):
            on_turn(int(wanted))

    _arrow_listener(
        key=key,
        data={"number": number, "last": last},
        height=1,
        on_number_change=report,
    )


def skip_link() -> None:
    """Put "Skip to the page" in front of the navigation; it shows when it has the focus."""
    _skip_listener(key="skip-link", data={"label": "Skip to the page"}, height=1)
