"""Figures for classes and instances."""

from __future__ import annotations

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Count, Integers, Range, checked
from pyfrontiers.multitask.instances import SMALLEST

__all__ = ["best_ious", "boundary_counts", "class_boundaries", "confusion", "f_score", "mean_iou"]


@checked
def confusion(
    found: Annotated[Tensor, Integers("...")],
    classes: Annotated[Tensor, Integers("...")],
    *,
    kinds: Count,
) -> Tensor:
    """Count the pixels of each true class (rows) that were given each class (columns).

    Args:
        found: (...) predicted classes, 0 to kinds - 1.
        classes: (...) true classes; negative ones are unknown and not counted.
        kinds: number of classes.

    Returns:
        (kinds, kinds) int64.

    Raises:
        ValueError: the shapes differ, or a class is out of range.
    """
    _require_equal(found, classes, "classes")
    for name, value, least in (("found", found, 0), ("classes", classes, -1)):
        if value.numel() and not least <= int(value.min()) <= int(value.max()) < kinds:
            raise ValueError(
                f"{name} must be {least} to {kinds - 1}, got {int(value.min())} to "
                f"{int(value.max())}"
            )
    known = classes >= 0
    pairs = classes[known].long() * kinds + found[known].long()
    return torch.bincount(pairs, minlength=kinds * kinds).reshape(kinds, kinds)


@checked
def mean_iou(counts: Annotated[Tensor, Integers("K>0", "K>0")]) -> float:
    """Return the mean over the classes of intersection over union.

    Args:
        counts: (K, K), as `confusion` returns it, summed over pictures.

    Returns:
        The mean over the classes that occur in the truth; NaN if none does.
    """
    inside = counts.diagonal().double()
    union = counts.sum(0) + counts.sum(1) - counts.diagonal()
    there = counts.sum(1) > 0
    return float((inside[there] / union[there]).mean())


@checked
def class_boundaries(classes: Annotated[Tensor, Integers("...", "H", "W")]) -> Tensor:
    """Return the pixels next to one of another class.

    Args:
        classes: (..., H, W); negative ones are unknown and have no boundary.

    Returns:
        (..., H, W) bool: both pixels of a pair of neighbours in a row or column.
    """
    mask = torch.zeros_like(classes, dtype=torch.bool)
    for axis in (-1, -2):
        size = max(classes.shape[axis] - 1, 0)
        one, other = classes.narrow(axis, 0, size), classes.narrow(axis, min(1, size), size)
        differs = (one != other) & (one >= 0) & (other >= 0)
        mask.narrow(axis, 0, size).logical_or_(differs)
        mask.narrow(axis, min(1, size), size).logical_or_(differs)
    return mask


@checked
def boundary_counts(
    found: Annotated[Tensor, Integers("N", "H", "W")],
    classes: Annotated[Tensor, Integers("N", "H", "W")],
    *,
    within: Annotated[int, Range(0, 1000)] = 1,
) -> Tensor:
    """Count the boundary pixels, and those that have one of the other map nearby.

    Args:
        found: (N, H, W) predicted classes.
        classes: (N, H, W) true classes; pixels with negative ones are left out.
        within: rows and columns that a pixel may be off, 0 to 1000.

    Returns:
        (4,) int64: predicted boundary pixels near a true one, all predicted ones, true ones near a
        predicted one, all true ones.

    Raises:
        ValueError: the shapes differ, or a number out of range.

    Source:
        Csurka et al., What is a good evaluation measure for semantic segmentation?, BMVC 2013.
    """
    known = classes >= 0
    ours, true = class_boundaries(found) & known, class_boundaries(classes)
    near_ours, near_true = (_grown(mask, within) for mask in (ours, true))
    counts = (ours & near_true, ours, true & near_ours, true)
    return torch.stack([mask.sum() for mask in counts])


@checked
def f_score(counts: Annotated[Tensor, Integers(4)]) -> float:
    """Return 2 P R / (P + R) of precision and recall; NaN if there is no true boundary.

    Args:
        counts: (4,), as `boundary_counts` returns it, summed over pictures.
    """
    right, ours, covered, true = (float(count) for count in counts)
    if not true:
        return float("nan")
    precision, recall = right / max(ours, 1.0), covered / true
    return 2 * precision * recall / max(precision + recall, 1e-12)


@checked
def best_ious(
    found: Annotated[Tensor, Integers("H", "W")],
    instances: Annotated[Tensor, Integers("H", "W")],
    *,
    smallest: Count = SMALLEST,
) -> Tensor:
    """Return, for each true instance, its largest intersection over union with a found one.

    Args:
        found: (H, W): instances 1, 2, ...; 0 for none.
        instances: (H, W) true ones; those of 0 and below are none.
        smallest: pixels of the smallest true instance that counts.

    Returns:
        (K,) float64, in [0, 1].

    Raises:
        ValueError: the shapes differ.
    """
    _require_equal(found, instances, "instances")
    numbers, true = torch.unique(instances.clamp_min(0), return_inverse=True)
    kinds, ours = torch.unique(found.clamp_min(0), return_inverse=True)
    table = torch.zeros(len(numbers), len(kinds), dtype=torch.float64, device=found.device)
    one = torch.ones((), dtype=torch.float64, device=found.device).expand(found.numel())
    table.index_put_((true.flatten(), ours.flatten()), one, accumulate=True)
    sizes = table.sum(1)
    shares = table / (sizes[:, None] + table.sum(0) - table)
    shares = shares[:, kinds > 0]
    best = shares.amax(1) if shares.shape[1] else torch.zeros_like(sizes)
    return best[(numbers > 0) & (sizes >= smallest)]


def _grown(mask: Tensor, within: int) -> Tensor:
    size = 2 * within + 1
    return F.max_pool2d(mask.float(), size, 1, within) > 0


def _require_equal(found: Tensor, truth: Tensor, name: str) -> None:
    if found.shape != truth.shape:
        raise ValueError(
            f"found must have the shape of {name}, {tuple(truth.shape)}, got {tuple(found.shape)}"
        )
