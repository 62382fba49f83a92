// Equations by KaTeX and charts by Vega, both among the files of the app's pages. A slide is drawn
// once; the open one first, then its section, then the others while the browser is idle.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const address = (path) => new URL(path, document.baseURI).href;
const libraries = read("libraries");
const charts = read("charts");

let katex;
const loadKatex = () => (katex ??= import(address(libraries.katex)).then((module) => module.default));

let vega;
const loadVega = () => (vega ??= (async () => {
  const module = await import(address(libraries.vega));
  const load = Object.values(module).find((value) => typeof value === "function");
  // Vega measures text, so its font must be there.
  const [found] = await Promise.all([load(), document.fonts.load("20px 'Source Sans'")]);
  return found;
})());

async function setMaths(element) {
  const { render } = await loadKatex();
  const displayMode = element.classList.contains("equation");
  render(element.dataset.latex, element, { displayMode, throwOnError: false });
  // Streamlit has two versions of KaTeX; its style sheet is the older one's, which has no prefix in
  // the names of most classes.
  for (const part of element.querySelectorAll("[class*='katex-']")) {
    for (const name of [...part.classList]) {
      if (/^katex-(?!html|mathml|display|error)/.test(name)) part.classList.add(name.slice("katex-".length));
    }
  }
  await Promise.allSettled([...fontsOf(element)].map((font) => document.fonts.load(font)));
}

// The browser would load a font when the slide is shown: too late, and not at all without the network.
function fontsOf(element) {
  const written = [...element.querySelectorAll(".katex-html *")].filter((part) => part.firstChild?.nodeType === 3);
  return new Set(written.map((part) => {
    const { fontStyle, fontWeight, fontFamily } = getComputedStyle(part);
    return `${fontStyle} ${fontWeight} 20px ${fontFamily}`;
  }));
}

// Colours that Vega mixes itself can't be the page's variables; they are those of the theme.
function config() {
  const theme = document.documentElement.dataset.theme;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const ranges = charts.ranges[dark && document.documentElement.dataset.view !== "print" ? "dark" : "light"];
  return { ...charts.config, range: { ...charts.config.range, ...ranges } };
}

async function drawChart(canvas) {
  const { embed, expressionInterpreter } = await loadVega();
  await embed(canvas, charts.specs[canvas.dataset.chart], {
    config: config(), actions: false, renderer: "svg", tooltip: false, ast: true, expr: expressionInterpreter,
  });
  const svg = canvas.querySelector("svg");
  svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
  svg.setAttribute("aria-hidden", "true"); // the canvas has the description
}

const drawn = new WeakMap();

export function drawSlide(slide) {
  if (!drawn.has(slide)) {
    const parts = [
      ...[...slide.querySelectorAll("[data-latex]")].map(setMaths),
      ...[...slide.querySelectorAll("[data-chart]")].map(drawChart),
    ];
    // A part that can't be drawn leaves its text or description; the rest of the slide is there.
    drawn.set(slide, Promise.allSettled(parts).then((results) => {
      slide.dataset.drawn = "";
      for (const { reason } of results) if (reason) console.error(reason);
    }));
  }
  return drawn.get(slide);
}

const idle = window.requestIdleCallback ?? ((call) => setTimeout(call, 50));
const rest = () => new Promise((done) => idle(done, { timeout: 300 }));

// After a change of the theme.
export function drawChartsAgain(slides) {
  for (const slide of slides) {
    if (!slide.querySelector("[data-chart]")) continue;
    drawn.delete(slide);
    delete slide.dataset.drawn;
  }
}

let latest = 0;

// Draws all slides in this order, until a later call begins with another slide.
export async function drawAround(slides, at) {
  const call = (latest += 1);
  await drawSlide(slides[at]);
  const section = slides[at].dataset.section;
  const distance = (slide) => (slide.dataset.section === section ? -1000 : 0) + Math.abs(slides.indexOf(slide) - at);
  for (const slide of [...slides].sort((a, b) => distance(a) - distance(b))) {
    if ("drawn" in slide.dataset) continue;
    await rest();
    if (call !== latest) return;
    await drawSlide(slide);
  }
  document.documentElement.dataset.drawn = "all";
}
