"""OBJ files as objects: where the mesh lies, and what its texture looks like rendered."""

import pytest
import torch
from example_meshes import BLUE, CORNERS, GREEN, MATERIAL, RED, SQUARE, WHITE, corner_colours, front
from PIL import Image

from pyfrontiers.physical.meshes import RADIUS, load_mesh


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


def test_mesh_without_texture_name_starts_plain(write):
    loaded = load_mesh(write(SQUARE.replace("mtllib square.mtl\n", ""), mtl=None, picture=None))
    assert loaded.notes == (
        "the file names no texture for 1 of 1 parts, which start in a plain colour",
    )
    assert len(loaded.object.texture.unique()) == 1
