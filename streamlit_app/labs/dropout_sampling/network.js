// The network of one stochastic pass: kept filters coloured, dropped ones blank. All passes are in
// `data`, so stepping through them asks the server for nothing.

const SVG = "http://www.w3.org/2000/svg";
const STEP_MS = 420;

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

function node(name, attributes = {}, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// A square of pixels whose ink is opacity, so that it follows the theme by itself.
function tile(parent, side) {
  const svg = node("svg", { viewBox: `0 0 ${side} ${side}`, "shape-rendering": "crispEdges" }, parent);
  return Array.from({ length: side * side }, (_, i) =>
    node("rect", { x: i % side, y: Math.floor(i / side), width: 1, height: 1 }, svg));
}

const paint = (cells, values, start = 0) =>
  cells.forEach((cell, i) => cell.setAttribute("fill-opacity", (values[start + i] / 255).toFixed(2)));

function build(root, data) {
  const stage = root.querySelector(".stage");
  stage.querySelectorAll(".layer").forEach((old) => old.remove());
  const column = (kind, title) => {
    const layer = document.createElement("div");
    layer.className = `layer ${kind}`;
    layer.innerHTML = `<div class="head"><b></b><span></span></div><div class="tiles"></div>`;
    layer.querySelector("b").textContent = title;
    stage.append(layer);
    return layer;
  };
  const boxIn = (layer, side) => {
    const box = document.createElement("div");
    box.className = "tile";
    layer.querySelector(".tiles").append(box);
    return { box, cells: tile(box, side) };
  };
  const input = column("input", "Input");
  input.querySelector("span").textContent = "8 × 8 pixels";
  const picture = boxIn(input, 8);
  const layers = data.layers.map((layer, i) => {
    const element = column(`maps maps-${i + 1}`, layer.title);
    return { element, note: element.querySelector("span"),
      tiles: Array.from({ length: layer.filters }, () => boxIn(element, layer.side)) };
  });
  const output = column("output", "Output");
  const rows = data.classes.map((name) => {
    const row = document.createElement("div");
    row.className = "row";
    row.innerHTML = `<span></span><div class="track"><i class="bar"></i><i class="spread"></i>` +
      `<i class="mean"></i></div><em></em>`;
    row.querySelector("span").textContent = name;
    output.querySelector(".tiles").append(row);
    const part = (selector) => row.querySelector(selector);
    return { row, bar: part(".bar"), spread: part(".spread"), mean: part(".mean"), value: part("em") };
  });
  return { picture, layers, rows, output };
}

// Lines between what is kept, as strong as the weights between the two filters.
function wire(root, view, data, kept) {
  const stage = root.querySelector(".stage"), links = stage.querySelector(".links");
  const frame = stage.getBoundingClientRect();
  if (!frame.width) return;
  links.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  const down = getComputedStyle(stage).flexDirection === "column";
  const end = (element, out) => {
    const r = element.getBoundingClientRect();
    return down
      ? [r.left + r.width / 2 - frame.left, (out ? r.bottom : r.top) - frame.top]
      : [(out ? r.right : r.left) - frame.left, r.top + r.height / 2 - frame.top];
  };
  const stations = [[view.picture.box], ...view.layers.map((l) => l.tiles.map((t) => t.box)),
    view.rows.map((r) => r.row)];
  const alive = [[true], ...kept, view.rows.map(() => true)];
  const drawn = [];
  data.links.forEach((matrix, gap) => matrix.forEach((row, to) => row.forEach((strength, from) => {
    if (!alive[gap][from] || !alive[gap + 1][to] || strength < 0.08) return;
    const [x1, y1] = end(stations[gap][from], true), [x2, y2] = end(stations[gap + 1][to], false);
    const bend = down ? `${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2}` : `${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2}`;
    drawn.push(`<path d="M${x1} ${y1}C${bend} ${x2} ${y2}" stroke-opacity="${(0.55 * strength).toFixed(2)}"/>`);
  })));
  links.innerHTML = drawn.join("");
}

function show(root, state) {
  const { data, view, shown } = state, pass = data.passes[shown];
  const kept = pass.kept.map((text) => [...text].map((c) => c === "1"));
  view.layers.forEach((layer, i) => {
    const maps = bytes(pass.maps[i]), area = data.layers[i].side ** 2;
    layer.tiles.forEach((t, c) => {
      t.box.classList.toggle("dropped", !kept[i][c]);
      paint(t.cells, maps, c * area);
    });
    const count = kept[i].filter(Boolean).length;
    layer.note.textContent = `${count} of ${kept[i].length} filters kept`;
  });
  const now = pass.output, best = now.indexOf(Math.max(...now));
  view.rows.forEach((row, c) => {
    const seen = data.passes.slice(0, shown + 1).map((p) => p.output[c]);
    const mean = seen.reduce((a, b) => a + b, 0) / seen.length;
    const sd = Math.sqrt(seen.reduce((a, b) => a + (b - mean) ** 2, 0) / seen.length);
    const low = Math.max(0, mean - sd), high = Math.min(1, mean + sd);
    row.row.classList.toggle("best", c === best);
    row.bar.style.width = `${100 * now[c]}%`;
    row.mean.style.left = `${100 * mean}%`;
    row.spread.style.left = `${100 * low}%`;
    row.spread.style.width = `${100 * (high - low)}%`;
    row.value.textContent = now[c].toFixed(2);
  });
  view.output.querySelector("span").textContent = "this pass, and the mean so far";
  const slider = root.querySelector("input");
  slider.max = data.passes.length;
  slider.value = shown + 1;
  const words = kept.map((layer) => `${layer.filter(Boolean).length} of ${layer.length}`).join(", ");
  const text = `Pass ${shown + 1} of ${data.passes.length} predicts ${data.classes[best]} with ${now[best].toFixed(2)}`;
  root.querySelector(".now").textContent = text;
  slider.setAttribute("aria-valuetext", `${text}; filters kept: ${words}`);
  wire(root, view, data, kept);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".network");
  const state = (parentElement.pfNetwork ??= { shown: 0, timer: null });
  const shape = JSON.stringify([data.classes, data.layers]);
  if (state.shape !== shape) {
    state.shape = shape;
    state.view = build(root, data);
  }
  if (state.run !== data.run) {
    state.run = data.run;
    state.shown = Math.min(state.shown, data.passes.length - 1);
  }
  state.data = data;
  paint(state.view.picture.cells, bytes(data.input));

  const play = root.querySelector(".play");
  const go = (to) => {
    state.shown = (to + state.data.passes.length) % state.data.passes.length;
    show(root, state);
  };
  const stop = () => {
    clearInterval(state.timer);
    state.timer = null;
    play.textContent = "Play";
  };
  play.onclick = () => {
    if (state.timer) return stop();
    play.textContent = "Pause";
    state.timer = setInterval(() => {
      if (!root.isConnected) return stop();
      return state.shown + 1 < state.data.passes.length ? go(state.shown + 1) : stop();
    }, STEP_MS);
    return go(state.shown + 1);
  };
  root.querySelector(".back").onclick = () => { stop(); go(state.shown - 1); };
  root.querySelector(".next").onclick = () => { stop(); go(state.shown + 1); };
  root.querySelector("input").oninput = (event) => { stop(); go(Number(event.target.value) - 1); };
  state.watcher?.disconnect();
  state.watcher = new ResizeObserver(() => show(root, state));
  state.watcher.observe(root.querySelector(".stage"));
  show(root, state);
  return () => { stop(); state.watcher.disconnect(); };
}
