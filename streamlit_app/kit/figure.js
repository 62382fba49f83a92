// The figure's table, and its files: the chart is an SVG in the page, so pictures and data are made
// here and ask nothing of the server.
const MOST_ROWS = 1000;
const SCALE = 2;
const FONTS = ["Source Sans"];

const cell = (value) => (value === null || value === undefined ? "" : String(value));
const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function rowsOf({ columns }) {
  return (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]));
}

function csv(data) {
  return [data.head, ...rowsOf(data)].map((row) => row.map((v) => quoted(cell(v))).join(",")).join("\n");
}

function fill(place, data) {
  const kinds = data.columns.map((column) => (column.every((v) => v === null || typeof v === "number") ? "" : "text"));
  const table = document.createElement("table");
  const line = (row, tag) => {
    const tr = document.createElement("tr");
    row.forEach((value, at) => {
      const td = document.createElement(tag);
      td.textContent = cell(value);
      if (kinds[at]) td.className = kinds[at];
      if (tag === "th") td.scope = "col";
      tr.append(td);
    });
    return tr;
  };
  table.createTHead().append(line(data.head, "th"));
  const body = table.createTBody();
  const rows = rowsOf(data);
  rows.slice(0, MOST_ROWS).forEach((row) => body.append(line(row, "td")));
  place.replaceChildren(table);
  if (rows.length > MOST_ROWS) place.append(`The first ${MOST_ROWS} of ${rows.length} rows; the CSV has all.`);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Pictures know no style sheet: the page's fonts go into the file.
async function fontRules() {
  const rules = [...document.styleSheets].flatMap((sheet) => {
    try { return [...sheet.cssRules]; } catch { return []; }
  });
  const wanted = rules.filter(
    (rule) => rule instanceof CSSFontFaceRule && FONTS.includes(rule.style.fontFamily.replaceAll(/["']/g, "")) &&
      rule.style.fontStyle !== "italic",
  );
  const texts = await Promise.all(wanted.map(async (rule) => {
    const url = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue("src"))?.[1];
    if (!url) return "";
    const base = rule.parentStyleSheet.href ?? document.baseURI;
    const blob = await (await fetch(new URL(url, base))).blob();
    const data = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(blob);
    });
    return rule.cssText.replace(/src:[^;]+;/, `src: url(${data});`);
  }));
  return texts.join("\n");
}

async function drawing(chart) {
  const copy = chart.cloneNode(true);
  const { width, height } = chart.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = await fontRules().catch(() => "");
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  copy.prepend(style, paper);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

async function png({ text, width, height }) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

export default function ({ data, parentElement }) {
  const own = (selector) => parentElement.querySelector(selector);
  const toggle = own("button.table");
  const place = own(".rows");
  const told = own(".told");
  own(".row").setAttribute("aria-label", `Table and files: ${data.label}`);
  place.setAttribute("aria-label", data.label);
  if (!place.hidden) fill(place, data);
  toggle.onclick = () => {
    place.hidden = !place.hidden;
    toggle.setAttribute("aria-expanded", String(!place.hidden));
    if (!place.hidden) fill(place, data);
  };
  const host = parentElement.getRootNode().host ?? parentElement;
  parentElement.querySelectorAll("[data-kind]").forEach((button) => {
    button.onclick = async () => {
      const kind = button.dataset.kind;
      told.textContent = "";
      if (kind === "csv") return save(new Blob([csv(data)], { type: "text/csv" }), `${data.name}.csv`);
      const chart = host.closest("[class*='st-key-figure-']")?.querySelector("svg.marks");
      try {
        const made = await drawing(chart);
        const blob = kind === "svg" ? new Blob([made.text], { type: "image/svg+xml" }) : await png(made);
        save(blob, `${data.name}.${kind}`);
      } catch {
        told.textContent = "The picture could not be made; reload the page and try again.";
      }
    };
  });
}
