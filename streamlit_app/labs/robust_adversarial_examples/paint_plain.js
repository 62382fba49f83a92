// The same picture without WebGL: triangles into a small canvas with a depth buffer.
const PLAIN_SIDE = 288;

function pixelsOf(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, picture.width, picture.height);
}

// Column, row, 1/z, u/z, v/z and n·light of each vertex; z in front of the camera for any that is drawn.
function projected(model, scene, side) {
  const { rotation: r, distance, light } = scene;
  const count = model.positions.length / 3, out = new Float32Array(6 * count), scale = scene.focal * side;
  // The light in the object's axes, where the normals are.
  const l = [0, 1, 2].map((k) => (r[k] * light[0] + r[3 + k] * light[1] + r[6 + k] * light[2]) / 127);
  for (let i = 0; i < count; i += 1) {
    const x = model.positions[3 * i], y = model.positions[3 * i + 1], z = model.positions[3 * i + 2];
    const near = 1 / (r[6] * x + r[7] * y + r[8] * z + distance);
    out[6 * i] = side / 2 + scale * (r[0] * x + r[1] * y + r[2] * z) * near;
    out[6 * i + 1] = side / 2 + scale * (r[3] * x + r[4] * y + r[5] * z) * near;
    out[6 * i + 2] = near;
    out[6 * i + 3] = (model.uv[2 * i] / 65535) * near;
    out[6 * i + 4] = (model.uv[2 * i + 1] / 65535) * near;
    out[6 * i + 5] = l[0] * model.normals[4 * i] + l[1] * model.normals[4 * i + 1] + l[2] * model.normals[4 * i + 2];
  }
  return out;
}

function face(target, skin, scene, points, a, b, c, doubleSided) {
  const { side, pixels, depth } = target;
  const [ax, ay, bx, by, cx, cy] = [points[a], points[a + 1], points[b], points[b + 1], points[c], points[c + 1]];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const back = area > 0;
  if (!area || (back && !doubleSided) || points[a + 2] <= 0 || points[b + 2] <= 0 || points[c + 2] <= 0) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5)), right = Math.min(side - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5)), bottom = Math.min(side - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const x = column + 0.5, y = row + 0.5;
      const wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area, wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
      const wc = 1 - wa - wb;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      const near = wa * points[a + 2] + wb * points[b + 2] + wc * points[c + 2], at = row * side + column;
      if (near <= depth[at]) continue;
      depth[at] = near;
      const mix = (k) => wa * points[a + k] + wb * points[b + k] + wc * points[c + k];
      const along = mix(5), shade = scene.ambient + scene.diffuse * Math.max(0, back ? -along : along);
      const u = Math.min(skin.width - 1, Math.max(0, Math.floor((mix(3) / near) * skin.width)));
      const v = Math.min(skin.height - 1, Math.max(0, Math.floor((mix(4) / near) * skin.height)));
      const from = 4 * (v * skin.width + u);
      for (let channel = 0; channel < 3; channel += 1) pixels[4 * at + channel] = skin.data[from + channel] * shade;
    }
  }
}

function plainPainter(canvas) {
  const context = canvas.getContext("2d");
  const skins = new Map();
  return {
    kind: "canvas",
    draw(model, picture, scene) {
      const side = PLAIN_SIDE;
      if (canvas.width !== side) canvas.width = canvas.height = side;
      if (!skins.has(picture)) skins.set(picture, pixelsOf(picture));
      const image = context.createImageData(side, side), paper = scene.background.map((v) => 255 * v);
      for (let i = 0; i < image.data.length; i += 4) image.data.set([...paper, 255], i);
      const target = { side, pixels: image.data, depth: new Float32Array(side * side) };
      const points = projected(model, scene, side), skin = skins.get(picture), { faces } = model;
      for (let i = 0; i < faces.length; i += 3) {
        face(target, skin, scene, points, 6 * faces[i], 6 * faces[i + 1], 6 * faces[i + 2], model.doubleSided);
      }
      context.putImageData(image, 0, 0);
    },
  };
}
