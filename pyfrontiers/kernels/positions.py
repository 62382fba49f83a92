"""Strides of passes, classes and positions, so that `predictive` reads any layout in place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyfrontiers.kernels.number_arguments import check_integer

if TYPE_CHECKING:
    from torch import Tensor

Pair = tuple[int, int]
"""Size and stride."""


class Positions:
    """A tensor of logits as passes, classes and up to three groups of positions.

    Positions are all dimensions other than passes and classes. Adjacent dimensions that can be
    traversed with a single stride form a group.

    Attributes:
        logits: the tensor, or a contiguous copy if it needs more than three groups.
        count: number of positions.
        classes: number of classes.
        geometry: passes, classes, sizes and strides of the groups, strides of pass and class.
    """

    def __init__(self, logits: Tensor, dim: int, class_dim: int) -> None:
        groups = _groups(logits, dim, class_dim)
        if len(groups) > 3:
            logits = logits.contiguous()
            groups = _groups(logits, dim, class_dim)
        groups = [(1, 0)] * (3 - len(groups)) + groups
        self.logits = logits
        self.classes = logits.shape[class_dim]
        self.geometry = (
            logits.shape[dim],
            self.classes,
            tuple(size for size, _ in groups),
            tuple(stride for _, stride in groups),
            logits.stride(dim),
            logits.stride(class_dim),
        )
        rest = [i for i in range(logits.dim()) if i not in (dim, class_dim)]
        self._shape = tuple(logits.shape[i] for i in rest)
        self._class_dim = class_dim - (class_dim > dim)
        self.count = math.prod(self._shape)

    def shaped(
        self, results: tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return results, one row or number per position, in the shapes of the logits."""
        mean, variance, *numbers = results
        entropy, expected, information = (number.view(self._shape) for number in numbers)
        return self._of_pass(mean), self._of_pass(variance), entropy, expected, information

    def _of_pass(self, rows: Tensor) -> Tensor:
        shaped = rows.view(*self._shape, self.classes)
        return shaped.movedim(-1, self._class_dim).contiguous()


def _groups(logits: Tensor, dim: int, class_dim: int) -> list[Pair]:
    """Return size and stride of each group of positions, outermost first."""
    groups: list[Pair] = []
    for i, (size, stride) in enumerate(zip(logits.shape, logits.stride(), strict=True)):
        if i in (dim, class_dim) or size == 1:
            continue
        if groups and groups[-1][1] == size * stride:
            groups[-1] = (groups[-1][0] * size, stride)
        else:
            groups.append((size, stride))
    return groups


def check_dimensions(logits: Tensor, dim: int, class_dim: int) -> Pair:
    """Return the dimensions of passes and classes as non-negative numbers.

    Raises:
        ValueError: a dimension out of range, the same one twice, no passes or no classes.
    """
    if logits.dim() < 2:
        raise ValueError(
            f"logits must have dimensions of passes and classes, got {logits.dim()} dimension(s)"
        )
    dim, class_dim = check_integer("dim", dim), check_integer("class_dim", class_dim)
    for name, value in (("dim", dim), ("class_dim", class_dim)):
        if not -logits.dim() <= value < logits.dim():
            raise ValueError(
                f"{name} must be a dimension of logits, which has {logits.dim()}, got {value}"
            )
    dim, class_dim = dim % logits.dim(), class_dim % logits.dim()
    if dim == class_dim:
        raise ValueError(f"class_dim must differ from the dimension of the passes, got {class_dim}")
    if logits.shape[dim] == 0:
        raise ValueError(f"logits must have at least 1 pass, got none along dimension {dim}")
    if logits.shape[class_dim] == 0:
        raise ValueError(f"logits must have at least 1 class, got none along dimension {class_dim}")
    return dim, class_dim
