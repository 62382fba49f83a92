"""The figures by which children are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, checked
from pyfrontiers.uncertainty.metrics import (
    auroc,
    expected_calibration_error,
    negative_log_likelihood,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["METRICS", "Metric", "check_metrics", "score"]

#: Stands for infinity where smaller is better; finite, so that JSON and arithmetic can hold it.
_WORST = 1e12


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a child.

    Attributes:
        title: its name in words.
        larger: whether larger values are better.
        measure: maps logits (N, K) and labels (N,) to the figure; ``None`` for figures of the
            network alone: parameters, FLOPs and latency.
        floor: the worst value, which a failed child gets.

    """

    title: str
    larger: bool
    measure: Callable[[Tensor, Tensor], float] | None
    floor: float = 0.0


def _accuracy(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).double().mean())


def _counts(logits: Tensor, labels: Tensor) -> Tensor:
    """Return how often each class (row) was predicted as each class (column)."""
    classes = logits.shape[1]
    pairs = labels * classes + logits.argmax(1)
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes).double()


def _balanced_accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the mean recall over the classes that occur."""
    counts = _counts(logits, labels)
    there = counts.sum(1) > 0
    return float((counts.diag()[there] / counts.sum(1)[there]).mean())


def _f1(logits: Tensor, labels: Tensor) -> float:
    """Return the mean over classes of 2 TP / (2 TP + FP + FN); absent classes are left out."""
    counts = _counts(logits, labels)
    sums = counts.sum(0) + counts.sum(1)
    there = sums > 0
    return float((2 * counts.diag()[there] / sums[there]).mean())


def _auroc(logits: Tensor, labels: Tensor) -> float:
    """Return the mean AUROC of each class against the rest, over classes with both."""
    probabilities = logits.double().softmax(1)
    areas = []
    for label in range(logits.shape[1]):
        inside = labels == label
        if inside.any() and not inside.all():
            areas.append(float(auroc(probabilities[:, label], inside)))
    return sum(areas) / len(areas) if areas else 0.5


def _log_loss(logits: Tensor, labels: Tensor) -> float:
    return float(negative_log_likelihood(logits.double(), labels, outputs="logits"))


def _calibration(logits: Tensor, labels: Tensor) -> float:
    return float(expected_calibration_error(logits.double(), labels, outputs="logits"))


#: Every metric by name.
METRICS = {
    "accuracy": Metric("Accuracy", True, _accuracy),
    "balanced-accuracy": Metric("Balanced accuracy", True, _balanced_accuracy),
    "log-loss": Metric("Log loss, nats", False, _log_loss, _WORST),
    "f1": Metric("F1, mean over classes", True, _f1),
    "auroc": Metric("AUROC, each class against the rest", True, _auroc),
    "calibration-error": Metric("Expected calibration error", False, _calibration, 1.0),
    "latency": Metric("Latency, ms", False, None, _WORST),
    "parameters": Metric("Parameters", False, None, _WORST),
    "flops": Metric("FLOPs", False, None, _WORST),
}


@checked
def check_metrics(metrics: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of metrics if they exist.

    Raises:
        ValueError: there is none, one twice, or an unknown one.

    """
    if not metrics or len(set(metrics)) < len(metrics):
        raise ValueError(f"metrics must be one or more different names, got {metrics!r}")
    for name in metrics:
        if name not in METRICS:
            raise ValueError(f"metrics must be among {', '.join(METRICS)}, got {name!r}")
    return metrics


@checked
def score(
    logits: Annotated[Tensor, Floats("N>0", "K>0")],
    labels: Annotated[Tensor, Integers("N")],
    metrics: tuple[str, ...] = ("accuracy",),
) -> dict[str, float]:
    """Compute metrics of predictions.

    Args:
        logits: (N, K) of a network.
        labels: (N,) classes from 0 to K - 1.
        metrics: names in `METRICS`; those of the network alone are left out.

    Returns:
        The figures by name.

    Raises:
        ValueError: a label is out of range, or a metric is unknown.

    """
    classes = logits.shape[1]
    if int(labels.min()) < 0 or int(labels.max()) >= classes:
        raise ValueError(
            f"labels must be between 0 and {classes - 1}, the classes of logits, got "
            f"{int(labels.min())} to {int(labels.max())}"
        )
    found = {}
    for name in check_metrics(metrics):
        measure = METRICS[name].measure
        if measure is not None:
            found[name] = measure(logits, labels.long())
    return found
