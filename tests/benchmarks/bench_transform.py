"""A random affine map, colours and noise on every image, forward and gradient.

Compared with the same transforms through affine_grid, grid_sample and elementwise operations. If
kornia is installed, also with its functions warp_affine and adjust_*, and with its augmentation
modules, which draw the parameters in each call too.
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

from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.kernels import Transforms

    Function = Callable[[torch.Tensor], torch.Tensor]

SIDE = 224
_ARITHMETIC = (
    "varied from 7.5x to 9x over a day: ours is bound by arithmetic, the others by memory "
    "bandwidth shared with other virtual machines"
)


def benchmark(elements: int) -> Benchmark:
    """Compare on half of `elements` in images of 224 pixels: 32 of them for 9.6 million."""
    count = max(1, elements // 2 // (3 * SIDE * SIDE))
    images = torch.rand(count, 3, SIDE, SIDE)
    distribution = TransformDistribution(contrast=(0.8, 1.2))
    transforms = sample_transforms(count, distribution, seed=1)

    def ours(x: torch.Tensor) -> torch.Tensor:
        return transform(x, transforms, per_image=True).squeeze(0)

    def drawn(x: torch.Tensor) -> torch.Tensor:
        own = sample_transforms(count, distribution, seed=1)
        return transform(x, own, per_image=True).squeeze(0)

    same: dict[str, Function] = {"transform": ours, "eager": _eager(transforms)}
    baselines = {"eager": ("affine_grid, grid_sample, elementwise", "transform", 4.0)}
    alike: dict[str, Function] = {"sample_transforms and transform": drawn}
    if importlib.util.find_spec("kornia") is not None:
        same["kornia functions"] = _kornia_functions(transforms)
        alike["kornia augmentations"] = _kornia_augmentations()
        baselines["kornia functions"] = ("kornia, the same maps", "transform", 8.0)
        drawing = "sample_transforms and transform"
        baselines["kornia augmentations"] = ("kornia, the same distribution", drawing, 8.0)
    functions = {**same, **alike}

    def verify() -> None:
        part, own = images[:2], transforms[:2]
        wanted = transform_reference(part, own, per_image=True)[0]
        result = transform(part, own, per_image=True)[0]
        torch.testing.assert_close(result, wanted, rtol=0, atol=1e-4)
        for name, function in functions.items():
            # Each candidate draws its own noise, and the augmentations all parameters.
            difference = float((function(images).mean() - ours(images).mean()).abs())
            assert difference < (3e-3 if name in same else 0.1), name

    candidates = [
        *(Candidate(name, partial(function, images)) for name, function in functions.items()),
        *(
            Candidate(_both(name), partial(_with_gradient, function, images))
            for name, function in functions.items()
        ),
    ]
    targets = [
        Target(text, _both(own), (_both(name),), at_least, if_missed=_ARITHMETIC)
        for name, (text, own, at_least) in baselines.items()
    ]
    return Benchmark("transform", verify, candidates, targets)


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


def _kornia_functions(transforms: Transforms) -> Function:
    enhance = importlib.import_module("kornia.enhance")
    geometry = importlib.import_module("kornia.geometry.transform")

    # warp_affine takes the inverse map, in pixels from the image's corner.
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


def _kornia_augmentations() -> Function:
    augmentation = importlib.import_module("kornia.augmentation")
    chain: Function = augmentation.AugmentationSequential(
        augmentation.RandomAffine(22.5, translate=(0.1, 0.1), scale=(0.9, 1.4), p=1.0),
        augmentation.RandomContrast((0.8, 1.2), p=1.0),
        augmentation.RandomBrightness((0.95, 1.05), p=1.0),
        augmentation.RandomGaussianNoise(std=0.05, p=1.0),
    )
    return chain
