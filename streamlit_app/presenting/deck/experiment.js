// The section's experiment over the slide: its page in a frame, with nothing but the experiment.
import { listenInExperiment } from "./keys.js";

// Width in CSS pixels that the experiment believes to have. Enlarged to the window, its text of 17 px
// is as large as the smallest text of a slide.
const WIDTH = 1085;

const titles = JSON.parse(document.getElementById("sections").textContent);

export function experiments(show, articles, say) {
  let place = null; // the open section's frame, kept while its slides are shown
  let section = null;

  const fit = () => {
    const frame = place?.querySelector("iframe");
    if (!frame) return;
    const scale = Math.max(1, innerWidth / WIDTH);
    frame.style.width = `${innerWidth / scale}px`;
    frame.style.height = `${innerHeight / scale}px`;
    frame.style.transform = `scale(${scale})`;
  };

  const make = () => {
    const name = articles[show.state.slide].dataset.experiment;
    if (section === name) return;
    place?.remove();
    section = name;
    place = document.createElement("div");
    place.className = "experiment";
    const frame = document.createElement("iframe");
    frame.title = `Experiment: ${titles[articles[show.state.slide].dataset.section]}`;
    frame.allow = "camera";
    frame.src = new URL(`./${name}?only=experiment`, document.baseURI);
    frame.addEventListener("load", () => {
      try {
        listenInExperiment(frame, () => show.uncover());
      } catch {
        say("The experiment could not be opened. Press Esc to go back to the slide.");
      }
      if (!place.hidden) frame.contentWindow.focus();
    });
    place.append(frame);
    document.body.append(place);
    fit();
  };

  const draw = () => {
    const isOpen = show.state.experiment && document.documentElement.dataset.view !== "presenter";
    const article = articles[show.state.slide];
    if (isOpen && !("experiment" in article.dataset)) {
      say("This section has no experiment.");
      return show.change({ experiment: false });
    }
    if (isOpen) make();
    else if (section !== article.dataset.experiment) {
      place?.remove();
      place = section = null;
    }
    if (!place) return;
    const was = place.hidden;
    place.hidden = !isOpen;
    document.querySelector(".deck").inert = isOpen;
    if (isOpen && was) place.querySelector("iframe").contentWindow.focus();
    if (!isOpen && !was) focus();
  };
  show.addEventListener("change", draw);
  addEventListener("resize", fit);
}
