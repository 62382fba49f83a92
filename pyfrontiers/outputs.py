"""Read what a model returns: the scores of its classes, whatever they are wrapped in.

A model may return a tensor, a tuple, list or dict that contains one, or an object with the
attribute `logits`. One score per input is a binary classifier: z is the logit of class 1 against
class 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

__all__ = ["is_binary", "scores", "two_class_logits", "two_class_probabilities"]

_KEYS = ("logits", "out")  # the names that transformers and torchvision use


def scores(output: Any) -> Tensor:
    """Return the tensor of scores in a model's output.

    In this order: the output, if it is a tensor; its attribute `logits`; in a mapping the entry
    `logits` or `out`; the only tensor in a tuple, list or mapping.

    Args:
        output: what the model returned.

    Raises:
        TypeError: the output contains no tensor, or several and none is called `logits`.
    """
    if isinstance(output, Tensor):
        return output
    entries = output if isinstance(output, Mapping) else {}
    named = [getattr(output, "logits", None), *(entries.get(key) for key in _KEYS)]
    for found in named:
        if isinstance(found, Tensor):
            return found
    tensors = list(_tensors(output))
    # A tensor inside an inner container, such as the state of an LSTM, makes the choice ambiguous.
    if len(tensors) == 1:
        return tensors[0]
    given = f"{type(output).__name__} with {len(tensors)} tensors" if tensors else _said(output)
    raise TypeError(
        f"model must return one tensor of scores, or one called `logits`, got {given}; wrap the "
        "model in a module that returns the tensor to use"
    )


def is_binary(scores: Tensor, class_dim: int = 1) -> bool:
    """Return whether there is one score per input: shape (N,), or one class in `class_dim`.

    Args:
        scores: (N,) or (N, K, ...), or with further leading dimensions.
        class_dim: the dimension of the classes.
    """
    return scores.ndim == class_dim or scores.shape[class_dim] == 1


def two_class_logits(logits: Tensor, class_dim: int = 1) -> Tensor:
    """Return the logits (0, z) of the classes 0 and 1; their softmax is (1 - sigmoid z, sigmoid z).

    Args:
        logits: z, (N,) or (N, 1, ...).
        class_dim: the dimension of the classes.

    Returns:
        (N, 2, ...).
    """
    z = logits.unsqueeze(class_dim) if logits.ndim == class_dim else logits
    return torch.cat((torch.zeros_like(z), z), class_dim)


def two_class_probabilities(probabilities: Tensor, class_dim: int = 1) -> Tensor:
    """Return the probabilities (1 - p, p) of the classes 0 and 1.

    Args:
        probabilities: p of class 1, (N,) or (N, 1, ...).
        class_dim: the dimension of the classes.

    Returns:
        (N, 2, ...).
    """
    p = probabilities.unsqueeze(class_dim) if probabilities.ndim == class_dim else probabilities
    return torch.cat((1 - p, p), class_dim)


def _tensors(output: Any) -> Iterable[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, Mapping):
        for value in output.values():
            yield from _tensors(value)
    elif isinstance(output, tuple | list):
        for value in output:
            yield from _tensors(value)


def _said(output: Any) -> str:
    return "None" if output is None else type(output).__name__
