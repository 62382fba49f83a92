"""Transforms and rendering on a GPU, forward and gradient, compared with grid_sample."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from pyfrontiers import kernels
from pyfrontiers.kernels import Mesh, Poses, TransformDistribution

from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

_SIDE = 224
_POSES, _SCREEN, _TEXTURE = 40, 128, 512


def _with_gradient(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, gradient: torch.Tensor
) -> torch.Tensor:
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        return torch.autograd.grad(function(leaf), leaf, gradient)[0]


def sample_transforms(_elements: int, device: str) -> Benchmark:
    """Parameters of 4,096 transforms, drawn on the GPU."""
    distribution, count = TransformDistribution(contrast=(0.8, 1.2)), 1 << 12

    def verify() -> None:
        here = kernels.sample_transforms(500, distribution, seed=1, device=device)
        there = kernels.sample_transforms(500, distribution, seed=1)
        assert here.linear.cpu().equal(there.linear)
        assert here.colour.cpu().equal(there.colour)

    def drawn(where: str) -> object:
        return kernels.sample_transforms(count, distribution, seed=1, device=where)

    candidates = (
        Candidate("sample_transforms", partial(drawn, device)),
        Candidate("sample_transforms on the CPU", partial(drawn, "cpu")),
    )
    return Benchmark("sample_transforms", verify, candidates)


def transform(elements: int, device: str) -> Benchmark:
    """Affine maps, colours and noise on images of 224 pixels, at most 512 of them."""
    count = max(1, min(512, elements // (3 * _SIDE * _SIDE)))
    images = torch.rand(count, 3, _SIDE, _SIDE, device=device)
    drawn = kernels.sample_transforms(count, TransformDistribution(contrast=(0.8, 1.2)), seed=1)
    transforms = drawn.to(device)
    theta = drawn.theta(_SIDE, _SIDE).float().to(device)
    gain = drawn.colour.diagonal(dim1=1, dim2=2)[:, :, None, None].float().to(device)
    bias = drawn.bias[:, :, None, None].float().to(device)
    noise = drawn.noise[:, None, None, None].float().to(device)

    def ours(x: torch.Tensor) -> torch.Tensor:
        return kernels.transform(x, transforms, per_image=True).squeeze(0)

    def eager(x: torch.Tensor) -> torch.Tensor:
        grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
        moved = functional.grid_sample(x, grid, align_corners=False)
        return moved * gain + bias + noise * torch.randn_like(moved)

    def verify() -> None:
        part, own = images[:2], drawn[:2]
        here = kernels.transform(part, own.to(device), per_image=True)
        there = kernels.transform(part.cpu(), own, per_image=True)
        torch.testing.assert_close(here.cpu(), there, rtol=0, atol=1e-4)
        assert float((eager(images).mean() - ours(images).mean()).abs()) < 3e-3

    moved = 8 * images.numel()
    candidates = (
        Candidate("transform", partial(ours, images), moved),
        Candidate("transform, with gradient", partial(_with_gradient, ours, images, images)),
        Candidate("eager", partial(eager, images), moved),
        Candidate("eager, with gradient", partial(_with_gradient, eager, images, images)),
    )
    both = "transform, with gradient"
    targets = (Target("affine_grid, grid_sample, elementwise", both, ("eager, with gradient",), 1),)
    return Benchmark("transform", verify, candidates, targets)


def render(_elements: int, device: str) -> Benchmark:
    """40 poses of 5,000 faces and the texture's gradient; the lookup against grid_sample."""
    generator = torch.Generator().manual_seed(0)
    q, _ = torch.linalg.qr(torch.randn(_POSES, 3, 3, generator=generator, dtype=torch.float64))
    turns = q * torch.linalg.det(q)[:, None, None]
    poses = Poses(turns, torch.tensor([0.0, 0.0, 2.8]).expand(_POSES, 3))
    mesh = Mesh.sphere(52, 50)
    there, at = mesh.to(device), poses.to(device)
    size = (_SCREEN, _SCREEN)
    texture = torch.rand(3, _TEXTURE, _TEXTURE, generator=generator).to(device)
    gradient = torch.randn(_POSES, 3, *size, generator=generator).to(device)
    seen = kernels.rasterize(there, at, size=size)
    grid, shade = 2 * seen.uv - 1, seen.shade[:, None]

    def ours(leaf: torch.Tensor) -> torch.Tensor:
        return kernels.render(leaf, there, at, size=size)

    def sampled(leaf: torch.Tensor) -> torch.Tensor:
        many = leaf.expand(_POSES, -1, -1, -1)
        return shade * functional.grid_sample(
            many, grid, padding_mode="border", align_corners=False
        )

    def verify() -> None:
        wanted = kernels.render(texture.cpu(), mesh, poses, size=size)
        assert ours(texture).cpu().equal(wanted)
        torch.testing.assert_close(ours(texture), sampled(texture), rtol=0, atol=2e-4)

    def fragments() -> torch.Tensor:
        seen.render(texture)
        return seen.adjoint(gradient, texture_size=(_TEXTURE, _TEXTURE))

    candidates = (
        Candidate("render", partial(ours, texture)),
        Candidate("render, with gradient", partial(_with_gradient, ours, texture, gradient)),
        Candidate("look-up and its adjoint", fragments),
        Candidate(
            "grid_sample and its backward", partial(_with_gradient, sampled, texture, gradient)
        ),
    )
    targets = (
        Target("grid_sample, given the map", "look-up and its adjoint", (candidates[3].name,), 1),
    )
    return Benchmark("render", verify, candidates, targets)
