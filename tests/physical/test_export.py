"""Exported objects: read back exactly, and looking the same in an independent renderer."""

import json
import struct

import numpy as np
import pytest
import torch
from independent_renderer import independent_picture

from pyfrontiers.kernels import Mesh, Poses, normal, render, uniform
from pyfrontiers.physical.export import file_stem, glb_bytes, obj_files, save_object
from pyfrontiers.physical.meshes import RADIUS, load_mesh
from pyfrontiers.physical.objects import TexturedObject

SIZE = 64


def ball(radius=RADIUS):
    """Return an ellipsoid with a smooth texture of distinct colours."""
    mesh = Mesh.sphere(24, 30)
    rows, columns = torch.meshgrid(
        torch.linspace(0, 1, 48), torch.linspace(0, 1, 96), indexing="ij"
    )
    texture = torch.stack([rows, columns, (7 * columns + 3 * rows).sin() ** 2])
    stretched = mesh.vertices * torch.tensor([1.0, 0.8, 0.6], dtype=torch.float64) * radius
    moved = Mesh(stretched, mesh.faces, mesh.uv, mesh.uv_faces, mesh.normals)
    return TexturedObject("ball", moved, (texture * 255).round() / 255, ())


def poses(count, seed=0):
    q, _ = torch.linalg.qr(normal((count, 3, 3), seed=seed, dtype=torch.float64))
    q = q * torch.linalg.det(q).sign()[:, None, None]
    return Poses(q, [0, 0, 3.2], focal_length=1.1, ambient=1.0, diffuse=0.0)


@pytest.mark.parametrize("ending", ["glb", "obj"])
def test_exported_object_looks_the_same_in_an_independent_renderer(tmp_path, ending):
    pytest.importorskip("embreex", reason="embreex, which casts the rays, is not installed")
    obj = ball()
    save_object(obj, tmp_path)
    for seed in range(3):
        view = poses(1, seed)
        ours = render(obj.texture, obj.mesh, view, size=(SIZE, SIZE), background=-1.0)[0].numpy()
        theirs, hit = independent_picture(tmp_path / f"ball.{ending}", view)
        both = hit & (ours[0] >= 0)
        assert (hit == (ours[0] >= 0)).mean() > 0.998
        assert both.sum() > 500
        assert np.abs(ours - theirs)[:, both].max() < 0.01


@pytest.mark.parametrize("ending", ["glb", "obj"])
@pytest.mark.parametrize("normals", [True, False])
def test_exported_object_reads_back_the_same(tmp_path, ending, normals):
    obj = ball()
    if not normals:
        mesh = obj.mesh
        obj = TexturedObject("ball", Mesh(mesh.vertices, mesh.faces, mesh.uv), obj.texture, ())
    save_object(obj, tmp_path)
    found = load_mesh(tmp_path / f"ball.{ending}").object
    assert torch.equal(found.texture, obj.texture)
    assert (found.mesh.normals is not None) == normals
    view = poses(4)
    shaded = Poses(view.rotation, view.translation, light=(0.5, -0.4, -1.0))
    ours, theirs = (
        render(each.texture, each.mesh, shaded, size=(SIZE, SIZE)) for each in (obj, found)
    )
    # Coordinates are rounded to float32 or seven digits, which moves a few edges.
    assert ((ours - theirs).abs() < 1e-3).float().mean() > 0.999


def test_glb_is_what_the_format_demands():
    data = glb_bytes(ball())
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON"
    assert size % 4 == 0
    description = json.loads(data[20 : 20 + size])
    (body,) = description["buffers"]
    assert struct.unpack("<I4s", data[20 + size : 28 + size]) == (body["byteLength"], b"BIN\0")
    for view in description["bufferViews"]:
        assert view["byteOffset"] % 4 == 0
        assert view["byteOffset"] + view["byteLength"] <= body["byteLength"]
    for accessor in description["accessors"]:
        width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3}[accessor["type"]]
        view = description["bufferViews"][accessor["bufferView"]]
        assert view["byteLength"] == 4 * width * accessor["count"]
    assert len(description["accessors"][0]["min"]) == 3


def test_obj_separates_seam_vertices_from_texture_coordinates():
    files = obj_files(ball())
    assert set(files) == {"ball.obj", "ball.mtl", "ball.png"}
    lines = files["ball.obj"].decode().splitlines()
    corner = next(line for line in lines if line.startswith("f ")).split()[1].split("/")
    assert len(corner) == 3
    assert b"map_Kd ball.png" in files["ball.mtl"]


def test_existing_files_are_kept_unless_overwriting_is_asked_for(tmp_path):
    obj = ball()
    paths = save_object(obj, tmp_path / "new")
    assert [path.name for path in paths] == ["ball.glb", "ball.obj", "ball.mtl", "ball.png"]
    before = paths[0].read_bytes()
    paths[1].unlink()
    other = TexturedObject("ball", obj.mesh, torch.zeros(3, 4, 4), ())
    with pytest.raises(FileExistsError, match=r"must not hold ball\.glb, ball\.mtl, ball\.png"):
        save_object(other, tmp_path / "new")
    assert paths[0].read_bytes() == before
    assert not paths[1].exists()
    save_object(other, tmp_path / "new", overwrite=True)
    assert paths[0].read_bytes() != before


@pytest.mark.parametrize(
    ("name", "stem"),
    [("my turtle", "my-turtle"), ("../up", "up"), ("Schildkröte", "Schildkr-te"), ("°", "object")],
)
def test_file_names_are_plain(name, stem):
    assert file_stem(name) == stem


def test_random_texture_survives_the_export_bit_for_bit(tmp_path):
    obj = ball()
    noise = (uniform((3, 40, 50), seed=3) * 255).round() / 255
    save_object(TexturedObject("noise", obj.mesh, noise, ()), tmp_path)
    for ending in ("glb", "obj"):
        assert torch.equal(load_mesh(tmp_path / f"noise.{ending}").object.texture, noise)
