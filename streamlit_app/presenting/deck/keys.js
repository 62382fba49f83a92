// Keys of reveal.js and Slidev, and those that clickers send. The help is made from this table.
export const KEYS = [
  { does: "forward", told: "next step or slide", keys: ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter", "n", "l", "j"] },
  { does: "back", told: "previous step or slide", keys: ["ArrowLeft", "ArrowUp", "PageUp", "Shift+ ", "Backspace", "p", "h", "k"] },
  { does: "first", told: "first slide", keys: ["Home"] },
  { does: "last", told: "last slide", keys: ["End"] },
  { does: "experiment", told: "the section's experiment", keys: ["e"] },
  { does: "fullscreen", told: "full screen", keys: ["f", "F5"] },
  { does: "overview", told: "overview of all slides", keys: ["o", "Escape"] },
  { does: "find", told: "search the slides", keys: ["/"] },
  { does: "blank", told: "blank screen", keys: ["b", "."] },
  { does: "present", told: "presenter view in a second window", keys: ["s"] },
  { does: "theme", told: "light or dark", keys: ["t"] },
  { does: "mark", told: "bookmark this slide", keys: ["m"] },
  { does: "help", told: "these keys", keys: ["?"] },
];

const ACTIONS = new Map(KEYS.flatMap(({ does, keys }) => keys.map((key) => [key, does])));
// Above an experiment, only these keys are the deck's; the others belong to its controls.
const CLOSE = new Set(["Escape", "e", "PageDown", "PageUp", ".", "b", "F5"]);
// Keys to which Streamlit reacts at the document: running the script again, clearing its caches.
const STREAMLIT = new Set(["r", "c"]);
const TYPING = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, [contenteditable='true']";
const PRESSED_BY = { Enter: "a, button, summary, select", " ": "button, summary, select, input" };

const nameOf = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.shiftKey && key === " " ? "Shift+ " : key;
};
const target = (event) => event.composedPath().find((part) => part.nodeType === 1);
const isTyping = (event) => Boolean(target(event)?.closest?.(TYPING)) && event.key !== "Escape";
const take = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

// In the capturing phase at the window, before any listener of the document sees the key.
export function listen(act) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const does = ACTIONS.get(nameOf(event));
    const pressed = PRESSED_BY[event.key];
    if (!does || (pressed && target(event)?.closest?.(pressed))) return;
    take(event);
    // A held key turns one slide; blank and full screen would flicker.
    if (!event.repeat || does === "forward" || does === "back") act(does, event);
  }, true);
}

// The same in front of an experiment's own listeners, in its frame.
export function listenInExperiment(frame, close) {
  frame.contentWindow.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const key = nameOf(event);
    if (STREAMLIT.has(key)) return take(event);
    if (!CLOSE.has(key)) return;
    // Esc first closes what is open in the experiment, such as a list of options.
    const open = frame.contentDocument.querySelector("[role='listbox'], [role='dialog'], [data-baseweb='popover']");
    if (key === "Escape" && open) return;
    take(event);
    close();
  }, true);
}

const SHOWN = {
  ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", "Shift+ ": "Shift + Space",
  PageUp: "Page ↑", PageDown: "Page ↓", Escape: "Esc",
};
export const shownKey = (key) => SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key);
