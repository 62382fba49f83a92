// A surface over a square, drawn back to front on a canvas and turned by dragging or the arrow keys.

const TALL = 0.5, STEP = 0.12;

// The theme's tokens are functions of the colour scheme, which only an element's colour resolves.
const rgb = (element) => getComputedStyle(element).color.match(/[\d.]+/g).slice(0, 3).map(Number);

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector("canvas");
  const state = (parentElement.pfLandscape ??= { turn: 0.7, tilt: 0.6 });
  canvas.setAttribute("aria-label", data.label);
  const { size, heights } = data;

  const draw = () => {
    const box = canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
    if (!box.width) return;
    canvas.width = box.width * ratio;
    canvas.height = box.height * ratio;
    const context = canvas.getContext("2d");
    const [low, high, ink] = [...parentElement.querySelectorAll("i")].map(rgb);
    const [ct, st, cp, sp] = [Math.cos(state.turn), Math.sin(state.turn), Math.cos(state.tilt), Math.sin(state.tilt)];
    // The square's half diagonal, seen at this tilt: the front corner stays inside, however it is turned.
    const half = Math.SQRT1_2 * sp;
    const scale = Math.min(canvas.width * 0.66, canvas.height * 0.94 / (2 * half + TALL * cp));
    const at = (i, j) => {
      const x = i / (size - 1) - 0.5, y = j / (size - 1) - 0.5, z = heights[i * size + j] / 1000 * TALL;
      const across = x * ct - y * st, away = x * st + y * ct;
      return [canvas.width / 2 + across * scale, canvas.height * 0.97 - (half + away * sp + z * cp) * scale, away];
    };
    const corners = Array.from({ length: size * size }, (_, k) => at(Math.floor(k / size), k % size));
    const cells = [];
    for (let i = 0; i < size - 1; i++) {
      for (let j = 0; j < size - 1; j++) {
        const k = [i * size + j, (i + 1) * size + j, (i + 1) * size + j + 1, i * size + j + 1];
        cells.push({ k, away: k.reduce((sum, c) => sum + corners[c][2], 0), level: k.reduce((sum, c) => sum + heights[c], 0) / 4000 });
      }
    }
    cells.sort((one, other) => other.away - one.away);
    context.lineWidth = 0.5 * ratio;
    for (const { k, level } of cells) {
      const colour = low.map((value, c) => Math.round(value + (high[c] - value) * Math.sqrt(level)));
      context.beginPath();
      k.forEach((c, n) => context[n ? "lineTo" : "moveTo"](corners[c][0], corners[c][1]));
      context.closePath();
      context.fillStyle = context.strokeStyle = `rgb(${colour})`;
      context.fill();
      context.stroke();
    }
    context.fillStyle = `rgb(${ink})`;
    context.font = `${13 * ratio}px sans-serif`;
    const edge = (i, j, text) => { const [x, y] = at(i, j); context.fillText(text, x, y + 16 * ratio); };
    edge((size - 1) >> 1, 0, "v");
    edge(0, (size - 1) >> 1, "w");
  };

  let from = null;
  canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); from = [event.clientX, event.clientY]; };
  canvas.onpointermove = (event) => {
    if (!from) return;
    turn((event.clientX - from[0]) * 0.01, (event.clientY - from[1]) * 0.01);
    from = [event.clientX, event.clientY];
  };
  canvas.onpointerup = canvas.onpointercancel = () => { from = null; };
  const turn = (around, up) => {
    state.turn += around;
    state.tilt = Math.min(1.5, Math.max(0.1, state.tilt + up));
    requestAnimationFrame(draw);
  };
  canvas.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!step) return;
    event.preventDefault();
    turn(...step);
  };
  const watch = new ResizeObserver(draw);
  watch.observe(canvas);
  draw();
  return () => watch.disconnect();
}
