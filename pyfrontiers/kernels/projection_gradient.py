"""The derivative of a projection, from its optimality conditions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyfrontiers.kernels.parameters import spread
from pyfrontiers.kernels.project_reference import box_within


@dataclass(frozen=True, slots=True)
class Linearisation:
    """A projection near the result of a call, where it is differentiable.

    An element is clipped by the box, at its centre, or free. Free elements are o + t d (L2) or o +
    d - t sign(d) (L1) with d = x - o, where t depends on all of them so that the norm is epsilon.
    With n the outward normal over the free elements, n = d or sign(d), a change of x counts without
    its component along n, and so does a change of the origin there. A clipped element whose centre
    moves away uses more of the radius, so the free ones get less.

    Attributes:
        boxed: elements clipped by the box.
        free: free elements.
        within: samples that lie in the ball, so that only the box clips.
        centre: samples of radius 0.
        normal: n, 0 where an element is not free.
        unit: n / (n . n), 0 where no element is free.
        scale: t for L2, 1 for L1.
        lever: derivative of half the squared norm (L2) or the norm (L1) by a clipped element.
        rest: the dimensions of a sample.
    """

    boxed: Tensor
    free: Tensor
    within: Tensor
    centre: Tensor
    normal: Tensor
    unit: Tensor
    scale: Tensor
    lever: Tensor
    rest: tuple[int, ...]

    @classmethod
    def at(
        cls,
        x: Tensor,
        origin: Tensor,
        projected: Tensor,
        norm: str,
        epsilon: Tensor,
        low: Tensor,
        high: Tensor,
    ) -> Linearisation:
        """Linearise `project` at x with the result `projected`."""
        least, most = box_within(low, high, x)
        d, w = x.double() - origin.double(), projected.double() - origin.double()
        rest = tuple(range(1, x.dim()))
        boxed = (projected.double() <= least) | (projected.double() >= most)
        untouched = x.double().maximum(least).minimum(most).to(x.dtype) == projected
        within = untouched.all(dim=rest, keepdim=True) if rest else untouched
        radius = spread(epsilon, x).to(x.device)
        if norm == "l0":
            free, none = untouched & ~boxed & (d != 0), torch.zeros_like(d)
            one = torch.ones_like(d)
            return cls(boxed, free, within, radius < 1, none, none, one, none, rest)
        free = (w != 0) & ~boxed
        normal = torch.where(free, d if norm == "l2" else d.sign(), 0)
        squares, size = (_sum(v, rest) for v in (normal.square(), w.abs() * normal.abs()))
        if norm == "l2":
            scale = torch.where(squares > 0, size / squares, 0)
            lever = w / scale.clamp(min=torch.finfo(w.dtype).tiny)
        else:
            scale, lever = torch.ones_like(squares), w.sign()
        unit = torch.where(squares > 0, normal / squares, 0)
        centre = radius < torch.finfo(torch.float64).tiny
        return cls(boxed, free, within, centre, normal, unit, scale, lever, rest)

    def through_free(self, y: Tensor) -> Tensor:
        """Apply the derivative in x outside the ball, a symmetric matrix."""
        along = _sum(y * self.unit, self.rest)
        return torch.where(self.free, self.scale * (y - along * self.normal), 0)

    def gradient(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """Back-propagate y to x and origin."""
        inside, moved = torch.where(self.boxed, 0, y), self.through_free(y)
        left = _sum(y * self.unit, self.rest) * self.lever
        outside = torch.where(self.boxed, left, y - moved)
        to_x = torch.where(self.within, inside, torch.where(self.centre, 0, moved))
        to_origin = torch.where(self.centre, inside, outside)
        return to_x, torch.where(self.within, 0, to_origin)

    def tangent(self, of_x: Tensor, of_origin: Tensor) -> Tensor:
        """Propagate tangents of x and origin: the transpose of `gradient`."""
        used = _sum(torch.where(self.boxed, self.lever * of_origin, 0), self.rest)
        moved = self.through_free(of_x - of_origin) + used * self.unit
        outside = torch.where(self.boxed, 0, of_origin + moved)
        inside, at_centre = (torch.where(self.boxed, 0, each) for each in (of_x, of_origin))
        return torch.where(self.within, inside, torch.where(self.centre, at_centre, outside))


def projection_gradient(
    gradient: Tensor, x: Tensor, origin: Tensor, projected: Tensor, norm: str, *values: Tensor
) -> tuple[Tensor, Tensor]:
    """Back-propagate through a projection to x and origin; `values` are epsilon, low and high."""
    near = Linearisation.at(x, origin, projected, norm, *values)
    to_x, to_origin = near.gradient(gradient.double())
    return to_x.to(x.dtype), to_origin.to(x.dtype)


def projection_tangent(
    tangents: tuple[Tensor | None, Tensor | None],
    x: Tensor,
    origin: Tensor,
    projected: Tensor,
    norm: str,
    *values: Tensor,
) -> Tensor:
    """Propagate the tangents of x and origin through a projection."""
    near = Linearisation.at(x, origin, projected, norm, *values)
    of_x, of_origin = (torch.zeros_like(x) if each is None else each for each in tangents)
    return near.tangent(of_x.double(), of_origin.double()).to(x.dtype)


def _sum(value: Tensor, dims: tuple[int, ...]) -> Tensor:
    return value.sum(dim=dims, keepdim=True) if dims else value
