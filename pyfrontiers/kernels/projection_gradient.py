"""The derivative of a projection, from its optimality conditions."""

from __future__ import annotations

import torch
from torch import Tensor

from pyfrontiers.kernels.parameters import spread
from pyfrontiers.kernels.project_reference import box_within


def projection_gradient(
    gradient: Tensor,
    x: Tensor,
    origin: Tensor,
    projected: Tensor,
    norm: str,
    epsilon: Tensor,
    low: Tensor,
    high: Tensor,
) -> tuple[Tensor, Tensor]:
    """Back-propagate through a projection to x and origin, where it is differentiable.

    An element is clipped by the box, at its centre, or free. Free elements are o + t d (L2) or o +
    d - t sign(d) (L1) with d = x - o, where t depends on all of them so that the norm is epsilon.
    With y the gradient and n the outward normal over the free elements, n = d or sign(d), x gets y
    without its component along n; the origin gets that component with opposite sign.
    """
    least, most = box_within((low, high), x)
    y, d, w = gradient.double(), x.double() - origin.double(), projected.double() - origin.double()
    rest = tuple(range(1, x.dim()))
    boxed = (projected.double() <= least) | (projected.double() >= most)
    untouched = x.double().maximum(least).minimum(most).to(x.dtype) == projected
    within = untouched.all(dim=rest, keepdim=True) if rest else untouched
    radius = spread(epsilon, x).to(x.device)
    centre = radius < (1 if norm == "l0" else torch.finfo(torch.float64).tiny)
    if norm == "l0":
        free = untouched & ~boxed & (d != 0)
        to_x = torch.where(free | (within & ~boxed), y, 0)
        to_origin = torch.where(boxed | free | within, 0, y)
        return to_x.to(x.dtype), to_origin.to(x.dtype)
    free = (w != 0) & ~boxed
    normal = torch.where(free, d if norm == "l2" else d.sign(), 0)
    squares, along, size = (
        _sum(value, rest) for value in (normal.square(), y * normal, w.abs() * normal.abs())
    )
    scale = torch.where(squares > 0, size / squares, 0) if norm == "l2" else torch.ones_like(along)
    part = torch.where(squares > 0, along / squares, 0)
    moved = torch.where(free, scale * (y - part * normal), 0)
    # A clipped element whose centre moves away uses more of the radius, so the free ones get less.
    left = part * (w / scale.clamp(min=torch.finfo(w.dtype).tiny) if norm == "l2" else w.sign())
    inside = torch.where(boxed, 0, y)
    to_x = torch.where(within, inside, torch.where(centre, 0, moved))
    outside = torch.where(boxed, left, y - moved)
    to_origin = torch.where(within, 0, torch.where(centre, inside, outside))
    return to_x.to(x.dtype), to_origin.to(x.dtype)


def _sum(value: Tensor, dims: tuple[int, ...]) -> Tensor:
    return value.sum(dim=dims, keepdim=True) if dims else value
