// Puts the parts together: one state, shown on the stage, in the overview, in the presenter's window
// or on paper, and changed by keys, buttons, swipes, addresses and the other window.
import { hashOf, keepAddress, openAddress } from "./address.js";
import { follow, presentation } from "./channel.js";
import { controls, help, keepControls } from "./controls.js";
import { drawAround, drawChartsAgain } from "./drawing.js";
import { experiments } from "./experiment.js";
import { listen } from "./keys.js";
import { overview } from "./overview.js";
import { ownNotes } from "./own.js";
import { presenter } from "./presenter.js";
import { printing } from "./printing.js";
import { Show } from "./show.js";
import { say, stage } from "./stage.js";
import { otherTheme, startTheme } from "./theme.js";
import { swipe } from "./touch.js";

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const articles = [...document.querySelectorAll(".slide")];
const show = new Show(articles.map(({ id, dataset }) => ({ name: id, steps: Number(dataset.steps) })));
const number = presentation();

startTheme();
root.dataset.view = asked.has("print") ? "print" : asked.get("view") === "presenter" ? "presenter" : "stage";

const unknown = (name) => say(`There is no slide “${name.slice(0, 60)}”; this is the first one.`);
const wrong = openAddress(show);
if (wrong !== null) {
  unknown(wrong);
  history.replaceState(null, "", hashOf(show));
}

const own = ownNotes(say);
const printed = root.dataset.view === "print" ? printing(asked.get("print"), articles, own) : null;
if (printed) {
  drawAround(articles, 0).then(printed);
} else {
  start();
}

function start() {
  const all = overview(show, articles, own);
  const act = (does, event) => {
    if (document.querySelector("dialog[open]")) return help();
    if (all.isOpen()) return inOverview(all, does, event);
    actions[does]();
  };
  const actions = {
    forward: () => show.forward(),
    back: () => show.back(),
    first: () => show.change({ slide: 0, step: 0 }),
    last: () => show.change({ slide: articles.length - 1, step: show.slides.at(-1).steps }),
    experiment: () => show.change({ experiment: !show.state.experiment }),
    blank: () => show.change({ blank: !show.state.blank }),
    overview: () => show.uncover() || all.open(),
    find: all.find,
    fullscreen,
    present: openPresenter,
    theme: changeTheme,
    mark: () => own.mark(show.now.name),
    help,
  };
  controls(act);
  stage(show, articles);
  keepControls(show, articles);
  keepAddress(show, unknown);
  experiments(show, articles, say);
  if (root.dataset.view === "presenter") presenter(show, articles, number, own);
  listen(act);
  swipe(() => all.isOpen() || show.forward(), () => all.isOpen() || show.back());
  follow(show, number);
  // What is turned to is drawn before the rest.
  show.addEventListener("change", () => drawAround(articles, show.state.slide));
  drawAround(articles, show.state.slide);
  window.pfShow = show;
}

function changeTheme() {
  otherTheme();
  drawChartsAgain(articles);
  drawAround(articles, show.state.slide);
}

function inOverview(all, does, event) {
  if (does === "overview") return all.close();
  if (does === "find") return all.find();
  if (does === "mark") return;
  if (event?.key === " ") return all.chooseFocused();
  if (["forward", "back", "first", "last"].includes(does)) all.move(does, event?.key);
  else if (does === "help" || does === "theme") ({ help, theme: changeTheme })[does]();
}

async function fullscreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await root.requestFullscreen();
  } catch {
    say("This browser does not show the page in full screen here.");
  }
}

function openPresenter() {
  if (root.dataset.view === "presenter") return;
  const address = `./present?view=presenter&with=${number}${hashOf(show)}`;
  const other = window.open(new URL(address, document.baseURI), `pf-presenter-${number}`, "width=1280,height=800");
  if (other) other.focus();
  else say("The browser blocked the second window. Allow windows of this page and press S again.");
}
