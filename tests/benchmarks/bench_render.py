"""40 poses of a textured sphere and the texture's gradient, and the lookup against grid_sample."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from pyfrontiers.kernels import (
    Mesh,
    Poses,
    rasterize,
    rasterize_reference,
    render,
    render_adjoint,
)

from .timing import Benchmark, Candidate, Target

POSES, SIDE, TEXTURE = 40, 128, 512
ALLOWED_SECONDS = 0.040


def _poses(count: int) -> Poses:
    q, r = torch.linalg.qr(torch.randn(count, 3, 3, dtype=torch.float64))
    q = q * r.diagonal(dim1=1, dim2=2).sign()[:, None, :]
    distance = torch.tensor([0.0, 0.0, 2.8]) + 0.2 * torch.randn(count, 3)
    return Poses(q * torch.linalg.det(q)[:, None, None], distance, light=torch.randn(count, 3))


def benchmark(elements: int) -> Benchmark:
    """Compare at the fixed size that the target is defined for."""
    del elements
    mesh, poses, size = Mesh.sphere(52, 50), _poses(POSES), (SIDE, SIDE)
    texture = torch.rand(3, TEXTURE, TEXTURE)
    gradient = torch.randn(POSES, 3, SIDE, SIDE)
    seen = rasterize(mesh, poses, size=size)
    grid, shade = 2 * seen.uv - 1, seen.shade[:, None]
    image, adjoint = torch.empty_like(gradient), torch.empty_like(texture)

    def forward() -> torch.Tensor:
        return render(texture, mesh, poses, size=size, out=image)

    def backward() -> torch.Tensor:
        arguments = (gradient, mesh, poses)
        return render_adjoint(*arguments, texture_size=(TEXTURE, TEXTURE), out=adjoint)

    def through_autograd() -> torch.Tensor:
        with torch.enable_grad():
            leaf = texture.detach().requires_grad_()
            (grad,) = torch.autograd.grad(render(leaf, mesh, poses, size=size), leaf, gradient)
        return grad

    def fragments() -> torch.Tensor:
        seen.render(texture)
        return seen.adjoint(gradient, texture_size=(TEXTURE, TEXTURE))

    def sampled(leaf: torch.Tensor) -> torch.Tensor:
        many = leaf.expand(POSES, -1, -1, -1)
        return shade * F.grid_sample(many, grid, padding_mode="border", align_corners=False)

    def grid_sample() -> torch.Tensor:
        with torch.enable_grad():
            leaf = texture.detach().requires_grad_()
            (grad,) = torch.autograd.grad(sampled(leaf), leaf, gradient)
        return grad

    def verify() -> None:
        few, small = _poses(2), (40, 50)
        ours, wanted = (f(mesh, few, size=small) for f in (rasterize, rasterize_reference))
        assert ours.face.equal(wanted.face)
        assert ours.uv.equal(wanted.uv)
        assert ours.shade.equal(wanted.shade)
        torch.testing.assert_close(forward(), sampled(texture), rtol=0, atol=2e-4)
        torch.testing.assert_close(backward(), grid_sample(), rtol=1e-3, atol=2e-3)
        assert through_autograd().equal(backward())
        assert fragments().equal(backward())

    candidates = (
        Candidate("render and render_adjoint", lambda: (forward(), backward())),
        Candidate("render", forward),
        Candidate("render_adjoint", backward),
        Candidate("render through autograd", through_autograd),
        Candidate("rasterize", lambda: rasterize(mesh, poses, size=size)),
        Candidate("look-up and its adjoint", fragments),
        Candidate("grid_sample and its backward", grid_sample),
    )
    targets = (
        Target("40 ms", "render and render_adjoint", (), 1, allowed=ALLOWED_SECONDS),
        Target(
            "grid_sample, given the map",
            "look-up and its adjoint",
            ("grid_sample and its backward",),
            1,
        ),
    )
    return Benchmark("render", verify, candidates, targets)
