"""Mesh files: what a file looks like rendered, and a sentence for each file that cannot be used."""

import io
import json
import struct

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers.kernels import Poses, render
from pyfrontiers.physical.meshes import RADIUS, MeshError, load_mesh

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


@pytest.fixture
def write(tmp_path):
    """Write square.obj with its material and texture, or other content; return its path."""

    def write(obj=SQUARE, mtl=MATERIAL, picture=CORNERS):
        path = tmp_path / "square.obj"
        path.write_bytes(obj if isinstance(obj, bytes) else obj.encode())
        if mtl is not None:
            (tmp_path / "square.mtl").write_text(mtl)
        if picture is not None:
            Image.fromarray(picture).save(tmp_path / "square.png")
        return path

    return write


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


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def test_texture_is_seen_upright_from_the_front(write):
    loaded = load_mesh(write())
    assert corner_colours(front(loaded.object)) == [RED, GREEN, BLUE, WHITE]
    assert loaded.notes == ()
    assert loaded.dropped == 0
    assert loaded.object.name == "square"


def test_mesh_is_centred_and_scaled(write):
    text = SQUARE.replace("v -1 -1 0", "v 99 -1 7").replace("v -1 1 0", "v 99 1 7")
    text = text.replace("v 1 -1 0", "v 103 -1 7").replace("v 1 1 0", "v 103 1 7")
    vertices = load_mesh(write(text + "v 1000 1000 1000\n")).object.mesh.vertices
    used = vertices[:4]
    assert torch.allclose(used.amin(0) + used.amax(0), torch.zeros(3, dtype=torch.float64))
    assert float(vertices.norm(dim=1).max()) == pytest.approx(RADIUS)
    # Twice as wide as it is high; width lies along y, height along z.
    extent = used.amax(0) - used.amin(0)
    assert float(extent[1] / extent[2]) == pytest.approx(2)
    assert float(extent[0]) == 0


def test_z_up_keeps_the_axes_of_the_file(write):
    vertices = load_mesh(write(), up="z").object.mesh.vertices
    assert float(vertices[:, 2].abs().max()) == 0


@pytest.mark.parametrize(
    "line", ["C:\\art\\square.png", "-s 1 1 1 -clamp on square.png", "./square.png", "SQUARE.PNG"]
)
def test_texture_is_found_as_exporters_write_its_name(write, line):
    mtl = MATERIAL.replace("square.png", line)
    assert corner_colours(front(load_mesh(write(mtl=mtl)).object)) == [RED, GREEN, BLUE, WHITE]


def test_other_texture_replaces_that_of_the_file(write, tmp_path):
    Image.fromarray(CORNERS[::-1]).save(tmp_path / "other.png")
    loaded = load_mesh(write(mtl=None, picture=None), texture=tmp_path / "other.png")
    assert corner_colours(front(loaded.object)) == [BLUE, WHITE, RED, GREEN]


def test_repeated_texture_is_repeated_in_the_texture(write):
    text = SQUARE.replace("vt 1 ", "vt 2 ").replace("vt 1 1", "vt 2 1")
    text = text.replace("vt 0 1", "vt 0 3").replace("vt 2 1", "vt 2 3")
    obj = load_mesh(write(text)).object
    assert obj.texture.shape == (3, 96, 64)
    assert float(obj.mesh.uv.min()) == 0
    assert float(obj.mesh.uv.max()) == 1
    seen = front(obj, 96)
    # Two columns by three rows of the whole texture: red at the upper left of each tile.
    inside = seen[:, :, (seen.sum(0) > 0).any(0)][:, (seen.sum(0) > 0).any(1)]
    rows, columns = inside.shape[1:]
    for i in range(3):
        for j in range(2):
            pixel = inside[:, int((i + 0.25) * rows / 3), int((j + 0.25) * columns / 2)]
            assert tuple((pixel * 255).round().int().tolist()) == RED


def test_tiles_outside_the_unit_square_are_moved_into_it(write):
    text = SQUARE.replace("vt 0", "vt 5").replace("vt 1", "vt 6")
    assert corner_colours(front(load_mesh(write(text)).object)) == [RED, GREEN, BLUE, WHITE]


def test_large_texture_is_reduced_and_reported(write):
    loaded = load_mesh(write(picture=CORNERS.repeat(4, 0).repeat(4, 1)), side=64)
    assert loaded.object.texture.shape == (3, 64, 64)
    assert corner_colours(front(loaded.object)) == [RED, GREEN, BLUE, WHITE]
    assert loaded.notes == ("the texture was reduced to 50 % of its size",)


def test_degenerate_faces_are_dropped_and_counted(write):
    loaded = load_mesh(write(SQUARE + "f 1/1 1/1 2/2\nv 0 0 0\nf 1/1 3/3 5/1\n"))
    assert loaded.dropped == 2
    assert loaded.notes == ("2 of 4 faces have no area and were dropped",)
    assert len(loaded.object.mesh.faces) == 2


def test_face_is_flat_without_normals_and_smooth_with_them(write):
    assert load_mesh(write()).object.mesh.normals is None
    text = SQUARE.replace("usemtl", "vn 0 0 1\nvn 0 1 0\nusemtl")
    for corner in range(1, 5):
        text = text.replace(f"{corner}/{corner}", f"{corner}/{corner}/{1 + (corner > 2)}")
    mesh = load_mesh(write(text)).object.mesh
    order = mesh.vertices[:, 2] > 0
    front_normal, up = torch.tensor([1.0, 0, 0]), torch.tensor([0, 0, 1.0])
    assert torch.equal(mesh.normals[~order], front_normal.expand(2, 3))
    assert torch.equal(mesh.normals[order], up.expand(2, 3))


def glb(nodes, materials, images=()):
    """Return a GLB file whose nodes all show the square."""
    points = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], "<f4")
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4")
    blobs = [points.tobytes(), uv.tobytes(), np.array([0, 1, 2, 0, 2, 3], "<u4").tobytes()]
    for image in images:
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        blobs.append(stream.getvalue())
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


def test_scene_of_several_textures_becomes_one_atlas(tmp_path):
    path = tmp_path / "scene.glb"
    nodes = [
        {"mesh": 0, "translation": [-1, 0, 0], "scale": [0.9, 0.9, 0.9]},
        {"mesh": 1, "translation": [1, 0, 0], "scale": [0.9, 0.9, 0.9]},
        {"mesh": 2, "translation": [0, 2, 0], "scale": [0.5, 0.5, 0.5]},
    ]
    inverse = 255 - CORNERS.repeat(2, 1)
    path.write_bytes(glb(nodes, [PAINTED, SECOND, PLAIN], [CORNERS, inverse]))
    loaded = load_mesh(path)
    assert loaded.notes[0] == (
        "the file names no texture for 1 of 3 parts, which start in a plain colour"
    )
    assert "3 textures were joined into one" in loaded.notes[1]
    assert len(loaded.object.mesh.faces) == 6
    seen = front(loaded.object, 256)
    rows, columns = np.where(np.asarray(seen.sum(0) > 0))
    top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
    height, width = bottom - top, right - left
    # The plain square lies above the two others: rows 0 to 0.26, 0.31 to 1 (heights 1.0 and 1.8).
    places = {
        (0.1, 0.5): RED,  # plain
        (0.5, 0.1): RED,
        (0.5, 0.4): GREEN,
        (0.9, 0.1): BLUE,
        (0.5, 0.6): (0, 255, 255),  # the inverse of red
        (0.9, 0.9): (0, 0, 0),
    }
    for (down, across), colour in places.items():
        pixel = seen[:, top + int(down * height), left + int(across * width)]
        assert tuple((pixel * 255).round().int().tolist()) == colour, (down, across)


def test_mirrored_node_stays_visible_from_its_front(tmp_path):
    path = tmp_path / "mirrored.glb"
    path.write_bytes(glb([{"mesh": 0, "scale": [-1, 1, 1]}], [PAINTED], [CORNERS]))
    obj = load_mesh(path).object
    assert not obj.mesh.double_sided
    assert corner_colours(front(obj)) == [GREEN, RED, WHITE, BLUE]


def test_content_decides_about_the_format(tmp_path):
    path = tmp_path / "renamed.obj"
    path.write_bytes(glb([{"mesh": 0}], [PAINTED], [CORNERS]))
    assert corner_colours(front(load_mesh(path).object)) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "square.obj is empty"),
        ("words without sense\n", "must have triangles, got none"),
        (SQUARE[: SQUARE.index("usemtl")], "must have triangles, got none"),
        (SQUARE.replace("v 1 1 0", "v nan 1 0"), "finite vertices, got NaN or infinity in 1 of 4"),
        (SQUARE.replace("v 1 1 0", "v 1e999 1 0"), "finite vertices"),
        (SQUARE.replace("v 1 1 0", "v -1e200 1 0"), "finite vertices"),
        ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", r"must have texture coordinates \(UV\), got none"),
        ("v 0 0 0\nvt 0 0\nf 1/1 1/1 1/1\n", "must have faces with an area, got 1 without"),
        (SQUARE.replace("vt 1 ", "vt 40 "), "must repeat at most 8 times across a face, got 40"),
        (SQUARE.replace("f 1/1 3/3 4/4", "f 1/1 3/3 9/4"), "square.obj"),
        (b"\0\1\2\3" * 50, "must be an OBJ, GLB or glTF file, got something else"),
        (b"glTF" + b"\0" * 50, "cannot be read as GLB"),
        (b'{"asset": {}}', "square.obj"),
    ],
)
def test_unusable_file_raises_a_sentence(write, text, message):
    with pytest.raises(MeshError, match=message):
        load_mesh(write(text))


def test_missing_files_raise_a_sentence(write, tmp_path):
    with pytest.raises(MeshError, match=r"needs square\.png, which cannot be found or read"):
        load_mesh(write(picture=None))
    (tmp_path / "square.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(MeshError, match=r"needs square\.png, which cannot be found or read"):
        load_mesh(write(picture=None))
    (tmp_path / "square.mtl").unlink()
    with pytest.raises(MeshError, match=r"needs square\.mtl"):
        load_mesh(write(mtl=None))
    with pytest.raises(MeshError, match="does not exist; name an OBJ or GLB file"):
        load_mesh(tmp_path / "none.obj")
    with pytest.raises(MeshError, match="is a folder"):
        load_mesh(tmp_path)
    with pytest.raises(MeshError, match=r"texture .*none\.png cannot be read"):
        load_mesh(write(), texture=tmp_path / "none.png")
    (tmp_path / "cube.stl").write_text("solid cube")
    with pytest.raises(MeshError, match=r"cube\.stl is a file of the format STL, which has no tex"):
        load_mesh(tmp_path / "cube.stl")


def test_damaged_image_inside_a_file_raises_a_sentence(tmp_path):
    data = glb([{"mesh": 0}], [PAINTED], [CORNERS])
    start = data.index(b"\x89PNG") + 8
    path = tmp_path / "damaged.glb"
    path.write_bytes(data[:start] + b"x" * 40 + data[start + 40 :])
    with pytest.raises(
        MeshError, match=r"damaged\.glb needs image 1 inside it \(image/png\), whic"
    ):
        load_mesh(path)


def test_mesh_without_texture_name_starts_plain(write):
    loaded = load_mesh(write(SQUARE.replace("mtllib square.mtl\n", ""), mtl=None, picture=None))
    assert loaded.notes == (
        "the file names no texture for 1 of 1 parts, which start in a plain colour",
    )
    assert len(loaded.object.texture.unique()) == 1


def test_too_many_faces_and_bytes_are_refused_with_the_number(write, monkeypatch):
    monkeypatch.setattr("pyfrontiers.physical.mesh_files.MAX_FACES", 1)
    with pytest.raises(MeshError, match="must have at most 1 faces, got 2; decimate it first"):
        load_mesh(write())
    monkeypatch.setattr("pyfrontiers.physical.mesh_files.LARGEST_FILE", 10)
    with pytest.raises(MeshError, match="must have at most 0 MB, got 0 MB"):
        load_mesh(write())
