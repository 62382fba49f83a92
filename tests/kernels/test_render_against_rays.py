"""The renderer agrees with an independent one: rays through pixel centres, cast by Embree."""

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import Mesh, rasterize

trimesh = pytest.importorskip("trimesh", reason="trimesh, which asks Embree, is not installed")
pytest.importorskip("embreex", reason="embreex, which casts the rays, is not installed")

SIZE = (96, 112)


def cast(mesh, poses, pose):
    """Nearest face, depth and barycentric position hit by the ray through each pixel's centre."""
    height, width = SIZE
    scale = height * float(poses.focal_length[pose])
    row, column = np.mgrid[0:height, 0:width] + 0.5
    away = np.stack([(column - width / 2) / scale, (row - height / 2) / scale, 0 * row + 1], -1)
    rotation, translation = poses.rotation[pose].numpy(), poses.translation[pose].numpy()
    directions = away.reshape(-1, 3) @ rotation  # rows times R: the inverse rotation
    origin = np.tile(-translation @ rotation, (len(directions), 1))
    scene = trimesh.Trimesh(mesh.vertices.numpy(), mesh.faces.numpy(), process=False)
    rays = trimesh.ray.ray_pyembree.RayMeshIntersector(scene, scale_to_box=False)
    face = rays.intersects_first(origin, directions)
    hit = face >= 0
    triangles = scene.triangles[face[hit]]
    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    ahead = np.einsum("ij,ij->i", normal, triangles[:, 0] - origin[hit])
    depth = np.full(len(face), np.inf)
    depth[hit] = ahead / np.einsum("ij,ij->i", normal, directions[hit])
    return face.reshape(SIZE), depth.reshape(SIZE)


def on_an_edge(mesh, poses, pose, row, column):
    """Distance in pixels from a pixel's centre to the nearest projected edge of the mesh."""
    q = mesh.vertices @ poses.rotation[pose].T + poses.translation[pose]
    scale = SIZE[0] * poses.focal_length[pose]
    shift = torch.tensor([SIZE[1] / 2, SIZE[0] / 2], dtype=torch.float64)
    screen = q[:, :2] / q[:, 2:] * scale + shift
    faces = mesh.faces.long()
    a, b = screen[faces].flatten(0, 1), screen[faces.roll(1, dims=1)].flatten(0, 1)
    centre = torch.tensor([column + 0.5, row + 0.5], dtype=torch.float64)
    along = b - a
    part = ((centre - a) * along).sum(1) / (along * along).sum(1).clamp_min(1e-30)
    return float((a + part.clamp(0, 1)[:, None] * along - centre).norm(dim=1).min())


# Vertices are rounded to 1/4096 pixel and Embree computes in float32, so both may differ where a
# centre is as close as that to an edge: at most one pixel in 500, none further than 0.002 off.
SHARE, DISTANCE = 0.002, 0.002


@pytest.mark.parametrize("shape", ["sphere", "torus", "box"])
def test_matches_ray_casting(shape, scenes):
    if shape == "torus":
        torus = trimesh.creation.torus(0.7, 0.3, major_sections=60, minor_sections=40)
        mesh = Mesh(torus.vertices, torus.faces, torch.zeros(len(torus.vertices), 2))
    else:
        mesh = Mesh.sphere(52, 50) if shape == "sphere" else scenes.box()
    poses = scenes.poses(3, seed=4)
    seen = rasterize(mesh, poses, size=SIZE)
    for pose in range(3):
        face, depth = cast(mesh, poses, pose)
        ours, near = seen.face[pose].numpy(), seen.depth[pose].numpy()
        differs = ours != face
        assert (face >= 0).sum() > 500
        assert differs.mean() < SHARE
        for row, column in np.argwhere(differs):
            assert on_an_edge(mesh, poses, pose, row, column) < DISTANCE
        same = ~differs & (face >= 0)
        np.testing.assert_allclose(near[same], depth[same], rtol=1e-4)
