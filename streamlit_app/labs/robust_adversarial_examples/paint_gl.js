// Draws the object with WebGL 2, by the equations of pyfrontiers.kernels.render: camera x right,
// y down, z forward; shade = ambient + diffuse max(0, n · light).
const VERTEX = `#version 300 es
in vec3 position; in vec2 uv; in vec3 normal;
uniform mat3 rotation; uniform float distance, focal;
out vec2 at; out vec3 n;
const float NEAR = 0.1, FAR = 50.0;
void main() {
  vec3 q = rotation * position + vec3(0.0, 0.0, distance);
  at = uv; n = rotation * normal;
  gl_Position = vec4(2.0 * focal * q.x, -2.0 * focal * q.y, (FAR + NEAR) / (FAR - NEAR) * q.z - 2.0 * FAR * NEAR / (FAR - NEAR), q.z);
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; in vec3 n;
uniform sampler2D skin; uniform vec3 light; uniform float ambient, diffuse;
out vec4 colour;
void main() {
  float along = dot(normalize(n), light);
  float lit = max(0.0, gl_FrontFacing ? along : -along);
  colour = vec4(texture(skin, at).rgb * (ambient + diffuse * lit), 1.0);
}`;

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  return gl.getProgramParameter(made, gl.LINK_STATUS) ? made : null;
}

// Returns null where the browser has no WebGL 2 or would emulate it on the processor.
function glPainter(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: true, failIfMajorPerformanceCaveat: true });
  const used = gl && program(gl);
  if (!used) return null;
  gl.useProgram(used);
  gl.enable(gl.DEPTH_TEST);
  const place = (name) => gl.getUniformLocation(used, name);
  const attribute = (name, values, size, type, normalized) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    const at = gl.getAttribLocation(used, name);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, normalized, name === "normal" ? 4 : 0, 0);
  };
  const skins = new Map();
  let loaded = null;
  const load = (model) => {
    loaded = model;
    skins.clear();
    gl.bindVertexArray(gl.createVertexArray());
    attribute("position", model.positions, 3, gl.FLOAT, false);
    attribute("uv", model.uv, 2, gl.UNSIGNED_SHORT, true);
    attribute("normal", model.normals, 3, gl.BYTE, true);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, model.faces, gl.STATIC_DRAW);
    if (model.doubleSided) gl.disable(gl.CULL_FACE);
    else gl.enable(gl.CULL_FACE);
  };
  const wear = (picture) => {
    if (skins.has(picture)) return gl.bindTexture(gl.TEXTURE_2D, skins.get(picture));
    const skin = gl.createTexture();
    skins.set(picture, skin);
    gl.bindTexture(gl.TEXTURE_2D, skin);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  };
  return {
    kind: "WebGL",
    draw(model, picture, scene, side) {
      if (canvas.width !== side) canvas.width = canvas.height = side;
      if (loaded !== model) load(model);
      wear(picture);
      gl.viewport(0, 0, side, side);
      gl.clearColor(...scene.background, 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix3fv(place("rotation"), true, scene.rotation);
      gl.uniform1f(place("distance"), scene.distance);
      gl.uniform1f(place("focal"), scene.focal);
      gl.uniform3fv(place("light"), scene.light);
      gl.uniform1f(place("ambient"), scene.ambient);
      gl.uniform1f(place("diffuse"), scene.diffuse);
      const wide = model.faces instanceof Uint32Array;
      gl.drawElements(gl.TRIANGLES, model.faces.length, wide ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT, 0);
    },
  };
}
