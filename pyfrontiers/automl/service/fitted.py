"""What a fit returns: the child, its figures on the test part, and the search behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked
from pyfrontiers.automl.cost import Cost, measure_latency
from pyfrontiers.automl.metrics import METRICS, score
from pyfrontiers.uncertainty.metrics.estimate import estimate
from pyfrontiers.uncertainty.metrics.proportions import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.service.candidates import Candidate
    from pyfrontiers.automl.service.dataset import Dataset
    from pyfrontiers.automl.service.exported.model import Model
    from pyfrontiers.automl.service.splits import Split
    from pyfrontiers.automl.study import Trial

__all__ = ["FittedChild", "SearchResult", "TestFigure", "test_figures"]

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


@dataclass(frozen=True, eq=False)
class FittedChild:
    """A trained network that takes the data as they are.

    Attributes:
        model: maps inputs (N, ...) to logits (N, K), in eval mode.
        architecture: its tokens.
        description: everything that builds the network again, of JSON's types.
        cost: its parameters and FLOPs.
        epochs: how long it was trained.
        figures: metrics on the test part, which neither search nor training saw.
        context: what the model card says of data and search, of JSON's types.
        history: rows for the exported history of the search.

    """

    model: Model
    architecture: Architecture
    description: dict[str, Any]
    cost: Cost
    epochs: int
    figures: Mapping[str, TestFigure]
    context: dict[str, Any]
    history: tuple[dict[str, Any], ...]

    @checked
    def predict(self, inputs: Annotated[Tensor, Floats("N>0", "...")]) -> Tensor:
        """Return the probabilities (N, K) of inputs (N, ...) as they are in the data.

        Raises:
            ValueError: the inputs have another shape.

        """
        inputs, shape = inputs.float(), tuple(self.description["shape"])
        if inputs.shape[1:] != shape:
            raise ValueError(
                f"inputs must have shape (N, {', '.join(map(str, shape))}), as in the data, got "
                f"{tuple(inputs.shape)}"
            )
        with torch.no_grad():
            parts = [self.model(part).softmax(1) for part in torch.split(inputs, 1024)]
        return torch.cat(parts)

    @checked
    def export(self, folder: Path) -> list[str]:
        """Write the folder that runs without this package.

        Args:
            folder: a new or empty folder; a folder `search`, where a search is kept, may be in it.

        Returns:
            The names of the files.

        Raises:
            FileExistsError: the folder holds other files.
            OSError: a file cannot be written, as on a full disk; partial files are removed.

        """
        from pyfrontiers.automl.service.export import export_child

        return export_child(self, folder)


@dataclass(frozen=True, eq=False)
class SearchResult:
    """The result of a fit.

    Attributes:
        best: the child, best in the first metric.
        front: the children that no other surpasses in all metrics, as the search knows them.
        trials: everything that was trained.
        ending: why the search ended, with what went wrong if anything did; one sentence.
        seconds: duration of the whole fit.
        split: the parts of the data.

    """

    best: FittedChild
    front: tuple[Candidate, ...]
    trials: tuple[Trial, ...]
    ending: str
    seconds: float
    split: Split


def test_figures(
    model: Model, data: Dataset, split: Split, cost: Cost, metrics: tuple[str, ...], seed: int
) -> dict[str, TestFigure]:
    """Measure a child on the test part: the metrics of the search, and the accuracy in any case."""
    labels = data.labels[split.test]
    with torch.no_grad():
        logits = torch.cat([model(part) for part in torch.split(data.inputs[split.test], 1024)])
    names = tuple(dict.fromkeys((*metrics, "accuracy")))
    values = score(logits, labels, names)
    examples = torch.arange(len(labels), device="cpu")
    own = {"parameters": cost.parameters, "flops": cost.flops}
    found = {}
    for name in names:
        if name == "accuracy":
            right = round(values[name] * len(labels))
            found[name] = TestFigure(values[name], *wilson(right, len(labels)))
        elif METRICS[name].measure is not None:

            def resampled(rows: Tensor, name: str = name) -> Tensor:
                figures = [score(logits[each], labels[each], (name,))[name] for each in rows]
                return torch.tensor(figures, dtype=torch.float64, device="cpu")

            drawn = estimate(resampled, ((examples,),), _RESAMPLES, seed)
            found[name] = TestFigure(drawn.value, drawn.low, drawn.high)
        elif name == "latency":
            found[name] = TestFigure(measure_latency(model, data.shape))
        else:
            found[name] = TestFigure(float(own[name]))
    return found
