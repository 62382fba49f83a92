// Points on a plane: click adds, dragging moves, a double click removes; or arrow keys and Enter.

const WIDTH = 640, HEIGHT = 320, NEAR = 14, STEPS = 20, PATIENCE = 1000;
const SVG = "http://www.w3.org/2000/svg";
const clamp = (value, reach) => Math.min(reach, Math.max(-reach, value));
const round = (value) => Math.round(value * 100) / 100;
const signed = (value) => String(value).replace("-", "\u2212");

export default function ({ data, parentElement, setStateValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  const svg = find("svg"), group = find(".points"), cursor = find(".cursor");
  // Other points from the server replace these; the visitor's own stay during editing.
  if (parentElement.pfBoard?.revision !== data.revision) {
    parentElement.pfBoard = { revision: data.revision, points: data.points, at: [0, 0], held: -1 };
  }
  const state = parentElement.pfBoard;
  const [wide, tall] = data.reach;
  find("figcaption").textContent = `Click to add a point, drag to move it, double-click to remove it. `
    + `With the keyboard: arrows move the cross, Enter adds or removes.${data.full ? ` ${data.full}` : ""}`;
  const ends = data.ends ? { top: tall, bottom: -tall, left: -wide, right: wide } : {};
  Object.entries(ends).forEach(([side, value]) => { find(`.${side}`).textContent = signed(value); });

  const left = (x) => (x / wide + 1) / 2 * WIDTH, top = (y) => (1 - y / tall) / 2 * HEIGHT;
  const show = () => {
    const box = svg.getBoundingClientRect();
    // The drawing is stretched; its points stay round.
    const sx = WIDTH / (box.width || WIDTH), sy = HEIGHT / (box.height || HEIGHT);
    group.replaceChildren(...state.points.map((point) => {
      const mark = document.createElementNS(SVG, "ellipse");
      mark.setAttribute("class", `point class-${point[2] ?? 1}`);
      mark.setAttribute("cx", left(point[0]));
      mark.setAttribute("cy", top(point[1]));
      mark.setAttribute("rx", 7 * sx);
      mark.setAttribute("ry", 7 * sy);
      return mark;
    }));
    cursor.setAttribute("transform", `translate(${left(state.at[0])} ${top(state.at[1])}) scale(${sx} ${sy})`);
    svg.setAttribute("aria-label", `Your ${state.points.length} points; cross at ${state.at[0].toFixed(1)}, ${state.at[1].toFixed(1)}`);
  };
  // Each message changes the points: with one that does not, the server could take values of other
  // controls for new that the browser has not heard of yet.
  const tell = () => {
    state.untold = false;
    const told = JSON.stringify(state.points);
    if (told === state.told) return;
    state.told = told;
    state.askedAt = performance.now();
    setStateValue("points", JSON.parse(told));
  };
  // While a point is dragged, one answer is asked for at a time, so that a slow server is not flooded.
  const follow = () => {
    if (!data.live) return;
    if (performance.now() - state.askedAt < PATIENCE) state.untold = true;
    else tell();
  };
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left) / box.width - 1) * wide;
    const y = (1 - 2 * (event.clientY - box.top) / box.height) * tall;
    return [round(clamp(x, wide)), round(clamp(y, tall))];
  };
  const nearest = ([x, y]) => {
    const box = svg.getBoundingClientRect();
    const far = state.points.map((p) => Math.hypot((p[0] - x) / wide * box.width / 2, (p[1] - y) / tall * box.height / 2));
    const k = far.indexOf(Math.min(...far));
    return far[k] <= NEAR ? k : -1;
  };
  const add = (at) => {
    if (state.points.length >= data.most) {
      if (!data.full) return -1;
      state.points.shift();
    }
    return state.points.push(data.label === null ? at : [...at, data.label]) - 1;
  };

  svg.onpointerdown = (event) => {
    svg.setPointerCapture(event.pointerId);
    const at = place(event);
    state.held = nearest(at);
    if (state.held < 0) state.held = add(at);
    show();
  };
  svg.onpointermove = (event) => {
    if (state.held < 0) return;
    state.points[state.held] = [...place(event), ...state.points[state.held].slice(2)];
    show();
    follow();
  };
  svg.onpointerup = svg.onpointercancel = () => { if (state.held >= 0) { state.held = -1; tell(); } };
  svg.ondblclick = (event) => {
    const k = nearest(place(event));
    if (k >= 0 && state.points.length > 1) { state.points.splice(k, 1); show(); tell(); }
  };
  svg.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key] ?? 0;
    if (!along && !up && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") {
      const k = nearest(state.at);
      if (k < 0) add([...state.at]);
      else if (state.points.length > 1) state.points.splice(k, 1);
      tell();
    }
    state.at = [round(clamp(state.at[0] + along * wide / STEPS, wide)), round(clamp(state.at[1] + up * tall / STEPS, tall))];
    show();
  };
  const watch = new ResizeObserver(show);
  watch.observe(svg);
  show();
  // This call is the answer.
  state.askedAt = -PATIENCE;
  if (state.untold) tell();
  return () => watch.disconnect();
}
