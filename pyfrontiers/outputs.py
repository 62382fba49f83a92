"""Find the class scores in a model's output, which may be wrapped in other objects.

A model may return a tensor, a tuple, list or dict that contains one, or an object with the
attribute `logits`. One score per input is a binary classifier: z is the logit of class 1 against
class 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

__all__ = [
    "are_valid",
    "check_probabilities",
    "is_binary",
    "scores",
    "tensors_in",
    "two_class_logits",
    "two_class_probabilities",
    "warn_of_probabilities",
]

_LEAST_SCORES, _LEAST_SPREAD = 8, 0.5  # needed to take single scores for probabilities
_KEYS = ("logits", "out")  # the names that transformers and torchvision use


def scores(output: Any) -> Tensor:
    """Return the tensor of scores in a model's output.

    The first of these that exists: the output itself, if it is a tensor; its attribute `logits`;
    the entry `logits` or `out` of a mapping; the only tensor in a tuple, list or mapping.

    Args:
        output: output of the model.

    Raises:
        TypeError: the output contains no tensor, or several and none is called `logits`, or it is
            a sparse or nested one.
    """
    found = _found(output)
    if found.layout != torch.strided or found.is_nested:
        given = "a nested tensor" if found.is_nested else f"layout {found.layout}"
        raise TypeError(
            f"model must return scores in a strided tensor, got {given}; return its `to_dense()`"
        )
    return found


def _found(output: Any) -> Tensor:
    if isinstance(output, Tensor):
        return output
    entries = output if isinstance(output, Mapping) else {}
    named = [getattr(output, "logits", None), *(entries.get(key) for key in _KEYS)]
    for found in named:
        if isinstance(found, Tensor):
            return found
    tensors = list(tensors_in(output))
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


def are_valid(logits: Tensor, class_dim: int = 1) -> Tensor:
    """Return whether logits define probabilities: a class may be -inf, none NaN or +inf.

    Args:
        logits: (N, K, ...).
        class_dim: the dimension of the classes.

    Returns:
        Bool (N, ...).
    """
    return torch.isfinite(logits.detach().logsumexp(class_dim))


def check_probabilities(rows: Tensor, class_dim: int = 1) -> None:
    """Check that outputs are probabilities; those with NaN are left out.

    Args:
        rows: (N, K, ...) with at least two classes.
        class_dim: the dimension of the classes.

    Raises:
        ValueError: a value is outside [0, 1], or the classes do not sum to 1.
    """
    known = rows.detach().movedim(class_dim, -1)
    known = known[~known.isnan().any(-1)]
    if not _are_probabilities(known).all():
        raise ValueError(
            "model must return probabilities in [0, 1] that sum to 1 with "
            f"outputs='probabilities', got values from {float(known.min()):.4g} to "
            f"{float(known.max()):.4g} and sums from {float(known.sum(-1).min()):.4g} to "
            f"{float(known.sum(-1).max()):.4g}"
        )


def warn_of_probabilities(
    logits: Tensor,
    class_dim: int = 1,
    *,
    consequence: str,
    subject: str = "the model seems to return",
) -> None:
    """Warn if all logits are distributions, as after a softmax or sigmoid in the model.

    The logits (0, z) of a binary classifier are taken for probabilities if there are at least eight
    z, all in [0, 1] and with a range of more than 0.5; those of an untrained network are close
    together.

    Args:
        logits: (N, K, ...) with at least two classes.
        class_dim: the dimension of the classes.
        consequence: effect of a second softmax, for the warning.
        subject: start of the warning, before "probabilities".
    """
    rows = logits.detach().movedim(class_dim, -1)
    if not rows.numel():
        return
    if _are_probabilities(rows).all():
        why, function = "all rows are in [0, 1] and sum to 1", "softmax"
    elif _are_sigmoids(rows):
        why, function = "all scores are in [0, 1]", "sigmoid"
    else:
        return
    warnings.warn(
        f"{subject} probabilities, because {why}; pass outputs='probabilities', "
        f"or remove the {function}: a second one {consequence}",
        RuntimeWarning,
        stacklevel=4,
    )


def _are_probabilities(rows: Tensor) -> Tensor:
    """Return whether rows (..., K) are distributions."""
    inside = ((rows >= 0) & (rows <= 1)).all(-1)
    # A softmax in half precision sums to 1 within one part in a hundred.
    return inside & ((rows.sum(-1) - 1).abs() < 0.01)


def _are_sigmoids(rows: Tensor) -> bool:
    """Return whether rows (..., 2) are (0, z) and all z look like probabilities."""
    if rows.shape[-1] != 2 or rows[..., 1].numel() < _LEAST_SCORES or rows[..., 0].any():
        return False
    least, most = rows[..., 1].aminmax()
    return bool(least >= 0) and bool(most <= 1) and bool(most - least > _LEAST_SPREAD)


def tensors_in(output: Any) -> Iterable[Tensor]:
    """Yield the tensors in tuples, lists and mappings."""
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, Mapping):
        for value in output.values():
            yield from tensors_in(value)
    elif isinstance(output, tuple | list):
        for value in output:
            yield from tensors_in(value)


def _said(output: Any) -> str:
    return "None" if output is None else type(output).__name__
