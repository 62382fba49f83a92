"""A random affine map, colours and noise on every image, forward and gradient.

Against the same through affine_grid, grid_sample and elementwise operations, and through kornia's
warp_affine and enhance functions where kornia is installed.
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from pyfrontiers.kernels import (
    TransformDistribution,
    sample_transforms,
    transform,
    transform_reference,
)

from .timing import Benchmark, Contender, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.kernels import Transforms

    Function = Callable[[torch.Tensor], torch.Tensor]

SIDE = 224


def benchmark(elements: int) -> Benchmark:
    """Compare on half of `elements` in images of 224 pixels: 32 of them for 9.6 million."""
    count = max(1, elements // 2 // (3 * SIDE * SIDE))
    images = torch.rand(count, 3, SIDE, SIDE)
    distribution = TransformDistribution(contrast=(0.8, 1.2))
    transforms = sample_transforms(count, distribution, seed=1)

    def ours(x: torch.Tensor) -> torch.Tensor:
        return transform(x, transforms, per_image=True).squeeze(0)

    functions: dict[str, Function] = {"transform": ours, "eager": _eager(transforms)}
    if importlib.util.find_spec("kornia") is not None:
        functions["kornia"] = _kornia(transforms)

    def verify() -> None:
        part, own = images[:2], transforms[:2]
        wanted = transform_reference(part, own, per_image=True)[0]
        result = transform(part, own, per_image=True)[0]
        torch.testing.assert_close(result, wanted, rtol=0, atol=1e-4)
        for name, function in functions.items():
            # Every one draws its own noise.
            mean, same = function(images).mean(), ours(images).mean()
            assert abs(mean - same) < 1e-3, name

    names = tuple(functions)
    forward = [Contender(name, partial(function, images)) for name, function in functions.items()]
    both = [
        Contender(_both(name), partial(_with_gradient, function, images))
        for name, function in functions.items()
    ]
    targets = [
        Target("grid_sample and elementwise", _both("transform"), (_both("eager"),), 4),
        *(
            Target("the same through kornia", _both("transform"), (_both(name),), 8)
            for name in names
            if name == "kornia"
        ),
    ]
    return Benchmark("transform", verify, (*forward, *both), targets)


def _both(name: str) -> str:
    return f"{name}, with gradient"


def _with_gradient(function: Function, images: torch.Tensor) -> torch.Tensor:
    with torch.enable_grad():
        leaf = images.detach().requires_grad_()
        return torch.autograd.grad(function(leaf), leaf, images)[0]


def _eager(transforms: Transforms) -> Function:
    theta = transforms.theta(SIDE, SIDE).float()
    gain = transforms.colour.diagonal(dim1=1, dim2=2)[:, :, None, None].float()
    bias = transforms.bias[:, :, None, None].float()
    noise = transforms.noise[:, None, None, None].float()

    def apply(x: torch.Tensor) -> torch.Tensor:
        grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
        moved = functional.grid_sample(x, grid, align_corners=False)
        return moved * gain + bias + noise * torch.randn_like(moved)

    return apply


def _kornia(transforms: Transforms) -> Function:
    enhance = importlib.import_module("kornia.enhance")
    geometry = importlib.import_module("kornia.geometry.transform")

    # warp_affine takes the inverse map, in pixels from the corner of the image.
    linear = transforms.linear.inverse()
    middle = torch.full((2, 1), (SIDE - 1) / 2, dtype=torch.float64)
    shift = middle - linear @ middle + transforms.translation[:, :, None] * SIDE
    maps = torch.cat((linear, shift), dim=2).float()
    contrast = transforms.colour[:, 0, 0].float()
    brightness = transforms.bias[:, 0].float()
    noise = transforms.noise[:, None, None, None].float()

    def apply(x: torch.Tensor) -> torch.Tensor:
        moved = geometry.warp_affine(x, maps, (SIDE, SIDE), align_corners=True)
        contrasted = enhance.adjust_contrast(moved, contrast, clip_output=False)
        shifted: torch.Tensor = enhance.adjust_brightness(contrasted, brightness, clip_output=False)
        return shifted + noise * torch.randn_like(shifted)

    return apply
