// Six fields to draw in: an example of each of five classes, and a drawing to be read. Strokes are
// points in units of the field. "Next" puts a shipped glyph into a field, for those who do not draw.

const SIZE = 240, PEN = 22;

function paint(canvas, strokes) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIZE, SIZE);
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => (i ? context.lineTo(x * SIZE, y * SIZE) : context.moveTo(x * SIZE, y * SIZE)));
    if (stroke.length === 1) context.lineTo(stroke[0][0] * SIZE + 0.01, stroke[0][1] * SIZE);
    context.stroke();
  }
}

function made(name, text, parent) {
  const part = document.createElement(name);
  part.textContent = text;
  parent.append(part);
  return part;
}

function pad(state, number, tell) {
  const root = document.createElement("div");
  const name = state.names[number];
  root.className = number === state.names.length - 1 ? "pad asked" : "pad";
  made("h4", name, root);
  const canvas = made("canvas", "", root);
  canvas.width = canvas.height = SIZE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${name}: field to draw in with mouse, pen or finger`);
  const tools = made("div", "", root);
  tools.className = "tools";
  const clear = made("button", "Clear", tools), next = made("button", "Next", tools);
  clear.type = next.type = "button";
  clear.setAttribute("aria-label", `Clear ${name}`);
  next.setAttribute("aria-label", `Next glyph for ${name}`);
  const show = () => {
    paint(canvas, state.drawings[number]);
    clear.disabled = !state.drawings[number].length;
  };
  const put = (strokes) => { state.drawings[number] = strokes; show(); tell(); };
  clear.onclick = () => { put([]); next.focus(); };
  next.onclick = () => {
    state.chosen[number] = ((state.chosen[number] ?? number) + 1) % state.glyphs.length;
    state.own[number] = false;
    put(structuredClone(state.glyphs[state.chosen[number]]));
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  let drawing = false;
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    // The first stroke replaces a glyph that the visitor has not drawn.
    if (!state.own[number]) { state.drawings[number] = []; state.own[number] = true; }
    drawing = true;
    state.drawings[number].push([place(event)]);
    show();
  };
  canvas.onpointermove = (event) => {
    if (!drawing) return;
    const stroke = state.drawings[number].at(-1), point = place(event), last = stroke.at(-1);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.012) return;
    stroke.push(point);
    show();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (drawing) { drawing = false; tell(); }
  };
  state.shows.push(show);
  show();
  return root;
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pads");
  let state = parentElement.pfPads;
  if (state?.revision !== data.revision) {
    const own = data.names.map(() => false);
    state = parentElement.pfPads = { ...data, own, chosen: {}, shows: [] };
    state.drawings = structuredClone(data.drawings);
    const tell = () => state.tell("drawings", state.drawings);
    root.replaceChildren(...data.names.map((_, number) => pad(state, number, tell)));
  }
  state.tell = setStateValue;
  // Their colour is the theme's.
  state.shows.forEach((show) => show());
}
