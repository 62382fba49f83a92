// Keyboard and links: arrow keys turn slides, links open in place, the sidebar marks the open page.

// A key clicks the control on the page, so that keys, mouse and touch share one code path. Only one
// click is in flight at a time: a second one from a page that is being left would bring the visitor
// back to it. Further key presses are counted and handled once the slide has changed.
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
    // Neither exists while the page replaces a button with a link; at either end it is disabled.
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

// A control that writes to the address replaces the current history entry; only turning a slide or
// opening a page adds one. Otherwise "back" would undo the controls one by one. Streamlit writes the
// next page's parameters into the address before it opens that page; the entry that is left keeps
// its own, so that "back" finds the experiment as it was.
function quietControls() {
  const push = history.pushState.bind(history);
  const place = (url) => url.pathname + "?" + (url.searchParams.get("slide") ?? "");
  let left = null;
  document.addEventListener("click", (event) => {
    left = event.composedPath().some(leadsAway) ? new URL(location.href) : null;
  }, { capture: true });
  history.pushState = (state, unused, address) => {
    const here = new URL(location.href);
    const next = new URL(address ?? here, here);
    const leaves = next.pathname !== here.pathname;
    if (!leaves && (left || place(next) === place(here))) {
      history.replaceState(state, unused, address);
      return;
    }
    if (leaves && left?.pathname === here.pathname) history.replaceState(history.state, "", left);
    left = null;
    push(state, unused, address);
  };
}

const leadsAway = (part) => part.matches?.("a[href]:not([target='_blank'])") &&
  part.origin === location.origin && part.pathname !== location.pathname;

// A plain HTML link would load the document again and start a new session, so click Streamlit's own
// link to the same page instead. The style hides Streamlit's navigation, whose list items are outside
// of lists; a link of a page that it doesn't have keeps its ordinary meaning.
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
  // On a phone the sidebar covers the page.
  if (innerWidth <= 768 && link.closest("[data-testid='stSidebar'][data-collapsed='false']")) {
    document.querySelector("[data-testid='stSidebarCollapseButton'] button")?.click();
  }
}

// The sidebar may be drawn after this script has run, and again when it is opened on a phone.
function markOpenPage() {
  const nav = document.querySelector(".pf-nav");
  if (!nav || nav.pfPage === window.pfPage) return;
  nav.pfPage = window.pfPage;
  const open = new URL("./", location.href).pathname + window.pfPage;
  for (const link of nav.querySelectorAll("a.pf-page")) {
    if (link.pathname === open) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// On a phone the buttons are below the slide; a new slide comes into view from its top.
let seen = null;
function bringIntoView() {
  const now = shown();
  if (now === null || now === seen) return;
  const turned = seen !== null;
  seen = now;
  const slide = document.querySelector(".st-key-slide-frame");
  if (turned && innerWidth <= 640 && slide?.getBoundingClientRect().top < 0) slide.scrollIntoView();
}

export default function ({ data }) {
  window.pfPage = data.page;
  markOpenPage();
  // Register the listener once per document: this module may run several times. On pages without
  // a slide the keys keep their default behaviour.
  if (window.pfTurning) return;
  new MutationObserver(() => {
    markOpenPage();
    bringIntoView();
  }).observe(document.body, { childList: true, subtree: true });
  quietControls();
  document.addEventListener("click", openInPlace);
  const state = (window.pfTurning = { steps: 0, busy: false });
  document.addEventListener("keydown", (event) => {
    const step = STEP[event.key];
    // During a page change no slide exists for a moment; presses still count.
    if (!step || event.defaultPrevented || (shown() === null && !state.busy)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const origin = event.composedPath()[0];
    if (origin instanceof Element && origin.closest(TYPING)) return;
    event.preventDefault();
    state.steps += step;
    if (!state.busy) turn(state);
  });
}
