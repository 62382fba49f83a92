"""Occlusion edges: where one surface ends in front of another."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.scenes.classes import CLASSES, NUMBERS, UNKNOWN

__all__ = ["OcclusionEdges", "occlusion_edges"]


@dataclass(frozen=True, eq=False)
class OcclusionEdges:
    """Pixels on both sides of the depth discontinuities of a scene or batch.

    Attributes:
        mask: (..., H, W) bool: the pixel lies beside a discontinuity.
        front: (..., H, W) int64: class of the nearer surface; `UNKNOWN` off the mask.
        behind: (..., H, W) int64: class of the farther surface; `UNKNOWN` off the mask.
    """

    mask: Tensor
    front: Tensor
    behind: Tensor

    def between(self, front: str, behind: str) -> Tensor:
        """Return the mask of edges of one class in front of another.

        Args:
            front: class of the nearer surface, such as "car".
            behind: class of the farther surface: "car" where one car covers another, "road" where
                a car stands against the road.

        Returns:
            (..., H, W) bool.

        Raises:
            ValueError: a name that is not in `CLASSES`.
        """
        for name, value in (("front", front), ("behind", behind)):
            if value not in NUMBERS:
                raise ValueError(f"{name} must be one of {', '.join(CLASSES)}, got {value!r}")
        return (self.front == NUMBERS[front]) & (self.behind == NUMBERS[behind])


@checked
def occlusion_edges(
    depth: Tensor, classes: Tensor, instances: Tensor | None = None, *, ratio: float = 1.1
) -> OcclusionEdges:
    """Find the depth discontinuities between neighbouring pixels.

    Two pixels next to each other in a row or column lie on an edge if the farther one's depth is
    more than `ratio` times the nearer one's, and if the jump of inverse depth is more than twice
    the smaller one of the steps before and after it: on a plane, inverse depth is an affine
    function of the pixel, so that a road or a facade has no edges, however steeply it is seen. An
    edge pixel with several such neighbours takes the classes of the greatest jump.

    Args:
        depth: (..., H, W), positive, infinite in the sky; no edge is next to NaN or 0.
        classes: (..., H, W) integers.
        instances: (..., H, W) integers; if given, two pixels of one thing, whose numbers are equal
            and above 0, are no edge.
        ratio: least ratio of the depths, above 1.

    Returns:
        Mask and classes.

    Raises:
        TypeError: not tensors.
        ValueError: another dtype or shape, fewer than two dimensions, or a ratio out of range.
    """
    if not 1.0 < ratio < float("inf"):
        raise ValueError(f"ratio must be above 1 and finite, got {ratio}")
    if depth.dim() < 2 or not depth.is_floating_point() or depth.is_meta or depth.is_sparse:
        raise ValueError(
            f"depth must be a floating-point tensor (..., height, width), got {depth.dtype} of "
            f"shape {tuple(depth.shape)}"
        )
    labels = {"classes": classes, "instances": classes if instances is None else instances}
    for name, value in labels.items():
        if value.shape != depth.shape or value.is_floating_point() or value.is_complex():
            raise ValueError(
                f"{name} must be an integer tensor of depth's shape {tuple(depth.shape)}, got "
                f"{value.dtype} of shape {tuple(value.shape)}"
            )
    inverse = torch.where(depth > 0, depth, torch.nan).reciprocal()
    best = torch.zeros_like(inverse)
    front = torch.full_like(classes, UNKNOWN, dtype=torch.int64)
    behind = front.clone()
    for axis in (-1, -2):
        jump = _jumps(inverse.movedim(axis, -1), ratio).movedim(-1, axis)
        size = inverse.shape[axis] - 1
        if instances is not None:
            one, other = instances.narrow(axis, 0, size), instances.narrow(axis, 1, size)
            jump = torch.where((one == other) & (one > 0), 0.0, jump)
        first, second = classes.narrow(axis, 0, size), classes.narrow(axis, 1, size)
        nearer = jump < 0  # inverse depth falls: the first of the two pixels is the nearer one
        pair = torch.where(nearer, first, second), torch.where(nearer, second, first)
        for start in (0, 1):
            here = best.narrow(axis, start, size)
            better = jump.abs() > here
            here.copy_(torch.where(better, jump.abs(), here))
            for target, value in zip((front, behind), pair, strict=True):
                place = target.narrow(axis, start, size)
                place.copy_(torch.where(better, value.long(), place))
    return OcclusionEdges(best > 0, front, behind)


def _jumps(inverse: Tensor, ratio: float) -> Tensor:
    """Return differences of inverse depth along the last axis, 0 away from edges."""
    step = inverse.diff(dim=-1)
    size = step.abs()
    low = torch.minimum(inverse[..., :-1], inverse[..., 1:])
    jumped = size > (ratio - 1.0) * low
    # A pixel at the border, or next to NaN, has one neighbouring step.
    beyond = torch.full_like(size[..., :1], torch.inf)
    filled = torch.where(size.isnan(), torch.inf, size)
    before = torch.cat([beyond, filled[..., :-1]], dim=-1)
    after = torch.cat([filled[..., 1:], beyond], dim=-1)
    smaller = torch.minimum(before, after)
    smooth = smaller.isfinite() & (size <= 2.0 * smaller)
    return torch.where(jumped & ~smooth, step, torch.zeros_like(step)).nan_to_num(0.0)
