"""Meshes and poses for the tests of the renderer."""

import torch

from pyfrontiers.kernels import Mesh, Poses


class Scenes:
    """Meshes and poses for the tests of the renderer."""

    @staticmethod
    def rotations(count, seed=0):
        """Uniform rotations: the orthogonal factor of a normal matrix, with signs corrected."""
        generator = torch.Generator().manual_seed(seed)
        normal = torch.randn(count, 3, 3, generator=generator, dtype=torch.float64)
        q, r = torch.linalg.qr(normal)
        q = q * r.diagonal(dim1=1, dim2=2).sign()[:, None, :]
        return q * torch.linalg.det(q)[:, None, None]

    @staticmethod
    def poses(count, seed=0, **changed):
        """Random poses of an object of radius 1, a little off the axis, lit from anywhere."""
        generator = torch.Generator().manual_seed(seed + 1)

        def number(*shape):
            return torch.rand(*shape, generator=generator, dtype=torch.float64)

        arguments = {
            "rotation": Scenes.rotations(count, seed),
            "translation": number(count, 3) - 0.5 + torch.tensor([0.0, 0.0, 2.8]),
            "focal_length": 0.9 + 0.2 * number(count),
            "light": number(count, 3) - 0.5,
            "ambient": 0.2 + 0.2 * number(count),
            "diffuse": 0.5 + 0.5 * number(count),
        }
        return Poses(**{**arguments, **changed})

    @staticmethod
    def box(**changed):
        """A cube: twelve large faces with sharp edges."""
        signs = [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
        sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        faces = [face for a, b, c, d in sides for face in ((a, b, c), (a, c, d))]
        uv = torch.rand(8, 2, generator=torch.Generator().manual_seed(7))
        return Mesh(
            0.6 * torch.tensor(signs, dtype=torch.float64), torch.tensor(faces), uv, **changed
        )

    @staticmethod
    def soup(count=60, **changed):
        """Random intersecting triangles, one of them degenerate, with uv beyond [0, 1]."""
        generator = torch.Generator().manual_seed(3)
        vertices = torch.randn(count * 3, 3, generator=generator, dtype=torch.float64)
        vertices[3:6] = vertices[3]
        uv = torch.rand(count * 3, 2, generator=generator) * 1.4 - 0.2
        return Mesh(vertices, torch.arange(count * 3).reshape(-1, 3), uv, **changed)

    @staticmethod
    def flat(vertices, faces, **changed):
        """A mesh in the plane z = 0, for `straight_on`: vertices (x, y) in pixels."""
        vertices = torch.as_tensor(vertices, dtype=torch.float64)
        uv = torch.rand(len(vertices), 2, generator=torch.Generator().manual_seed(5))
        return Mesh(torch.nn.functional.pad(vertices, (0, 1)), faces, uv, **changed)

    @staticmethod
    def straight_on(size, **changed):
        """The pose in which a point (x, y, 0) appears at column x and row y of the image."""
        height, width = size
        centre = torch.tensor([-width / 2, -height / 2, float(height)], dtype=torch.float64)
        return Poses(torch.eye(3), centre, **changed)
