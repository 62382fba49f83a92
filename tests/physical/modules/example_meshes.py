"""Small meshes as files, and what is seen of them."""

from __future__ import annotations

import io
import json
import struct

import numpy as np
import torch
from PIL import Image

from pyfrontiers.kernels import Poses, render

#: Red upper left, green upper right, blue lower left, white lower right.
CORNERS = (
    np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    .repeat(16, 0)
    .repeat(16, 1)
)

# A square in the plane z = 0 that faces +z with its upper edge at +y, as OBJ and glTF stand.
SQUARE = """\
mtllib square.mtl
v -1 -1 0
v 1 -1 0
v 1 1 0
v -1 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl paint
f 1/1 2/2 3/3
f 1/1 3/3 4/4
"""
MATERIAL = "newmtl paint\nKd 0.8 0.8 0.8\nmap_Kd square.png\n"


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def png(pixels):
    """Return pixels (height, width, 3) as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def front(obj, size=64):
    """Render an object from its front, the +x axis, with z up, unshaded: (3, size, size)."""
    # Camera x is -y of the object's left, camera y is down, camera z is -x.
    rotation = torch.tensor([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], dtype=torch.float64)
    poses = Poses(rotation, [0, 0, 3.0], focal_length=1.3, ambient=1.0, diffuse=0.0)
    return render(obj.texture, obj.mesh, poses, size=(size, size))[0]


def corner_colours(picture):
    """Return the colours of the quadrants of what is seen: upper left, upper right, ..."""
    size = picture.shape[-1]
    near, far = size // 2 - size // 6, size // 2 + size // 6
    places = [(near, near), (near, far), (far, near), (far, far)]
    return [tuple(round(float(v) * 255) for v in picture[:, r, c]) for r, c in places]


def glb(nodes, materials, images=()):
    """Return a GLB file whose nodes all show the square."""
    points = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], "<f4")
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4")
    blobs = [points.tobytes(), uv.tobytes(), np.array([0, 1, 2, 0, 2, 3], "<u4").tobytes()]
    blobs += [png(image) for image in images]
    body, views = b"", []
    for blob in blobs:
        views.append({"buffer": 0, "byteOffset": len(body), "byteLength": len(blob)})
        body += blob + b"\0" * (-len(blob) % 4)
    attributes = {"POSITION": 0, "TEXCOORD_0": 1}
    primitive = {"attributes": attributes, "indices": 2}
    kinds = [("VEC3", 4, 5126), ("VEC2", 4, 5126), ("SCALAR", 6, 5125)]
    description = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "scene": 0,
        "nodes": nodes,
        "meshes": [{"primitives": [primitive | {"material": m}]} for m in range(len(materials))],
        "materials": materials,
        "textures": [{"source": index} for index in range(len(images))],
        "images": [{"bufferView": 3 + i, "mimeType": "image/png"} for i in range(len(images))],
        "accessors": [
            {"bufferView": i, "type": kind, "count": count, "componentType": number}
            for i, (kind, count, number) in enumerate(kinds)
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": len(body)}],
    }
    text = json.dumps(description).encode()
    text += b" " * (-len(text) % 4)
    rest = struct.pack("<I4s", len(text), b"JSON") + text
    rest += struct.pack("<I4s", len(body), b"BIN\0") + body
    return struct.pack("<4sII", b"glTF", 2, 12 + len(rest)) + rest


PAINTED = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
SECOND = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 1}}}
PLAIN = {"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}
