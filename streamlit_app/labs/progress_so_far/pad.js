// A field to draw in, and digits to choose from by mouse or arrow keys. Strokes are points in units of
// the field; the server scans them as the data set was scanned. Without strokes and without a chosen
// digit (null) the field is empty.

const SVG = "http://www.w3.org/2000/svg";
const PEN = 22;

function picture(text) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 8 8");
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = [...atob(text)].map((c, i) => c.charCodeAt(0)
    ? `<rect x="${i % 8}" y="${Math.floor(i / 8)}" width="1" height="1" fill-opacity="${(c.charCodeAt(0) / 255).toFixed(2)}"/>`
    : "").join("");
  return svg;
}

function paint(canvas, strokes) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => (i ? context.lineTo(x * width, y * height) : context.moveTo(x * width, y * height)));
    if (stroke.length === 1) context.lineTo(stroke[0][0] * width + 0.01, stroke[0][1] * height);
    context.stroke();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  const canvas = root.querySelector("canvas");
  const state = (parentElement.pfPad ??= { strokes: data.strokes, chosen: data.chosen });
  const row = root.querySelector(".row");
  if (!row.childElementCount) {
    for (const item of data.items) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.dataset.index = item.index;
      button.setAttribute("role", "radio");
      button.setAttribute("aria-label", item.title);
      button.append(picture(item.pixels));
      row.append(button);
    }
  }
  const buttons = [...row.children];
  const undo = root.querySelector(".undo"), clear = root.querySelector(".clear");

  const show = () => {
    paint(canvas, state.strokes);
    undo.disabled = clear.disabled = !state.strokes.length;
    const chosen = state.strokes.length ? null : state.chosen;
    buttons.forEach((button, place) => {
      const on = Number(button.dataset.index) === chosen && chosen !== null;
      button.setAttribute("aria-checked", on);
      button.tabIndex = on || (chosen === null && place === 0) ? 0 : -1;
    });
  };
  const tell = () => {
    show();
    setStateValue("input", { strokes: state.strokes, chosen: state.chosen });
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    state.drawing = true;
    state.strokes.push([place(event)]);
    show();
  };
  canvas.onpointermove = (event) => {
    if (!state.drawing) return;
    const stroke = state.strokes.at(-1), point = place(event), last = stroke.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.008) return;
    stroke.push(point);
    show();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!state.drawing) return;
    state.drawing = false;
    tell();
  };
  undo.onclick = () => { state.strokes.pop(); tell(); };
  clear.onclick = () => { state.strokes = []; state.chosen = null; tell(); };
  const choose = (button) => {
    state.strokes = [];
    state.chosen = Number(button.dataset.index);
    tell();
  };
  row.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) choose(button);
  };
  row.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[(buttons.indexOf(event.target.closest("button")) + step + buttons.length) % buttons.length];
    next.focus();
    choose(next);
  };
  show();
}
