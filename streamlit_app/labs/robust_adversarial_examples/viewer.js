// The object under the visitor's hand. A drag, a touch, a key or a button turns it here at once; the
// pose goes to the server, one request at a time, and the classifier's answer comes back in `data`.
const GAP = 90, PATIENCE = 3000, DEGREES_PER_SIDE = 240;
const KEYS = {
  ArrowLeft: ["turn", -10], ArrowRight: ["turn", 10], ArrowUp: ["elevation", 10], ArrowDown: ["elevation", -10],
  "+": ["distance", -0.3], "=": ["distance", -0.3], "-": ["distance", 0.3], "0": null,
};

const radians = (degrees) => (degrees * Math.PI) / 180;
const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));

// diag(1, -1, -1) Rx(elevation - 90°) Rz(turn), rows one after another: seen from above at 90°.
function rotationOf({ turn, elevation }) {
  const c = Math.cos(radians(turn)), s = Math.sin(radians(turn));
  const p = Math.cos(radians(elevation - 90)), q = Math.sin(radians(elevation - 90));
  return [c, -s, 0, -p * s, -p * c, q, -q * s, -q * c, -p];
}

// As the address and the server have it.
function rounded({ turn, elevation, distance }) {
  return { turn: ((Math.round(turn) % 360) + 360) % 360, elevation: Math.round(elevation), distance: Math.round(10 * distance) / 10 };
}

function moved(state, name, by) {
  const { limits } = state.data, pose = { ...state.pose };
  pose[name] = name === "turn" ? (((pose.turn + by) % 360) + 360) % 360 : clamp(pose[name] + by, limits[name]);
  state.pose = pose;
}

function words({ turn, elevation, distance }) {
  const side = elevation < 0 ? "below" : "above";
  return `Turned ${turn}°, seen from ${Math.abs(elevation)}° ${side}, distance ${distance.toFixed(1)}`;
}

function drawPose(state) {
  const { data } = state, model = window.pfModels?.get(data.model), pose = rounded(state.pose);
  const { elevation, distance } = data.trained;
  const within = (value, [low, high]) => low <= value && value <= high;
  const known = within(pose.elevation, elevation) && within(pose.distance, distance);
  state.find(".pose").textContent = `${words(pose)}${known ? "" : ": outside the poses of the attack"}.`;
  if (!model) return;
  const picture = model.pictures?.[state.skin];
  if (!picture) {
    model.pictures ??= {};
    model.textures[state.skin]?.then((made) => { model.pictures[state.skin] = made; drawPose(state); });
    return;
  }
  const shown = state.find(".frame").clientWidth || 400;
  const side = Math.min(1200, Math.round(shown * (window.devicePixelRatio || 1)));
  state.painter.draw(model, picture, { ...data.scene, rotation: rotationOf(state.pose), distance: state.pose.distance }, side);
}

function redraw(state) {
  state.frame ??= requestAnimationFrame(() => { state.frame = null; drawPose(state); });
}

// One question at a time; the latest pose is asked for as soon as the answer is there.
function ask(state) {
  state.wanted = true;
  clearTimeout(state.timer);
  const since = performance.now() - state.askedAt;
  const wait = (state.waiting ? PATIENCE : GAP) - since;
  if (wait > 0) {
    state.timer = setTimeout(() => ask(state), wait);
    return;
  }
  state.wanted = false;
  state.waiting = true;
  state.askedAt = performance.now();
  state.number += 1;
  state.tell("pose", { ...rounded(state.pose), skin: state.skin, number: state.number });
}

function changed(state) {
  redraw(state);
  ask(state);
}

function answer(state) {
  const { reply } = state.data, { find } = state;
  if (reply.number >= state.number) state.waiting = false;
  find(".name").textContent = `${reply.name}, ${reply.share}`;
  find(".name").className = `name ${reply.kind}`;
  find(".kind").textContent = reply.meaning;
  find(".kind").className = `kind ${reply.kind}`;
  find(".bars").replaceChildren(...reply.top.map((row) => {
    const item = document.createElement("li");
    item.className = row.kind;
    item.innerHTML = '<span></span><span class="track"><i></i></span><b></b>';
    item.children[0].textContent = row.name;
    item.querySelector("i").style.setProperty("--share", `${100 * row.probability}%`);
    item.querySelector("b").textContent = row.share;
    return item;
  }));
  find("img").src = `data:image/webp;base64,${reply.picture}`;
  if (state.wanted) ask(state);
}

function skins(state) {
  const place = state.find(".skins"), { data } = state;
  const choose = (name) => {
    state.skin = name;
    mark();
    changed(state);
  };
  const buttons = data.skins.map(({ name, title }) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: title });
    button.setAttribute("role", "radio");
    button.dataset.name = name;
    button.onclick = () => choose(name);
    return button;
  });
  const mark = () => buttons.forEach((button) => {
    const on = button.dataset.name === state.skin;
    button.setAttribute("aria-checked", on);
    button.tabIndex = on ? 0 : -1;
  });
  place.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    next.focus();
    choose(next.dataset.name);
  };
  place.replaceChildren(...buttons);
  mark();
}

function press(state, key) {
  if (key === "0") state.pose = { ...state.data.start };
  else moved(state, ...KEYS[key]);
  changed(state);
}

function hands(state) {
  const frame = state.find(".frame"), points = new Map();
  frame.onkeydown = (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    press(state, event.key);
  };
  state.root.querySelectorAll("[data-key]").forEach((button) => { button.onclick = () => press(state, button.dataset.key); });
  frame.onpointerdown = (event) => {
    if (event.button) return;
    frame.setPointerCapture(event.pointerId);
    frame.classList.add("held");
    points.set(event.pointerId, [event.clientX, event.clientY]);
  };
  const spread = () => {
    const [a, b] = [...points.values()];
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  frame.onpointermove = (event) => {
    const last = points.get(event.pointerId);
    if (!last) return;
    const before = points.size === 2 ? spread() : 0;
    points.set(event.pointerId, [event.clientX, event.clientY]);
    if (before) {
      moved(state, "distance", state.pose.distance * (before / Math.max(spread(), 1) - 1));
    } else {
      const degrees = DEGREES_PER_SIDE / frame.clientWidth;
      moved(state, "turn", degrees * (event.clientX - last[0]));
      moved(state, "elevation", degrees * (event.clientY - last[1]));
    }
    changed(state);
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    if (!points.delete(event.pointerId) || points.size) return;
    frame.classList.remove("held");
    state.pose = rounded(state.pose);
    changed(state);
  };
}

function canvasIn(frame) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  frame.replaceChildren(canvas);
  return canvas;
}

function painterIn(state, plain = false) {
  const frame = state.find(".frame");
  const first = canvasIn(frame);
  const painter = plain ? null : glPainter(first);
  first.addEventListener("webglcontextlost", () => { state.painter = painterIn(state, true); redraw(state); });
  return painter ?? plainPainter(canvasIn(frame));
}

// Everything that lasts from answer to answer, made once for each object.
function opened(root, data) {
  const find = (selector) => root.querySelector(selector);
  const state = { root, find, data, pose: { ...data.pose }, skin: data.skin, askedAt: 0, number: data.reply.number };
  state.painter = painterIn(state);
  hands(state);
  const there = () => redraw(state);
  const watcher = new ResizeObserver(there);
  window.addEventListener("pf-model", there);
  watcher.observe(find(".frame"));
  state.close = () => {
    clearTimeout(state.timer);
    window.removeEventListener("pf-model", there);
    watcher.disconnect();
  };
  return state;
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".viewer");
  let state = parentElement.pfViewer;
  if (!state || state.data.model !== data.model) {
    state?.close();
    state = parentElement.pfViewer = opened(root, data);
  }
  const known = JSON.stringify(data.skins);
  Object.assign(state, { data, tell: setStateValue });
  if (state.known !== known) {
    state.known = known;
    skins(state);
  }
  const frame = state.find(".frame");
  frame.setAttribute("aria-label", `${data.label}. ${words(rounded(state.pose))}`);
  frame.dataset.painter = state.painter.kind;
  answer(state);
  redraw(state);
  return () => { state.close(); parentElement.pfViewer = null; };
}
