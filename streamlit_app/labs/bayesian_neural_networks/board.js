// Points on a plane: click adds, dragging moves, a double click removes; or arrow keys and Enter.

const WIDTH = 640, HEIGHT = 320, NEAR = 14, STEP = 0.1;
const SVG = "http://www.w3.org/2000/svg";
const clamp = (value, reach) => Math.min(reach, Math.max(-reach, value));
const round = (value) => Math.round(value * 100) / 100;

export default function ({ data, parentElement, setStateValue }) {
  const svg = parentElement.querySelector("svg"), group = svg.querySelector(".points");
  const cursor = svg.querySelector(".cursor");
  // A new data set from the server replaces the points; the visitor's own stay while he edits.
  if (parentElement.pfBoard?.task !== data.task) parentElement.pfBoard = { task: data.task, points: data.points, at: [0, 0] };
  const state = parentElement.pfBoard;
  const [tall, most] = [data.reach[1], data.most];

  const left = (x) => (x / data.reach[0] + 1) / 2 * WIDTH, top = (y) => (1 - y / tall) / 2 * HEIGHT;
  const kind = (point) => data.task === "regression" ? 1 : point[2];
  const show = () => {
    const box = svg.getBoundingClientRect();
    // The drawing is stretched; its points stay round.
    const sx = WIDTH / (box.width || WIDTH), sy = HEIGHT / (box.height || HEIGHT);
    group.replaceChildren(...state.points.map((point) => {
      const mark = document.createElementNS(SVG, "ellipse");
      mark.setAttribute("class", `point class-${kind(point)}`);
      mark.setAttribute("cx", left(point[0]));
      mark.setAttribute("cy", top(point[1]));
      mark.setAttribute("rx", 7 * sx);
      mark.setAttribute("ry", 7 * sy);
      return mark;
    }));
    cursor.setAttribute("transform", `translate(${left(state.at[0])} ${top(state.at[1])}) scale(${sx} ${sy})`);
    svg.setAttribute("aria-label", `Your ${state.points.length} points; cross at ${state.at[0].toFixed(1)}, ${state.at[1].toFixed(1)}`);
  };
  const tell = () => setStateValue("points", state.points.map((point) => [...point]));
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left) / box.width - 1) * data.reach[0];
    const y = (1 - 2 * (event.clientY - box.top) / box.height) * tall;
    return [round(clamp(x, data.reach[0])), round(clamp(y, tall))];
  };
  const nearest = ([x, y]) => {
    const box = svg.getBoundingClientRect();
    const far = state.points.map((p) => Math.hypot((p[0] - x) / data.reach[0] * box.width / 2, (p[1] - y) / tall * box.height / 2));
    const k = far.indexOf(Math.min(...far));
    return far[k] <= NEAR ? k : -1;
  };
  const add = (at) => {
    if (state.points.length >= most) return -1;
    return state.points.push(data.task === "regression" ? at : [...at, data.label]) - 1;
  };

  let held = -1;
  svg.onpointerdown = (event) => {
    svg.setPointerCapture(event.pointerId);
    const at = place(event);
    held = nearest(at);
    if (held < 0) held = add(at);
    show();
  };
  svg.onpointermove = (event) => {
    if (held < 0) return;
    state.points[held] = [...place(event), ...state.points[held].slice(2)];
    show();
  };
  svg.onpointerup = svg.onpointercancel = () => { if (held >= 0) { held = -1; tell(); } };
  svg.ondblclick = (event) => {
    const k = nearest(place(event));
    if (k >= 0 && state.points.length > 1) { state.points.splice(k, 1); show(); tell(); }
  };
  svg.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const along = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key] ?? 0;
    const up = { ArrowUp: STEP, ArrowDown: -STEP }[event.key] ?? 0;
    if (!along && !up && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") {
      const k = nearest(state.at);
      if (k < 0) add([...state.at]);
      else if (state.points.length > 1) state.points.splice(k, 1);
      tell();
    }
    state.at = [round(clamp(state.at[0] + along, data.reach[0])), round(clamp(state.at[1] + up, tall))];
    show();
  };
  const watch = new ResizeObserver(show);
  watch.observe(svg);
  show();
  return () => watch.disconnect();
}
