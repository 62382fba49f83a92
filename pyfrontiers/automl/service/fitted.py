"""What a fit returns: the child, its figures on the test part, and the search behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.automl.cost import Cost
    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.service.candidates import Candidate
    from pyfrontiers.automl.service.exported.model import Model
    from pyfrontiers.automl.service.figures import TestFigure
    from pyfrontiers.automl.service.splits import Split
    from pyfrontiers.automl.study import Trial

__all__ = ["FittedChild", "SearchResult"]


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
