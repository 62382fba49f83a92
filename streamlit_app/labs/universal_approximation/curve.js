// A curve of equally spaced heights from -1 to 1, drawn with a pointer or walked with the arrow keys.

const WIDTH = 640, HEIGHT = 240, STEP = 0.05;
const top = (height) => (1 - height) * HEIGHT / 2;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export default function ({ data, parentElement, setStateValue }) {
  const svg = parentElement.querySelector("svg");
  const line = svg.querySelector(".line"), point = svg.querySelector(".point");
  const state = (parentElement.pfCurve ??= { heights: [...data.heights], at: 0 });
  const last = state.heights.length - 1;

  const show = () => {
    line.setAttribute("d", "M" + state.heights.map((h, k) => `${k / last * WIDTH},${top(h)}`).join("L"));
    point.setAttribute("cx", state.at / last * WIDTH);
    point.setAttribute("cy", top(state.heights[state.at]));
    const height = state.heights[state.at].toFixed(2);
    svg.setAttribute("aria-valuenow", height);
    svg.setAttribute("aria-valuetext", `height ${height} at x = ${(state.at / last).toFixed(2)}`);
  };
  const tell = () => setStateValue("heights", state.heights.map((h) => Math.round(h * 1000) / 1000));

  let before = null;
  const draw = (event) => {
    const box = svg.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width, 0, 1) * last;
    const now = { k: Math.round(x), h: clamp(1 - 2 * (event.clientY - box.top) / box.height, -1, 1) };
    // A quick stroke skips points; those between are on the line.
    const from = before ?? now;
    const steps = Math.max(1, Math.abs(now.k - from.k));
    for (let s = 0; s <= steps; s++) {
      state.heights[Math.round(from.k + (now.k - from.k) * s / steps)] = from.h + (now.h - from.h) * s / steps;
    }
    state.at = now.k;
    before = now;
    show();
  };
  svg.onpointerdown = (event) => { svg.setPointerCapture(event.pointerId); before = null; draw(event); };
  svg.onpointermove = (event) => { if (before) draw(event); };
  svg.onpointerup = svg.onpointercancel = () => { if (before) { before = null; tell(); } };

  let waiting = null;
  svg.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const up = { ArrowUp: STEP, ArrowDown: -STEP }[event.key] ?? 0;
    if (!along && !up) return;
    event.preventDefault();
    state.at = clamp(state.at + along, 0, last);
    state.heights[state.at] = clamp(state.heights[state.at] + up, -1, 1);
    show();
    if (!up) return;
    clearTimeout(waiting);
    waiting = setTimeout(tell, 300);
  };
  show();
}
