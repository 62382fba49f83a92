// Keeps the object's mesh and textures in the page, where the viewer finds them: they travel once,
// while the viewer runs again for each pose.
const KEPT = 4;

// Four bytes with the length of a header, the header in JSON, and what it describes.
function unpacked(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length;
  // A copy starts at a multiple of eight bytes, as typed arrays want it.
  const part = ([offset, size]) => bytes.slice(start + offset, start + offset + size).buffer;
  const wide = head.vertices > 65535;
  return {
    id: head.id,
    doubleSided: head.doubleSided,
    positions: new Float32Array(part(head.positions)),
    uv: new Uint16Array(part(head.uv)),
    normals: new Int8Array(part(head.normals)),
    faces: wide ? new Uint32Array(part(head.faces)) : new Uint16Array(part(head.faces)),
    textures: Object.fromEntries(Object.entries(head.textures).map(([name, where]) => [
      name, createImageBitmap(new Blob([part(where)], { type: "image/webp" }), { colorSpaceConversion: "none" }),
    ])),
  };
}

export default function ({ data }) {
  if (!data) return;
  const models = (window.pfModels ??= new Map());
  const model = unpacked(data);
  if (models.has(model.id)) return;
  models.set(model.id, model);
  while (models.size > KEPT) models.delete(models.keys().next().value);
  window.dispatchEvent(new CustomEvent("pf-model", { detail: model.id }));
}
