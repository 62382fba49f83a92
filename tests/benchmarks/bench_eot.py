"""The gradient of an expectation over transformation: 30 views of each of 16 photographs.

Only the transforms and their adjoint are timed, from the images to the views and from a gradient of
the views back to the images. Every candidate draws its own parameters. Compared with the same maps
through affine_grid and grid_sample, with kornia's functions and augmentation modules, and with the
transforms of the adversarial-robustness-toolbox (ART), which rotates, changes the brightness and
adds noise, but has neither zoom nor shift, and takes the nearest pixel.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from pyfrontiers.adversarial import Transforms2D
from pyfrontiers.kernels import sample_transforms

from .peers import load
from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.kernels import Transforms

    View = Callable[[torch.Tensor], torch.Tensor]

IMAGES, VIEWS, SIDE, MAX_ROUNDS = 16, 30, 224, 5
#: Rounds of ART, whose call takes about 9 s of processor time, twenty times as much as ours.
ART_ROUNDS = 3
AT_LEAST = 8.0
_OURS = "Transforms2D"
_ARITHMETIC = (
    "the adjoint takes half of our time and the noise a fifth, both bound by arithmetic; others "
    "are bound by memory, so the ratio depends on the machine and on what else runs"
)


def benchmark(elements: int) -> Benchmark:
    """Compare at the fixed size that the target is defined for."""
    del elements
    images = torch.rand(IMAGES, 3, SIDE, SIDE)
    upstream = torch.rand(IMAGES, VIEWS, 3, SIDE, SIDE)
    seen = Transforms2D()
    single: dict[str, View] = {
        _OURS: lambda x: seen.apply(x, seen.draw(1, VIEWS)),
        "affine_grid and grid_sample": lambda x: _eager(x[None].expand(VIEWS, -1, -1, -1)),
    }
    batched: dict[str, View] = {}
    if load("kornia") is not None:
        augment = _augmentations()
        for name, views in (("functions", _functions), ("augmentations", augment)):
            single[f"kornia {name}, an image at a time"] = partial(_repeated, views)
            batched[f"kornia {name}, one batch"] = partial(_repeated_batch, views)
    if load("art") is not None:
        # The gradient of each of its views has the size of the batch: one batch takes 30 times as
        # long.
        art = _art()
        single["ART"] = lambda x: art(x[None])
    gradients = {
        **{name: partial(_one_by_one, view, images, upstream) for name, view in single.items()},
        **{name: partial(_at_once, view, images, upstream) for name, view in batched.items()},
    }

    def verify() -> None:
        part, wanted = images[:1], upstream[:1]
        # Noise decides what is clipped, and each candidate draws its own: compare without.
        still = _draw(VIEWS)
        still.noise.zero_()
        (ours,) = _one_by_one(lambda x: seen.apply(x, still), part, wanted)
        for views in (_moved_by_torch, *([_moved_by_kornia] if load("kornia") else [])):
            (other,) = _one_by_one(
                lambda x, views=views: _coloured(
                    views(x[None].expand(VIEWS, -1, -1, -1), still), still
                ),
                part,
                wanted,
            )
            share = float((other - ours).abs().gt(1e-2).float().mean())
            assert share < 1e-3, f"{share:.2%} of the gradient differ"
        for name, gradient in gradients.items():
            found = gradient()
            assert found.shape == images.shape, name
            assert bool(found.isfinite().all()), name
            # Each view passes on most of what reaches it: 30 times the mean of the gradient, 1/2.
            assert 0.5 < float(found.mean()) / (VIEWS / 2) < 1.5, name

    candidates = [
        Candidate(name, gradient, max_rounds=ART_ROUNDS if name == "ART" else None)
        for name, gradient in gradients.items()
    ]
    kornia = tuple(name for name in gradients if name.startswith("kornia"))
    targets = [
        Target("ART, rotation, brightness and noise", _OURS, ("ART",), AT_LEAST),
        Target(
            "kornia, its fastest form",
            _OURS,
            kornia or ("kornia",),
            AT_LEAST,
            if_missed=_ARITHMETIC,
        ),
        Target(
            "affine_grid, grid_sample, elementwise",
            _OURS,
            ("affine_grid and grid_sample",),
            AT_LEAST,
            if_missed=_ARITHMETIC,
        ),
    ]
    return Benchmark("eot", verify, candidates, targets, max_rounds=MAX_ROUNDS)


def _one_by_one(view: View, images: torch.Tensor, upstream: torch.Tensor) -> torch.Tensor:
    """Return the gradients (N, C, H, W); only one image's views are in memory."""
    found = []
    with torch.enable_grad():
        for image, gradient in zip(images, upstream, strict=True):
            leaf = image.detach().requires_grad_()
            found.append(torch.autograd.grad(view(leaf), leaf, gradient)[0])
    return torch.stack(found)


def _at_once(view: View, images: torch.Tensor, upstream: torch.Tensor) -> torch.Tensor:
    with torch.enable_grad():
        leaf = images.detach().requires_grad_()
        return torch.autograd.grad(view(leaf), leaf, upstream.flatten(0, 1))[0]


def _repeated(views: View, x: torch.Tensor) -> torch.Tensor:
    return views(x[None].expand(VIEWS, -1, -1, -1))


def _repeated_batch(views: View, x: torch.Tensor) -> torch.Tensor:
    return views(x[:, None].expand(-1, VIEWS, -1, -1, -1).flatten(0, 1))


def _coloured(moved: torch.Tensor, drawn: Transforms) -> torch.Tensor:
    bias, noise = (each.float().reshape(-1, 1, 1, 1) for each in (drawn.bias[:, 0], drawn.noise))
    return (moved + bias + noise * torch.randn_like(moved)).clamp(0, 1)


def _draw(count: int) -> Transforms:
    return sample_transforms(count, Transforms2D().distribution, seed=1)


def _eager(x: torch.Tensor) -> torch.Tensor:
    drawn = _draw(len(x))
    return _coloured(_moved_by_torch(x, drawn), drawn)


def _functions(x: torch.Tensor) -> torch.Tensor:
    drawn = _draw(len(x))
    return _coloured(_moved_by_kornia(x, drawn), drawn)


def _moved_by_torch(x: torch.Tensor, drawn: Transforms) -> torch.Tensor:
    grid = functional.affine_grid(drawn.theta(SIDE, SIDE).float(), list(x.shape), False)
    return functional.grid_sample(x, grid, align_corners=False)


def _moved_by_kornia(x: torch.Tensor, drawn: Transforms) -> torch.Tensor:
    geometry = importlib.import_module("kornia.geometry.transform")
    # warp_affine takes the inverse map, in pixels from the image's corner.
    linear = drawn.linear.inverse()
    middle = torch.full((2, 1), (SIDE - 1) / 2, dtype=torch.float64)
    shift = middle - linear @ middle + drawn.translation[:, :, None] * SIDE
    maps = torch.cat((linear, shift), dim=2).float()
    moved: torch.Tensor = geometry.warp_affine(x, maps, (SIDE, SIDE), align_corners=True)
    return moved


def _augmentations() -> View:
    augmentation = importlib.import_module("kornia.augmentation")
    ranges = Transforms2D().distribution
    chain: View = augmentation.AugmentationSequential(
        augmentation.RandomAffine(
            ranges.rotation[1], translate=(ranges.translation[1],) * 2, scale=ranges.scale, p=1.0
        ),
        augmentation.RandomBrightness((0.95, 1.05), p=1.0),
        augmentation.RandomGaussianNoise(std=0.05, p=1.0),
    )
    return lambda x: chain(x).clamp(0, 1)


def _art() -> View:
    folder = "art.preprocessing.expectation_over_transformation"
    found = importlib.import_module(folder)
    ranges = Transforms2D().distribution
    limits = (0.0, 1.0)
    rotate = found.EoTImageRotationPyTorch(VIEWS, limits, angles=ranges.rotation)
    lighten = found.EoTBrightnessPyTorch(1, limits, delta=ranges.brightness)
    disturb = found.EoTGaussianNoisePyTorch(1, limits, std=ranges.noise)

    def views(x: torch.Tensor) -> torch.Tensor:
        for step in (rotate, lighten, disturb):
            x = step.forward(x)[0]
        return x

    return views
