// All slides as a grid, with search as you type. The slides themselves are arranged; nothing is copied.
import { find, wordsOf } from "./finding.js";

const root = document.documentElement;

export function overview(show, articles, own) {
  const finder = document.createElement("form");
  finder.className = "finder";
  finder.setAttribute("role", "search");
  finder.innerHTML =
    '<input type="search" aria-label="Search the slides" placeholder="Search the slides" autocomplete="off">' +
    '<label><input type="checkbox"> bookmarked</label><p role="status"></p>';
  document.body.prepend(finder);
  const [query, marked] = finder.querySelectorAll("input");
  const told = finder.querySelector("p");
  const links = articles.map((article) => article.querySelector(".open"));
  let entries;
  let before;

  const isOpen = () => root.dataset.view === "overview";
  const visible = () => links.filter((link, at) => !articles[at].hidden);

  // One tab stop; the arrow keys move among the slides.
  const focus = (link) => {
    for (const other of links) other.tabIndex = other === link ? 0 : -1;
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  };

  const filter = () => {
    entries ??= articles.map((article) => ({
      article,
      words: wordsOf(`${article.dataset.section} ${article.querySelector(".face").textContent}`),
    }));
    const kept = new Set(find(query.value, entries).map(({ article }) => article));
    for (const article of articles) {
      article.hidden = !kept.has(article) || (marked.checked && !own.isMarked(article.id));
    }
    const count = visible().length;
    told.textContent = query.value || marked.checked ? `${count || "No"} slide${count === 1 ? "" : "s"}` : "";
    const first = visible()[0];
    for (const link of links) link.tabIndex = link === first ? 0 : -1;
  };

  const open = () => {
    if (isOpen()) return;
    before = root.dataset.view;
    root.dataset.view = "overview";
    query.value = "";
    marked.checked = false;
    filter();
    const current = links[show.state.slide];
    focus(current);
    current.scrollIntoView({ block: "center" });
  };
  const close = () => {
    if (!isOpen()) return;
    root.dataset.view = before;
    for (const article of articles) article.hidden = false;
    document.activeElement?.blur();
  };
  const choose = (link) => {
    const at = links.indexOf(link);
    close();
    if (at >= 0) show.change({ slide: at, step: show.slides[at].steps });
  };

  const move = (does, key) => {
    const here = links.indexOf(document.activeElement);
    const among = visible();
    if (!among.length) return;
    if (does === "first" || does === "last") return focus(among.at(does === "first" ? 0 : -1));
    const at = among.indexOf(links[here]);
    if (at < 0) return focus(among[0]);
    if (key === "ArrowUp" || key === "ArrowDown") return focus(nextRow(among, at, key === "ArrowDown" ? 1 : -1));
    focus(among[Math.min(Math.max(at + (does === "forward" ? 1 : -1), 0), among.length - 1)]);
  };

  finder.addEventListener("submit", (event) => {
    event.preventDefault();
    if (visible()[0]) choose(visible()[0]);
  });
  query.addEventListener("input", filter);
  query.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && visible()[0]) {
      event.preventDefault();
      focus(visible()[0]);
    }
  });
  marked.addEventListener("change", filter);
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      choose(link);
    });
  }

  return {
    isOpen, open, close, move,
    find: () => { open(); query.focus(); },
    // Space on a slide opens it as Enter does.
    chooseFocused: () => links.includes(document.activeElement) && choose(document.activeElement),
  };
}

// The slide in the row above or below that is nearest.
function nextRow(among, at, direction) {
  const here = among[at].getBoundingClientRect();
  const middle = here.left + here.width / 2;
  let best = among[at];
  let least = Infinity;
  for (const link of among) {
    const there = link.getBoundingClientRect();
    const down = (there.top - here.top) * direction;
    if (down < here.height / 2) continue;
    const far = 10 * down + Math.abs(there.left + there.width / 2 - middle);
    if (far < least) [best, least] = [link, far];
  }
  return best;
}
