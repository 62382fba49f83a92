"""Invalid meshes, poses and calls are rejected by name."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import Mesh, Poses, rasterize, render, render_adjoint

VERTICES = torch.tensor([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
FACES = torch.tensor([[0, 1, 2]])
UV = torch.rand(3, 2)
EYE, AHEAD = torch.eye(3), torch.tensor([0.0, 0.0, 3.0])


def with_nan(value, at=(1, 0)):
    changed = value.clone()
    changed[at] = math.nan
    return changed


class TestMesh:
    def test_accepts_arrays_and_lists(self):
        of_lists = Mesh(VERTICES.tolist(), FACES.tolist(), UV.tolist())
        of_arrays = Mesh(VERTICES.numpy(), FACES.numpy().astype(np.uint8), UV.numpy())
        for mesh in (of_lists, of_arrays):
            assert mesh.positions.equal(VERTICES.T.double())
            assert mesh.corners.equal(Mesh(VERTICES, FACES, UV).corners)

    def test_separate_texture_coordinate_indices(self):
        uv = torch.rand(5, 2)
        mesh = Mesh(VERTICES, FACES, uv, torch.tensor([[4, 0, 2]]))
        assert mesh.corners[0, [0, 1, 5, 6, 10, 11]].equal(uv[[4, 0, 2]].flatten())

    def test_flat_normals_face_the_front(self):
        assert Mesh(VERTICES, FACES, UV).corners[0, [2, 3, 4, 12, 13, 14]].tolist() == [0, 0, 1] * 2

    def test_sphere(self):
        sphere = Mesh.sphere(51, 50)
        assert len(sphere.faces) == 5000
        radius = torch.linalg.vector_norm(sphere.vertices, dim=1)
        torch.testing.assert_close(radius, torch.ones_like(radius))
        a, b, c = sphere.vertices[sphere.faces.long()].unbind(1)
        outward = (torch.linalg.cross(b - a, c - a) * (a + b + c)).sum(1)
        assert bool((outward > 0).all())

    @pytest.mark.parametrize(("rings", "segments"), [(1, 9), (9, 2)])
    def test_sphere_needs_faces(self, rings, segments):
        with pytest.raises(
            ValueError, match=f"rings must be at least 2 .*, got {rings} and {segments}"
        ):
            Mesh.sphere(rings, segments)

    @pytest.mark.parametrize(
        ("error", "match", "changed"),
        [
            (TypeError, "vertices must .*, got str", {"vertices": "a cube"}),
            (ValueError, r"vertices must .*\(any, 3\).*, got \(3, 2\)", {"vertices": UV}),
            (
                ValueError,
                r"vertices must .*fin.*, got nan at \[1, 0\]",
                {"vertices": with_nan(VERTICES)},
            ),
            (ValueError, r"uv must .*finite.*, got nan at \[1, 0\]", {"uv": with_nan(UV)}),
            (ValueError, r"uv must .*\(any, 2\).*, got \(3, 3\)", {"uv": VERTICES}),
            (ValueError, r"faces must .*, got \(1, 2\)", {"faces": FACES[:, :2]}),
            (
                TypeError,
                r"faces must hold integers, got dtype torch.float32",
                {"faces": FACES.float()},
            ),
            (ValueError, "faces must .*from 0 to 2 for 3 vert.*, got 3", {"faces": FACES + 1}),
            (ValueError, "faces must .*0 to 2.*, got -1", {"faces": FACES - 1}),
            (ValueError, "uv_faces must .*0 to 2.*, got 3", {"uv_faces": FACES + 1}),
            (ValueError, "uv_faces must .*1.*, got 2", {"uv_faces": FACES.expand(2, 3)}),
            (ValueError, "normals must .*3.*, got 2", {"normals": VERTICES[:2]}),
            (ValueError, "normals must .*got nan at", {"normals": with_nan(VERTICES)}),
        ],
    )
    def test_invalid_arguments(self, error, match, changed):
        with pytest.raises(error, match=match):
            Mesh(**{"vertices": VERTICES, "faces": FACES, "uv": UV, **changed})


class TestPoses:
    def test_one_value_for_all_poses(self):
        poses = Poses(EYE.expand(4, 3, 3), AHEAD, light=(0, 3, 4), ambient=torch.rand(4))
        assert len(poses) == 4
        assert poses.translation.equal(AHEAD.double().expand(4, 3))
        torch.testing.assert_close(poses.light, torch.tensor([[0, 0.6, 0.8]] * 4).double())
        assert len(Poses(EYE, AHEAD)) == 1
        assert len(Poses(torch.zeros(0, 3, 3), AHEAD)) == 0

    @pytest.mark.parametrize(
        ("error", "match", "changed"),
        [
            (TypeError, "translation must .*, got str", {"translation": "ahead"}),
            (
                ValueError,
                r"rotation must .*\(poses, 3, 3\).*, got \(2, 2\)",
                {"rotation": EYE[:2, :2]},
            ),
            (
                ValueError,
                "rotation must .*got a matrix for pose 0 that is off",
                {"rotation": 2 * EYE},
            ),
            (ValueError, "rotation must .*got a reflection for pose 0", {"rotation": -EYE}),
            (ValueError, "rotation must .*got nan at", {"rotation": with_nan(EYE)}),
            (
                ValueError,
                "translation must .*2.*, got 3",
                {"rotation": EYE.expand(2, 3, 3), "translation": AHEAD.expand(3, 3)},
            ),
            (ValueError, "focal_length must .*numbers above 0.*, got 0.0", {"focal_length": 0.0}),
            (ValueError, "focal_length must .*got inf at", {"focal_length": math.inf}),
            (ValueError, "light must .*got length 0", {"light": (0, 0, 0)}),
            (ValueError, "ambient must .*numbers >= 0.*, got -0.5", {"ambient": -0.5}),
            (ValueError, "diffuse must .*numbers >= 0.*, got -0.5", {"diffuse": -0.5}),
            (ValueError, "near must .*numbers >= 1e-06.*, got 0.0", {"near": 0.0}),
        ],
    )
    def test_invalid_arguments(self, error, match, changed):
        with pytest.raises(error, match=match):
            Poses(**{"rotation": EYE, "translation": AHEAD, **changed})


class TestCalls:
    @pytest.mark.parametrize("size", [4, (4,), (4, 4.0), (4, True), "44"])
    def test_size_of_wrong_type(self, scenes, size):
        with pytest.raises(TypeError, match=r"size must .*, got .*"):
            rasterize(scenes.box(), scenes.poses(1), size=size)

    @pytest.mark.parametrize("size", [(-1, 4), (4, 32769)])
    def test_size_out_of_range(self, scenes, size):
        with pytest.raises(ValueError, match=r"size must .*0 to 32768.*, got -?\d+"):
            rasterize(scenes.box(), scenes.poses(1), size=size)

    def test_mesh_and_poses_of_wrong_type(self, scenes):
        with pytest.raises(TypeError, match=r"mesh must .*a pyfrontiers\.kernels\.Mesh.*, got str"):
            rasterize("a cube", scenes.poses(1), size=(4, 4))
        with pytest.raises(
            TypeError, match=r"poses must .*a pyfrontiers\.kernels\.Poses.*, got Tensor"
        ):
            rasterize(scenes.box(), EYE, size=(4, 4))

    @pytest.mark.parametrize(
        ("error", "match", "texture"),
        [
            (TypeError, "texture must .*got ndarray", np.zeros((3, 4, 4), dtype=np.float32)),
            (
                TypeError,
                "texture must .*got .*torch.uint8",
                torch.zeros(3, 4, 4, dtype=torch.uint8),
            ),
            (ValueError, r"texture must .*\(channels, hei.*, got \(4, 4\)", torch.zeros(4, 4)),
            (ValueError, r"texture must .*sides.*, got shape \(3, 0, 4\)", torch.zeros(3, 0, 4)),
            (ValueError, r"texture must .*got .*meta", torch.zeros(3, 4, 4, device="meta")),
        ],
    )
    def test_invalid_texture(self, scenes, error, match, texture):
        for draw in (
            lambda: render(texture, scenes.box(), scenes.poses(2), size=(5, 5)),
            lambda: rasterize(scenes.box(), scenes.poses(2), size=(5, 5)).render(texture),
        ):
            with pytest.raises(error, match=match):
                draw()

    @pytest.mark.parametrize("shape", [(2,), (3, 3), (2, 3, 1), (3, 5, 6), (1, 3, 5, 5)])
    def test_invalid_background_shape(self, scenes, shape):
        with pytest.raises(ValueError, match=r"background must .*\(\) or \(3,\) or.*, got .*"):
            render(
                torch.zeros(3, 4, 4),
                scenes.box(),
                scenes.poses(2),
                size=(5, 5),
                background=torch.zeros(shape),
            )

    def test_invalid_background_type(self, scenes):
        with pytest.raises(TypeError, match=r"background must .*a number, a tensor.*, got str"):
            render(
                torch.zeros(3, 4, 4), scenes.box(), scenes.poses(2), size=(5, 5), background="sky"
            )

    def test_invalid_gradient(self, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        with pytest.raises(ValueError, match=r"gradient must .*\(2, c.*, got \(3, 3, 4, 4\)"):
            render_adjoint(torch.zeros(3, 3, 4, 4), mesh, poses, texture_size=(4, 4))
        seen = rasterize(mesh, poses, size=(4, 4))
        with pytest.raises(
            ValueError, match=r"gradient must have shape \(2, channels, 4, 4\), got"
        ):
            seen.adjoint(torch.zeros(2, 3, 4, 5), texture_size=(4, 4))
        with pytest.raises(ValueError, match=r"texture_size must .*1 to 32768.*, got 0"):
            render_adjoint(torch.zeros(2, 3, 4, 4), mesh, poses, texture_size=(0, 4))
