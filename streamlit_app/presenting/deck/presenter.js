// What the second window shows besides the slides and their notes: clocks, transcript, own notes.
import { clocks } from "./clocks.js";
import { clock, storedTranscript } from "./transcript.js";

export function presenter(show, articles, number, own) {
  const titles = JSON.parse(document.getElementById("sections").textContent);
  clocks(show, articles, number, titles);
  for (const article of articles) article.querySelector(".notes").append(own.field(article.id));
  heard(show, articles);
}

// The paragraphs of the section, if the server's owner has stored a transcript.
async function heard(show, articles) {
  const place = document.createElement("section");
  place.className = "heard";
  place.setAttribute("aria-label", "Transcript of this section");
  place.tabIndex = 0;
  document.body.append(place);
  const told = await storedTranscript();
  let section = null;
  const draw = () => {
    const open = articles[show.state.slide].dataset.section;
    if (open === section) return;
    section = open;
    place.replaceChildren(...(told[open] ?? []).map(({ start, text }) => {
      const paragraph = document.createElement("p");
      if (typeof start === "number") {
        const time = document.createElement("time");
        time.textContent = clock(start);
        paragraph.append(time);
      }
      paragraph.append(text);
      return paragraph;
    }));
    place.scrollTop = 0;
    if (!place.childElementCount) {
      place.textContent = Object.keys(told).length
        ? "The transcript has no paragraphs for this section."
        : "No transcript is stored; “pyfrontiers transcript import” stores one.";
    }
  };
  show.addEventListener("change", draw);
  draw();
}
