// Drawn digits at any time on their way out of the noise; the visitor moves the time without asking
// the server. A frame holds one byte a pixel: 85 is white paper, 170 is full ink, noise goes beyond.

function paint(canvas, bytes, start) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(8, 8);
  const [red, green, blue] = getComputedStyle(canvas).color.match(/\d+/g).map(Number);
  for (let i = 0; i < 64; i += 1) {
    const ink = Math.min(1, Math.max(0, (bytes[start + i] - 85) / 85));
    image.data.set([red, green, blue, 255 * ink], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".samples");
  const grid = root.querySelector(".grid"), slider = root.querySelector("input");
  const state = (parentElement.pfSamples ??= {});
  const bytes = Uint8Array.from(atob(data.path), (c) => c.charCodeAt(0));
  const count = data.said.length, last = data.frames - 1;
  if (state.run !== data.run) {
    state.run = data.run;
    state.frame = last;
    grid.replaceChildren(...data.said.map((said, i) => {
      const item = document.createElement("li");
      item.className = data.right[i] ? "" : "wrong";
      const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `Drawn digit ${i + 1}, read as ${said}`);
      item.append(canvas, Object.assign(document.createElement("span"), { className: "said", textContent: said }));
      return item;
    }));
  }
  const show = () => {
    slider.max = last;
    slider.value = state.frame;
    const share = Math.round((100 * state.frame) / last);
    root.querySelector("output").textContent = `t = ${(state.frame / last).toFixed(2)}`;
    slider.setAttribute("aria-valuetext", `${share} % of the way`);
    [...grid.querySelectorAll("canvas")].forEach((canvas, i) => paint(canvas, bytes, 64 * (state.frame * count + i)));
  };
  slider.oninput = () => { state.frame = Number(slider.value); show(); };
  show();
}
