"""Coverage is exact, the nearest face is visible, and light and texture follow the geometry."""

import math

import pytest
import torch

from pyfrontiers.kernels import Mesh, Poses, rasterize, rasterize_reference, render

SIZE = (24, 29)
PARTS = ("face", "depth", "uv", "shade")


def covered_by_each_face(mesh, poses, size):
    """Number of faces that cover each pixel when each face is drawn alone."""
    total = 0
    for face in mesh.faces:
        alone = Mesh(mesh.vertices, face[None], mesh.uv, double_sided=mesh.double_sided)
        total += (rasterize(alone, poses, size=size).face[0] >= 0).int()
    return total


@pytest.mark.parametrize("size", [SIZE, (1, 1), (64, 3)], ids=str)
def test_matches_reference(isa, mesh, size, scenes):
    poses = scenes.poses(2)
    seen, wanted = (f(mesh, poses, size=size) for f in (rasterize, rasterize_reference))
    for part in PARTS:
        assert getattr(seen, part).equal(getattr(wanted, part)), part


def test_close_up_with_faces_behind_and_far_outside(isa, scenes):
    # The camera is inside the soup: faces cross the near plane and leave the image.
    poses = scenes.poses(3, translation=torch.zeros(3), near=0.3)
    mesh = scenes.soup(double_sided=True)
    seen, wanted = (f(mesh, poses, size=SIZE) for f in (rasterize, rasterize_reference))
    assert bool((seen.face >= 0).any())
    for part in PARTS:
        assert getattr(seen, part).equal(getattr(wanted, part)), part


class TestCoverage:
    @pytest.mark.parametrize("snapped", [1, 2, 4096, None], ids=str)
    def test_tiled_plane_has_neither_gaps_nor_overlaps(self, isa, scenes, snapped):
        # Vertices on pixel corners, on pixel centres, on the subpixel grid and anywhere.
        generator = torch.Generator().manual_seed(1)
        inner = torch.rand(6, 7, 2, generator=generator, dtype=torch.float64) * 0.8 + 0.1
        grid = torch.stack(torch.meshgrid(torch.arange(6), torch.arange(7), indexing="ij"), dim=2)
        points = (grid + inner) * torch.tensor([SIZE[0] / 6, SIZE[1] / 7])
        points[0, :, 0], points[-1, :, 0] = 0, SIZE[0]
        points[:, 0, 1], points[:, -1, 1] = 0, SIZE[1]
        points = points.flip(2).reshape(-1, 2)
        if snapped is not None:
            points = (points * snapped).round() / snapped
        cells = [
            (7 * i + j, 7 * i + j + 1, 7 * i + j + 8, 7 * i + j + 7)
            for i in range(5)
            for j in range(6)
        ]
        faces = [f for a, b, c, d in cells for f in ((a, b, c), (a, c, d))]
        mesh = scenes.flat(points, torch.tensor(faces), double_sided=True)
        # Moving corners may fold a cell over, so coverage counts with the sign of the face.
        corners = points[mesh.faces.long()]
        one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        winding = (one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sign().int()
        total = torch.zeros(SIZE, dtype=torch.int32)
        for face, sign in zip(mesh.faces, winding, strict=True):
            alone = Mesh(mesh.vertices, face[None], mesh.uv, double_sided=True)
            seen = rasterize(alone, scenes.straight_on(SIZE), size=SIZE)
            total += sign * (seen.face[0] >= 0)
        assert bool((total == total[0, 0]).all())
        assert abs(int(total[0, 0])) == 1

    def test_rays_enter_and_leave_a_closed_surface_equally_often(self, scenes):
        sphere = Mesh.sphere(8, 9)
        mesh = Mesh(sphere.vertices, sphere.faces, sphere.uv, double_sided=True)
        fronts = Mesh(sphere.vertices, sphere.faces, sphere.uv)
        poses = scenes.poses(1, translation=torch.tensor([0.0, 0.0, 2.5]))
        both, front = (covered_by_each_face(m, poses, SIZE) for m in (mesh, fronts))
        assert sorted(both.unique().tolist()) == [0, 2]
        assert both.equal(2 * front)

    def test_top_left_rule(self, scenes):
        # A square from pixel centre to pixel centre: its upper and left edges belong to it.
        square = [[2.5, 1.5], [6.5, 1.5], [6.5, 4.5], [2.5, 4.5]]
        mesh = scenes.flat(square, torch.tensor([[0, 1, 2], [0, 2, 3]]), double_sided=True)
        inside = torch.zeros(8, 10, dtype=torch.bool)
        inside[1:4, 2:6] = True
        seen = rasterize(mesh, scenes.straight_on((8, 10)), size=(8, 10))
        assert (seen.face[0] >= 0).equal(inside)

    def test_faces_without_area_are_not_drawn(self, scenes):
        line = [[0.0, 0.0], [4.0, 4.0], [8.0, 8.0], [3.0, 3.0]]
        faces = torch.tensor([[0, 1, 2], [1, 1, 1], [0, 2, 0]])
        mesh = scenes.flat(line, faces, double_sided=True)
        assert bool((rasterize(mesh, scenes.straight_on((8, 8)), size=(8, 8)).face < 0).all())


class TestVisibility:
    def test_lower_index_wins_a_tie(self, isa, scenes):
        triangle = [[0.0, 0.0], [0.0, 20.0], [20.0, 0.0]]
        mesh = scenes.flat(triangle, torch.tensor([[0, 1, 2]] * 5))
        seen = rasterize(mesh, scenes.straight_on((8, 8)), size=(8, 8))
        assert seen.face.unique().tolist() == [0]

    def test_nearer_face_wins_in_any_order(self, isa, scenes):
        points = torch.tensor(
            [[-9, -9, z] for z in (0.0, 1.0)]
            + [[-9, 99, z] for z in (0.0, 1.0)]
            + [[99, -9, z] for z in (0.0, 1.0)],
            dtype=torch.float64,
        )
        near, far = [0, 2, 4], [1, 3, 5]
        for faces, wanted in (([near, far], 0), ([far, near], 1)):
            mesh = Mesh(points, torch.tensor(faces), torch.zeros(6, 2))
            seen = rasterize(mesh, scenes.straight_on((8, 8)), size=(8, 8))
            assert seen.face.unique().tolist() == [wanted]
            torch.testing.assert_close(seen.depth, torch.full((1, 8, 8), 8.0))

    def test_back_faces_are_visible_for_double_sided_meshes_only(self, scenes):
        front, back = [[0, 1, 2]], [[0, 2, 1]]
        triangle = [[0.0, 0.0], [0.0, 20.0], [20.0, 0.0]]
        view = scenes.straight_on((8, 8), light=(0.0, 0.0, -1.0), ambient=0.3, diffuse=0.5)
        for faces, double_sided, drawn in (
            (front, False, True),
            (back, False, False),
            (front, True, True),
            (back, True, True),
        ):
            mesh = scenes.flat(triangle, torch.tensor(faces), double_sided=double_sided)
            seen = rasterize(mesh, view, size=(8, 8))
            assert bool((seen.face == 0).all()) is drawn
            # The back is lit like a front because its normal is flipped.
            torch.testing.assert_close(seen.shade, torch.full((1, 8, 8), 0.8 if drawn else 0.0))

    def test_face_across_the_near_plane_is_dropped(self):
        points = torch.tensor([[-1.0, -1.0, 2.0], [1.0, 1.0, 2.0], [1.0, -1.0, 2.0]])
        for depth, near, drawn in ((2.0, 1e-3, True), (2.0, 2.0, True), (2.0, 2.1, False)):
            mesh = Mesh(points, torch.tensor([[0, 1, 2]]), torch.zeros(3, 2), double_sided=True)
            poses = Poses(torch.eye(3), torch.tensor([0.0, 0.0, depth - 2.0]), near=near)
            assert bool((rasterize(mesh, poses, size=(9, 9)).face >= 0).any()) is drawn
        mesh = Mesh(points * torch.tensor([1, 1, -1]), mesh.faces, mesh.uv, double_sided=True)
        behind = rasterize(mesh, Poses(torch.eye(3), torch.zeros(3)), size=(9, 9))
        assert bool((behind.face < 0).all())
        assert bool(behind.depth.isinf().all())

    @pytest.mark.parametrize(("reach", "drawn"), [(2.6e5, True), (2.7e5, False)])
    def test_faces_beyond_the_guard_band_are_dropped(self, scenes, reach, drawn):
        mesh = scenes.flat([[-10, -10], [-10, 30], [reach, -10]], torch.tensor([[0, 1, 2]]))
        seen = rasterize(mesh, scenes.straight_on((8, 8)), size=(8, 8))
        assert bool((seen.face >= 0).all()) is drawn
        assert bool((seen.face >= 0).any()) is drawn


class TestGeometry:
    def test_projection_follows_the_equation(self):
        # A tiny face around a point: the pixel that sees it contains the point.
        height, width, focal = 200, 300, 1.7
        point = torch.tensor([0.31, -0.22, 0.4], dtype=torch.float64)
        rotation = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        translation = torch.tensor([0.1, 0.2, 3.0])
        around = torch.tensor([[-1.0, -1, 0], [1, -1, 0], [0, 1, 0]]) * 0.008
        mesh = Mesh(point + around, torch.tensor([[0, 1, 2]]), torch.zeros(3, 2), double_sided=True)
        poses = Poses(rotation, translation, focal_length=focal)
        q = rotation.double() @ point + translation.double()
        seen = rasterize(mesh, poses, size=(height, width)).face[0] >= 0
        row, column = (torch.nonzero(seen).double().mean(0) + 0.5).tolist()
        assert abs(column - (width / 2 + focal * height * float(q[0] / q[2]))) < 0.6
        assert abs(row - (height / 2 + focal * height * float(q[1] / q[2]))) < 0.6

    def test_texture_coordinates_are_perspective_correct(self, scenes):
        # uv = (x, y) of the vertex, so each pixel's uv is where its ray meets the face.
        generator = torch.Generator().manual_seed(2)
        points = torch.randn(3, 3, generator=generator, dtype=torch.float64)
        mesh = Mesh(points, torch.tensor([[0, 1, 2]]), points[:, :2], double_sided=True)
        poses = scenes.poses(8)
        seen = rasterize(mesh, poses, size=SIZE)
        pose, row, column = (seen.face >= 0).nonzero().T
        z = seen.depth[pose, row, column].double()
        scale = SIZE[0] * poses.focal_length[pose]
        x = (column + 0.5 - SIZE[1] / 2) / scale * z
        y = (row + 0.5 - SIZE[0] / 2) / scale * z
        camera = torch.stack([x, y, z], dim=1) - poses.translation[pose]
        own = (poses.rotation[pose].mT @ camera[..., None])[:, :2, 0]
        assert len(pose) > 200
        torch.testing.assert_close(seen.uv[pose, row, column].double(), own, rtol=0, atol=2e-3)

    @pytest.mark.parametrize("angle", [0.0, 0.4, 1.2, 1.5, 1.6, 3.0])
    def test_shading_is_lambertian(self, scenes, angle):
        triangle = [[0.0, 0.0], [0.0, 20.0], [20.0, 0.0]]
        mesh = scenes.flat(triangle, torch.tensor([[0, 1, 2]]))
        light = (5 * math.sin(angle), 0.0, -5 * math.cos(angle))
        view = scenes.straight_on((8, 8), light=light, ambient=0.2, diffuse=0.7)
        seen = rasterize(mesh, view, size=(8, 8))
        wanted = 0.2 + 0.7 * max(0.0, math.cos(angle))
        torch.testing.assert_close(seen.shade, torch.full((1, 8, 8), wanted))

    def test_vertex_normals_are_interpolated_and_normalised(self):
        sphere, poses = Mesh.sphere(60, 60), Poses(torch.eye(3), torch.tensor([0.0, 0.0, 4.0]))
        seen = rasterize(sphere, poses, size=(64, 64))
        covered = seen.face[0] >= 0
        # On a sphere the normal is the point itself; the light comes from the camera.
        z = (seen.depth[0][covered] - 4.0).clamp(-1, 1)
        torch.testing.assert_close(seen.shade[0][covered], 0.4 - 0.6 * z, rtol=0, atol=3e-3)

    def test_light_is_fixed_to_the_camera(self, scenes):
        # A sphere of one colour looks the same in every rotation.
        texture = torch.ones(1, 1, 1)
        poses = scenes.poses(
            12,
            translation=torch.tensor([0.0, 0.0, 4.0]),
            focal_length=1.0,
            light=(0.3, -0.5, -0.8),
            ambient=0.2,
            diffuse=0.8,
        )
        image = render(texture, Mesh.sphere(80, 80), poses, size=(32, 32))
        spread = image.amax(0) - image.amin(0)
        assert float(spread[:, 8:24, 12:20].max()) < 0.02


class TestEmpty:
    def test_empty_mesh_or_image(self, isa, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        no_faces = Mesh(torch.zeros(0, 3), torch.zeros(0, 3, dtype=torch.int64), torch.zeros(0, 2))
        no_poses = Poses(torch.zeros(0, 3, 3), torch.zeros(0, 3))
        assert bool((rasterize(no_faces, poses, size=(3, 4)).face < 0).all())
        for function in (rasterize, rasterize_reference):
            assert function(mesh, no_poses, size=(3, 4)).uv.shape == (0, 3, 4, 2)
        for size in ((0, 4), (3, 0), (0, 0)):
            assert rasterize(mesh, poses, size=size).depth.shape == (2, *size)
