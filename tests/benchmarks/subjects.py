"""Kernels in the sweep over sizes: a call on n elements and the bytes it must move."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import Mesh, Poses, TransformDistribution

if TYPE_CHECKING:
    from collections.abc import Callable

    Prepared = tuple[Callable[[], object], int]

__all__ = ["COPY", "SUBJECTS", "Subject"]

_PASSES = 32
_STEP = {"step": 2 / 255, "epsilon": 8 / 255}


@dataclass(frozen=True)
class Subject:
    """A kernel that runs on any number of elements.

    Attributes:
        name: its name in the plot.
        prepare: maps a number of elements to the call and the bytes it reads and writes.
        computes: compute-bound, so a second thread must help.
        fresh: allocates a result in each call, too large to be pooled.
    """

    name: str
    prepare: Callable[[int], Prepared]
    computes: bool = False
    fresh: bool = False


def _copy(n: int) -> Prepared:
    x, out = torch.randn(n), torch.empty(n)
    return lambda: out.copy_(x), 8 * n


def _dropout(p: float) -> Callable[[int], Prepared]:
    def prepare(n: int) -> Prepared:
        x, out = torch.randn(n), torch.empty(n)
        return lambda: kernels.dropout(x, p, seed=1, out=out), 8 * n

    return prepare


def _mc_dropout(n: int) -> Prepared:
    x, out = torch.randn(n // _PASSES), torch.empty(_PASSES, n // _PASSES)
    return lambda: kernels.mc_dropout(x, 0.5, _PASSES, seed=1, out=out), 4 * (n + len(x))


def _mask(p: float) -> Callable[[int], Prepared]:
    return lambda n: (lambda: kernels.dropout_mask(n, p, seed=1, packed=True), n // 8)


def _uniform(n: int) -> Prepared:
    return lambda: kernels.uniform(n, seed=1), 4 * n


def _normal(n: int) -> Prepared:
    return lambda: kernels.normal(n, seed=1), 4 * n


def _step(name: str) -> Callable[[int], Prepared]:
    def prepare(n: int) -> Prepared:
        count = max(1, n // (1 << 17))  # samples of at most half a mebibyte, like photographs
        x, grad = torch.rand(count, n // count), torch.randn(count, n // count)
        origin, out = x.clone(), torch.empty_like(x)
        step = getattr(kernels, name)
        return lambda: step(x, grad, origin, **_STEP, out=out), 16 * n

    return prepare


def _moments(n: int) -> Prepared:
    samples = torch.randn(_PASSES, n // _PASSES)
    return lambda: kernels.moments(samples), 4 * (n + 2 * samples.shape[1])


def _predictive(n: int) -> Prepared:
    positions, classes = max(1, n // (_PASSES * 10)), 10
    logits = torch.randn(_PASSES, positions, classes)
    results = 4 * positions * (2 * classes + 3)
    return lambda: kernels.predictive(logits), 4 * logits.numel() + results


def _random_start(n: int) -> Prepared:
    origin = torch.rand(max(1, n >> 17), min(n, 1 << 17))
    call = kernels.random_start
    return lambda: call(origin, norm="linf", epsilon=8 / 255, seed=1), 8 * n


def _additive_noise(n: int) -> Prepared:
    x, out = torch.rand(n), torch.empty(n)
    return lambda: kernels.additive_noise(x, 0.1, seed=1, out=out), 8 * n


def _corrupt_labels(n: int) -> Prepared:
    labels = torch.randint(10, (n,))
    return lambda: kernels.corrupt_labels(labels, 0.5, 10, seed=1), 17 * n


def _images(n: int) -> tuple[int, int]:
    """Return how many square RGB images hold about n elements, and their side (at most 224)."""
    side = min(224, math.isqrt(n // 3))
    return max(1, n // (3 * side * side)), side


def _transform(n: int) -> Prepared:
    count, side = _images(n)
    images = torch.rand(count, 3, side, side)
    drawn = kernels.sample_transforms(count, TransformDistribution(contrast=(0.8, 1.2)), seed=1)
    call = kernels.transform
    return lambda: call(images, drawn, per_image=True), 8 * images.numel()


def _render(n: int) -> Prepared:
    count, side = _images(n)
    mesh, texture = Mesh.sphere(52, 50), torch.rand(3, 512, 512)
    turns = torch.linalg.qr(torch.randn(count, 3, 3, dtype=torch.float64))[0]
    turns = turns * torch.linalg.det(turns)[:, None, None]
    poses = Poses(turns, torch.tensor([0.0, 0.0, 2.8]).expand(count, 3))
    out = torch.empty(count, 3, side, side)
    call = kernels.render
    return lambda: call(texture, mesh, poses, size=(side, side), out=out), 4 * out.numel()


STEPS = ("linf_step", "l2_step", "l1_step")

COPY = Subject("copy", _copy)

SUBJECTS = (
    Subject("dropout, p = 0.5", _dropout(0.5)),
    Subject("dropout, p = 0.1", _dropout(0.1)),
    Subject("mc_dropout, T = 32", _mc_dropout),
    Subject("dropout_mask, packed, p = 0.5", _mask(0.5), computes=True),
    Subject("dropout_mask, packed, p = 0.1", _mask(0.1), computes=True),
    Subject("uniform", _uniform),
    Subject("normal", _normal, computes=True),
    Subject("corrupt_labels", _corrupt_labels, fresh=True),
    *(Subject(name, _step(name)) for name in STEPS if hasattr(kernels, name)),
    Subject("moments, T = 32", _moments),
    Subject("predictive, T = 32", _predictive, computes=True),
    Subject("random_start, L-inf", _random_start),
    Subject("additive_noise", _additive_noise, computes=True),
    Subject("transform", _transform, computes=True),
    Subject("render", _render, computes=True),
)
