"""Checks of what metrics compare: predicted classes or values, and what was observed."""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers
from pyfrontiers.outputs import is_binary, two_class_logits, two_class_probabilities

__all__ = [
    "ClassRows",
    "Labels",
    "Scores",
    "check_classes",
    "check_shapes",
    "class_log_probabilities",
    "class_probabilities",
    "finite",
    "flags",
]

ClassRows = Annotated[Tensor, Floats("N>0", "...")]
"""Class probabilities or logits (N, K); (N,) or (N, 1) for two classes."""

Labels = Annotated[Tensor, Integers("N")]
"""Classes (N,)."""

Scores = Literal["probabilities", "logits"]
"""What a row holds: probabilities that sum to one, or logits."""

#: Softmaxes in half precision sum to 1 within one part in a hundred; means of passes leave [0, 1]
#: by a rounding error.
_SUM_TOLERANCE, _TOLERANCE = 0.01, 1e-5


def class_log_probabilities(name: str, rows: Tensor, labels: Tensor, kind: Scores) -> Tensor:
    """Return log-probabilities (N, K) in float64; one score per example is that of class 1.

    Raises:
        ValueError: the rows are no distributions, or the labels no classes.
    """
    if kind == "probabilities":
        return class_probabilities(name, rows, labels, kind).log()
    logits = _classes(name, rows, labels, kind)
    return logits.log_softmax(1)


def class_probabilities(name: str, rows: Tensor, labels: Tensor, kind: Scores) -> Tensor:
    """Return probabilities (N, K) in float64; one score per example is that of class 1.

    Raises:
        ValueError: the rows are no distributions, or the labels no classes.
    """
    found = _classes(name, rows, labels, kind)
    if kind == "logits":
        return found.softmax(1)
    sums = found.sum(1)
    least, most = float(found.min()), float(found.max())
    outside = least < -_TOLERANCE or most > 1 + _TOLERANCE
    if outside or float((sums - 1).abs().max()) > _SUM_TOLERANCE:
        raise ValueError(
            f"{name} must be probabilities in [0, 1] that sum to 1 in each row, got values from "
            f"{least:.4g} to {most:.4g} and sums from {float(sums.min()):.4g} to "
            f"{float(sums.max()):.4g}; pass outputs='logits' for logits"
        )
    return found.clamp(0.0, 1.0)


def _classes(name: str, rows: Tensor, labels: Tensor, kind: Scores) -> Tensor:
    if rows.ndim not in (1, 2) or not rows.numel():
        raise ValueError(
            f"{name} must have shape (N, K), or (N,) for two classes, with N > 0, got "
            f"{tuple(rows.shape)}"
        )
    if len(labels) != len(rows):
        raise ValueError(
            f"labels must have shape ({len(rows)},) like {name}, got {tuple(labels.shape)}"
        )
    check_classes(name, rows, kind)
    wide = rows.detach().double()
    if is_binary(wide):
        wide = two_class_logits(wide) if kind == "logits" else two_class_probabilities(wide)
    low, high = (int(end) for end in labels.aminmax())
    if low < 0 or high >= wide.shape[1]:
        raise ValueError(
            f"labels must be classes from 0 to {wide.shape[1] - 1}, as many as {name} has, got "
            f"values from {low} to {high}"
        )
    return wide


def check_classes(name: str, rows: Tensor, kind: Scores) -> None:
    """Check that no score is NaN or +inf, and that each row has a finite one; -inf is a logit.

    Raises:
        ValueError: a row is not a distribution.
    """
    table = rows.detach() if rows.ndim == 2 else rows.detach()[:, None]
    wrong = table.isnan().any(1) | (table == torch.inf).any(1)
    if kind == "probabilities" or table.shape[1] == 1:
        wrong |= ~table.isfinite().all(1)
    else:
        wrong |= ~table.isfinite().any(1)
    if wrong.any():
        raise ValueError(
            f"{name} must be numbers, got NaN or infinity in {int(wrong.sum())} of {len(rows)} "
            "rows; leave these examples out"
        )


def check_shapes(name: str, like: Tensor, **tensors: Tensor) -> None:
    """Check that the named tensors have the shape of the tensor `name`.

    Raises:
        ValueError: a shape differs.
    """
    for other, values in tensors.items():
        if values.shape != like.shape:
            raise ValueError(
                f"{other} must have shape {tuple(like.shape)} like {name}, got "
                f"{tuple(values.shape)}"
            )


def finite(**tensors: Tensor) -> tuple[Tensor, ...]:
    """Return the named tensors in float64, without their gradients.

    Raises:
        ValueError: a tensor is empty, or an element is NaN or infinite.
    """
    for name, values in tensors.items():
        if not values.numel():
            raise ValueError(f"{name} must have elements, got shape {tuple(values.shape)}")
        wrong = int((~values.isfinite()).sum())
        if wrong:
            raise ValueError(
                f"{name} must be finite, got NaN or infinity in {wrong} of {values.numel()} "
                "elements"
            )
    return tuple(values.detach().double() for values in tensors.values())


def flags(name: str, values: Tensor) -> Tensor:
    """Return a bool tensor from flags or from the integers 0 and 1.

    Raises:
        TypeError: neither flags nor integers.
        ValueError: another integer.
    """
    if values.dtype == torch.bool:
        return values
    if values.is_floating_point() or values.is_complex():
        raise TypeError(f"{name} must be flags or the integers 0 and 1, got {values.dtype}")
    if ((values != 0) & (values != 1)).any():
        low, high = (int(end) for end in values.aminmax())
        raise ValueError(
            f"{name} must be flags or the integers 0 and 1, got values from {low} to {high}"
        )
    return values.bool()
