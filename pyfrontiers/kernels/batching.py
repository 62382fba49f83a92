"""Batching rules of the kernels' operators for `torch.vmap`.

vmap of a pure function equals a loop over the examples. A kernel's randomness is an argument, so
under vmap every example gets the same numbers, whatever vmap's `randomness` is: an example's result
does not depend on the rest of the batch. For different numbers, pass all examples to a single call,
where they are different elements, or derive seeds with `fold_in` outside of vmap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[..., tuple[Any, Any]]


def example_by_example(name: str) -> Rule:
    """Return a rule that calls the operator for each example in turn."""

    def rule(info: Any, in_dims: tuple[int | None, ...], *arguments: Any) -> tuple[Any, Any]:
        operator = getattr(torch.ops.pyfrontiers, name)
        given = list(zip(arguments, in_dims, strict=True))
        results = [
            operator(*(value if dim is None else value.select(dim, b) for value, dim in given))
            for b in range(info.batch_size)
        ]
        if isinstance(results[0], Tensor):
            return torch.stack(results), 0
        stacked = tuple(torch.stack(each) for each in zip(*results, strict=True))
        return stacked, (0,) * len(stacked)

    return rule


def of_any_size(name: str, rule: Rule) -> Rule:
    """Return a rule that also gives results for no examples, shaped as for an example of zeros.

    Args:
        name: the operator.
        rule: its rule for at least one example.
    """

    def complete(info: Any, in_dims: tuple[int | None, ...], *arguments: Any) -> tuple[Any, Any]:
        if info.batch_size:
            return rule(info, in_dims, *arguments)
        example = [
            value if dim is None else value.new_zeros(value.movedim(dim, 0).shape[1:])
            for value, dim in zip(arguments, in_dims, strict=True)
        ]
        result = getattr(torch.ops.pyfrontiers, name)(*example)
        if isinstance(result, Tensor):
            return result.new_empty((0, *result.shape)), 0
        empty = tuple(each.new_empty((0, *each.shape)) for each in result)
        return empty, (0,) * len(empty)

    return complete


def batch_first(value: Tensor, dim: int | None, size: int) -> Tensor:
    """Return a tensor with the batch as dimension 0, expanded if it had no batch."""
    return value.expand(size, *value.shape) if dim is None else value.movedim(dim, 0)
