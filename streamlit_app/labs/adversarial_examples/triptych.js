// Three pictures from two: the original, and the signed change of each value stored around 128.

async function pixels(text, side) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, side, side).data;
}

function paint(canvas, side, value) {
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let i = 0; i < image.data.length; i += 4) {
    for (let c = 0; c < 3; c += 1) image.data[i + c] = value(i + c);
    image.data[i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".triptych");
  const find = (selector) => root.querySelector(selector);
  const state = (parentElement.pfState ??= { asked: 0 });
  const turn = (state.asked += 1);
  const { side } = data;

  const fill = (original, change) => {
    const drawChange = () => {
      const gain = Number(find("input").value);
      find("output").textContent = gain;
      paint(find(".change canvas"), side, (i) => 128 + gain * (change[i] - 128));
    };
    const drawResult = (held) => {
      paint(find(".result canvas"), side, (i) => original[i] + (held ? 0 : change[i] - 128));
      find(".shown").textContent = held ? "Original" : "Attacked picture";
      find(".after").textContent = held ? data.before : data.after;
      find("button").classList.toggle("held", held);
    };
    paint(find(".original canvas"), side, (i) => original[i]);
    find(".original canvas").setAttribute("aria-label", `${data.label}, original`);
    root.classList.toggle("alone", !change);
    if (!change) return;
    find(".before").textContent = data.before;
    find(".levels").textContent = `at most ${data.levels} of 255 levels`;
    find(".change canvas").setAttribute("aria-label", "The change of each pixel, magnified around grey");
    find(".result canvas").setAttribute("aria-label", `${data.label}, attacked: seen as ${data.after}`);
    drawChange();
    drawResult(false);
    find("input").oninput = drawChange;
    const button = find("button");
    button.onpointerdown = () => drawResult(true);
    button.onpointerup = button.onpointerleave = button.onpointercancel = button.onblur = () => drawResult(false);
    button.onkeydown = (event) => { if (event.key === " " || event.key === "Enter") drawResult(true); };
    button.onkeyup = () => drawResult(false);
    button.oncontextmenu = (event) => event.preventDefault();
  };

  Promise.all([pixels(data.original, side), data.change ? pixels(data.change, side) : null])
    // A newer picture may have been asked for while this one was decoded.
    .then(([original, change]) => { if (turn === state.asked) fill(original, change); });
}
