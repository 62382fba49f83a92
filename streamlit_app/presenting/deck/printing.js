import { clock, storedTranscript } from "./transcript.js";

// Slides, slides with notes, or a handout: the same elements, arranged for paper.
const KINDS = { slides: "Slides", notes: "Slides with notes", handout: "Handout" };

export function printing(kind, articles, own) {
  const chosen = kind in KINDS ? kind : "slides";
  document.documentElement.dataset.print = chosen;
  const bar = document.createElement("nav");
  bar.className = "printer";
  bar.setAttribute("aria-label", "Print");
  const links = Object.entries(KINDS).map(([name, title]) =>
    name === chosen ? `<b aria-current="page">${title}</b>` : `<a href="?print=${name}">${title}</a>`);
  bar.innerHTML = `${links.join("")}<button type="button">Print or save as PDF</button>`;
  const button = bar.querySelector("button");
  button.disabled = true; // until everything is drawn
  button.onclick = () => print();
  document.body.prepend(bar);
  for (const article of articles) {
    const text = own.text(article.id);
    if (!text || chosen === "slides") continue;
    const note = document.createElement("div");
    note.className = "note yours";
    note.innerHTML = "<h3>Yours</h3><p></p>";
    note.querySelector("p").textContent = text;
    article.querySelector(".notes").prepend(note);
  }
  return async () => {
    if (chosen === "handout") await addTranscript(articles);
    button.disabled = false;
    document.documentElement.dataset.printable = "";
  };
}

// After the last slide of each section, what was said, if the server's owner has stored it.
async function addTranscript(articles) {
  const told = await storedTranscript();
  articles.forEach((article, at) => {
    const { section } = article.dataset;
    if (articles[at + 1]?.dataset.section === section || !told[section]?.length) return;
    const place = document.createElement("section");
    place.className = "told-section";
    for (const { start, text } of told[section]) {
      const paragraph = document.createElement("p");
      paragraph.textContent = typeof start === "number" ? `${clock(start)}  ${text}` : text;
      place.append(paragraph);
    }
    article.after(place);
  });
}
