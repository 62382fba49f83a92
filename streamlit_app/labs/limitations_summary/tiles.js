// Tabs in a grid: walked with the arrow keys, one is open.

function build(root, tiles) {
  root.replaceChildren(...tiles.map((tile) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.dataset.slug = tile.slug;
    button.setAttribute("role", "tab");
    for (const part of ["title", "figure", "meaning"]) {
      button.append(Object.assign(document.createElement("span"), {
        className: part, textContent: tile[part],
      }));
    }
    return button;
  }));
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".tiles");
  const version = JSON.stringify(data.tiles);
  if (parentElement.pfBuilt !== version) {
    parentElement.pfBuilt = version;
    build(root, data.tiles);
  }
  const buttons = [...root.querySelectorAll("button")];
  const mark = (slug) => buttons.forEach((button) => {
    const on = button.dataset.slug === slug;
    button.setAttribute("aria-selected", on);
    button.tabIndex = on ? 0 : -1;
  });
  const open = (button) => {
    mark(button.dataset.slug);
    setStateValue("opened", button.dataset.slug);
  };
  mark(data.opened);
  root.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) open(button);
  };
  root.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const button = event.target.closest("button");
    if (!step || !button) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(button) + step + buttons.length) % buttons.length];
    next.focus();
    open(next);
  };
}
