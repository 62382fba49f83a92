// A row of small pictures, one of which is chosen: a radio group that can be walked with the arrow keys.

const SVG = "http://www.w3.org/2000/svg";

function picture(text, side) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = [...atob(text)].map((c, i) => c.charCodeAt(0)
    ? `<rect x="${i % side}" y="${Math.floor(i / side)}" width="1" height="1" fill-opacity="${(c.charCodeAt(0) / 255).toFixed(2)}"/>`
    : "").join("");
  return svg;
}

function build(root, data) {
  root.replaceChildren();
  for (const group of data.groups) {
    const part = document.createElement("div");
    part.className = "group";
    part.append(Object.assign(document.createElement("h3"), { textContent: group.title }));
    const row = part.appendChild(Object.assign(document.createElement("div"), { className: "row" }));
    for (const item of group.items) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.dataset.slug = item.slug;
      button.setAttribute("role", "radio");
      button.setAttribute("aria-label", `${group.title}: ${item.title}`);
      button.append(picture(item.pixels, data.side),
        Object.assign(document.createElement("span"), { textContent: item.title }));
      row.append(button);
    }
    root.append(part);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gallery");
  if (parentElement.pfBuilt !== data.version) {
    parentElement.pfBuilt = data.version;
    build(root, data);
  }
  const buttons = [...root.querySelectorAll("button")];
  const mark = (slug) => buttons.forEach((button) => {
    const on = button.dataset.slug === slug;
    button.setAttribute("aria-checked", on);
    button.tabIndex = on ? 0 : -1;
  });
  const choose = (button) => {
    mark(button.dataset.slug);
    setStateValue("chosen", button.dataset.slug);
  };
  mark(data.chosen);
  root.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) choose(button);
  };
  root.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(event.target.closest("button"));
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    choose(next);
  };
}
