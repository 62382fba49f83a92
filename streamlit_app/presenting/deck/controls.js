// Buttons for a mouse or a finger, and the list of keys.
import { KEYS, shownKey } from "./keys.js";

const BUTTONS = [
  ["back", "←", "Previous"], ["forward", "→", "Next"], ["overview", "Overview"], ["experiment", "Experiment"],
  ["present", "Presenter view"], ["fullscreen", "Full screen"], ["help", "?", "Keys"],
];
const PATIENCE = 2500; // milliseconds until unused controls disappear

export function controls(act) {
  const place = document.querySelector(".controls");
  for (const [does, text, label] of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.does = does;
    button.textContent = text;
    if (label) button.setAttribute("aria-label", label);
    // The keyboard's focus stays where it was, so that the next key turns a slide.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.onclick = () => act(does);
    place.append(button);
  }
  let timer;
  const wake = () => {
    document.documentElement.classList.remove("quiet");
    clearTimeout(timer);
    timer = setTimeout(() => document.documentElement.classList.add("quiet"), PATIENCE);
  };
  addEventListener("pointermove", wake);
  addEventListener("pointerdown", wake);
  document.documentElement.classList.add("quiet");
}

export function keepControls(show, articles) {
  const button = (does) => document.querySelector(`.controls [data-does="${does}"]`);
  const draw = () => {
    const { slide, step } = show.state;
    button("back").disabled = slide === 0 && step === 0;
    button("forward").disabled = slide === show.slides.length - 1 && step === show.now.steps;
    button("experiment").hidden = !("experiment" in articles[slide].dataset);
  };
  show.addEventListener("change", draw);
  draw();
}

export function help() {
  const known = document.querySelector(".help");
  if (known?.open) return known.close();
  const dialog = known ?? document.createElement("dialog");
  if (!known) {
    dialog.className = "help";
    dialog.setAttribute("aria-labelledby", "help-title");
    const rows = KEYS.map(({ keys, told }) =>
      `<tr><td>${keys.map((key) => `<kbd>${shownKey(key)}</kbd>`).join("")}</td><td>${told}</td></tr>`);
    dialog.innerHTML = `<h2 id="help-title">Keys</h2><table><tbody>${rows.join("")}</tbody></table>
      <form method="dialog"><button>Close</button></form>`;
    dialog.addEventListener("click", () => dialog.close());
    document.body.append(dialog);
  }
  dialog.showModal();
}
