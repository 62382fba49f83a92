"""Figures on the test part, with intervals, of a child and of what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from pyfrontiers.automl.cost import measure_latency
from pyfrontiers.automl.metrics import METRICS, score
from pyfrontiers.uncertainty.metrics.estimate import estimate
from pyfrontiers.uncertainty.metrics.proportions import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from pyfrontiers.automl.cost import Cost
    from pyfrontiers.automl.service.dataset import Dataset
    from pyfrontiers.automl.service.exported.model import Model
    from pyfrontiers.automl.service.splits import Split

__all__ = ["TestFigure", "difference", "figures_of", "logits_of", "test_figures"]

_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class TestFigure:
    """A metric on the test part with its 95 % interval.

    Attributes:
        value: the metric.
        low, high: ends of the interval; `None` for figures of the network alone. Wilson's interval
            for the accuracy, bootstrap percentiles over the examples for the others.

    """

    __test__ = False  # no test class, in spite of its name

    value: float
    low: float | None = None
    high: float | None = None


def test_figures(
    model: Model, data: Dataset, split: Split, cost: Cost, metrics: tuple[str, ...], seed: int
) -> dict[str, TestFigure]:
    """Measure a child on the test part: the metrics of the search, and the accuracy in any case."""
    names = tuple(dict.fromkeys((*metrics, "accuracy")))
    logits = logits_of(model, data.inputs[split.test])
    found = figures_of(logits, data.labels[split.test], names, seed)
    own = {"parameters": cost.parameters, "flops": cost.flops}
    for name in names:
        if name == "latency":
            found[name] = TestFigure(measure_latency(model, data.shape))
        elif name in own:
            found[name] = TestFigure(float(own[name]))
    return {name: found[name] for name in names}


def logits_of(model: Model, inputs: Tensor) -> Tensor:
    """Return a network's logits (N, K) of inputs (N, ...), computed in parts."""
    with torch.no_grad():
        return torch.cat([model(part) for part in torch.split(inputs, 1024)])


def figures_of(
    logits: Tensor, labels: Tensor, metrics: tuple[str, ...], seed: int
) -> dict[str, TestFigure]:
    """Measure predictions: those of the metrics that are figures of predictions.

    Args:
        logits: (N, K).
        labels: (N,).
        metrics: names in `METRICS`.
        seed: of the bootstrap.

    """
    found = {}
    for name, value in score(logits, labels, metrics).items():
        if name == "accuracy":
            found[name] = TestFigure(value, *wilson(round(value * len(labels)), len(labels)))
        else:
            measure = partial(_measured, logits, labels, name)
            found[name] = _estimated(measure, len(labels), seed)
    return found


def difference(
    logits: Tensor, others: Tensor, labels: Tensor, metric: str, seed: int
) -> TestFigure:
    """Measure by how much predictions are better than others, on the same examples.

    Args:
        logits: (N, K).
        others: (N, K), what they are compared with.
        labels: (N,).
        metric: a figure of predictions.
        seed: of the bootstrap, which draws examples for both alike.

    Returns:
        The difference, above 0 if the first are better, whether or not larger values are.

    """
    sign = 1 if METRICS[metric].larger else -1

    def gain(rows: Tensor) -> Tensor:
        ours, theirs = (_measured(each, labels, metric, rows) for each in (logits, others))
        return sign * (ours - theirs)

    return _estimated(gain, len(labels), seed)


def _measured(logits: Tensor, labels: Tensor, metric: str, rows: Tensor) -> Tensor:
    """Return a metric (B,) of resamples, given the numbers (B, N) of their examples."""
    figures = [score(logits[each], labels[each], (metric,))[metric] for each in rows]
    return torch.tensor(figures, dtype=torch.float64, device="cpu")


def _estimated(measure: Callable[[Tensor], Tensor], count: int, seed: int) -> TestFigure:
    examples = torch.arange(count, device="cpu")
    found = estimate(measure, ((examples,),), _RESAMPLES, seed)
    return TestFigure(found.value, found.low, found.high)
