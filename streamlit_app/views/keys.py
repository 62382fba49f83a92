"""Arrow keys turn the slides, links open pages in place, a skip link leads past the navigation."""

from __future__ import annotations

import streamlit as st

__all__ = ["arrow_keys", "skip_link"]

# A key presses the control on the page, so that keys, mouse and touch take one path. One press is
# under way at a time: a second request from a page that the first is about to leave would bring the
# visitor back to it. Further presses are counted and follow when the slide has changed.
_ARROWS = """
const TYPING = "input, textarea, select, [contenteditable='true'], [role='slider'], " +
  "[role='combobox'], [role='listbox'], [role='option'], [role='radio'], [role='radiogroup'], " +
  "[role='tab'], [role='menu'], [role='menuitem'], [role='grid'], [role='dialog'], " +
  "[role='spinbutton'], [role='tree'], audio, video, canvas, [data-testid='stCode'] pre";
const STEP = { ArrowRight: 1, ArrowLeft: -1 };
const PATIENCE = 10000;

const shown = () => document.querySelector(".pf-where")?.dataset.number ?? null;
const control = (step) => document.querySelector(
  `.st-key-turn-${step > 0 ? "on" : "back"} :is(button, a)`);

function turn(state) {
  const step = Math.sign(state.steps);
  state.busy = step !== 0;
  if (!state.busy) return;
  const before = shown();
  const since = performance.now();
  let pressed = false;
  const look = () => {
    const now = shown();
    if (pressed && now !== null && now !== before) return turn(state);
    // While the page swaps a button for a link there is neither; at an end it is disabled.
    const target = pressed ? null : control(step);
    if (target?.disabled || performance.now() - since > PATIENCE) {
      state.steps = 0;
      state.busy = false;
      return;
    }
    if (target) {
      pressed = true;
      state.steps -= step;
      target.click();
    }
    setTimeout(look, 16);
  };
  look();
}

// A control that writes into the address replaces the entry of the browser's history; turning a
// slide or opening a page makes a new one. Otherwise "back" would undo the controls one by one.
function quietControls() {
  const push = history.pushState.bind(history);
  const place = (url) => url.pathname + "?" + (url.searchParams.get("slide") ?? "");
  history.pushState = (state, unused, address) => {
    const next = new URL(address ?? location.href, location.href);
    if (place(next) === place(new URL(location.href))) history.replaceState(state, unused, address);
    else push(state, unused, address);
  };
}

// A link written as HTML would load the document anew and begin another session; the navigation's
// own link to the same page does not.
function openInPlace(event) {
  const link = event.composedPath().find((part) => part.matches?.("a.pf-page"));
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const own = [...document.querySelectorAll("[data-testid='stSidebarNavLink']")].find(
    (entry) => entry.pathname === link.pathname,
  );
  if (!own) return;
  event.preventDefault();
  own.click();
}

export default function () {
  // One listener for as long as the document lives: this module may run again at any time, and
  // where there is no slide the keys are left alone.
  if (window.pfTurning) return;
  quietControls();
  document.addEventListener("click", openInPlace);
  const state = (window.pfTurning = { steps: 0, busy: false });
  document.addEventListener("keydown", (event) => {
    const step = STEP[event.key];
    // While a press under way swaps the page there is no slide for a moment; presses still count.
    if (!step || event.defaultPrevented || (shown() === null && !state.busy)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const origin = event.composedPath()[0];
    if (origin instanceof Element && origin.closest(TYPING)) return;
    event.preventDefault();
    state.steps += step;
    if (!state.busy) turn(state);
  });
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


def arrow_keys() -> None:
    """Let the left and right arrow keys turn the slide, wherever they mean nothing else.

    What they press is in the containers ``turn-back`` and ``turn-on``; the slide on show is the
    ``data-number`` of ``.pf-where``.
    """
    _arrow_listener(key="arrow-keys", height=1)


def skip_link() -> None:
    """Put "Skip to the page" in front of the navigation; it shows when it has the focus."""
    _skip_listener(key="skip-link", data={"label": "Skip to the page"}, height=1)
