"""Exported objects: read back exactly, and looking the same in an independent renderer."""

import json
import struct

import numpy as np
import pytest
import torch
import trimesh

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


def independent_picture(path, view, size=SIZE, samples=1):
    """Render a file as another program sees it: Embree's rays, trimesh's texture coordinates.

    Returns:
        (3, size, size) unshaded picture and (size, size) whether the object was hit.

    """
    scene = trimesh.load_scene(path, process=False)
    (mesh,) = scene.dump()
    material = mesh.visual.material
    image = getattr(material, "baseColorTexture", None) or material.image
    texels = np.asarray(image.convert("RGB"), float) / 255
    # A glTF or OBJ file has y up and its front towards z; ours has z up and its front towards x.
    turn = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    vertices = mesh.vertices @ turn.T
    scale = size * float(view.focal_length[0])
    row, column = np.mgrid[0:size, 0:size] + 0.5
    away = np.stack([(column - size / 2) / scale, (row - size / 2) / scale, 0 * row + 1], -1)
    rotation, translation = view.rotation[0].numpy(), view.translation[0].numpy()
    directions = away.reshape(-1, 3) @ rotation
    origins = np.tile(-translation @ rotation, (len(directions), 1))
    body = trimesh.Trimesh(vertices, mesh.faces, process=False)
    rays = trimesh.ray.ray_pyembree.RayMeshIntersector(body, scale_to_box=False)
    face, ray, place = rays.intersects_id(
        origins, directions, multiple_hits=False, return_locations=True
    )
    weights = trimesh.triangles.points_to_barycentric(body.triangles[face], place)
    uv = (weights[:, :, None] * mesh.visual.uv[mesh.faces[face]]).sum(1)
    picture = np.zeros((size * size, 3))
    picture[ray] = sampled(texels, uv[:, 0], 1 - uv[:, 1])
    hit = np.zeros(size * size, bool)
    hit[ray] = True
    return picture.reshape(size, size, 3).transpose(2, 0, 1), hit.reshape(size, size)


def sampled(texels, u, v):
    """Sample a texture (height, width, 3) bilinearly, with its edges repeated."""
    height, width = texels.shape[:2]
    x, y = u * width - 0.5, v * height - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    across, down = (x - left)[:, None], (y - top)[:, None]

    def at(r, c):
        return texels[np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)]

    upper = at(top, left) * (1 - across) + at(top, left + 1) * across
    lower = at(top + 1, left) * (1 - across) + at(top + 1, left + 1) * across
    return upper * (1 - down) + lower * down


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
