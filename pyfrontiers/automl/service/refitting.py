"""The weights of the child that is handed over."""

from __future__ import annotations

import io
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.automl.cost import Limit
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.service.candidates import seconds_of
from pyfrontiers.automl.service.exported.model import build
from pyfrontiers.automl.service.plans import smallest_child
from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from pyfrontiers.automl.children import ChildTrainer
    from pyfrontiers.automl.data import Data
    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.service.candidates import Candidate
    from pyfrontiers.automl.service.dataset import Dataset
    from pyfrontiers.automl.service.exported.model import Model
    from pyfrontiers.automl.service.splits import Split
    from pyfrontiers.automl.study import Trial
    from pyfrontiers.automl.tables import TableSpace

__all__ = ["FinalWeights", "Patience", "Refit", "final_weights"]

#: Examples of which the child that stands in is trained.
_FEW = 2048


@dataclass(frozen=True)
class Refit:
    """The data of a final training run.

    Attributes:
        data: the data set.
        split: its parts.
        trainer: how the search trains.
        rungs: the search's budgets.
        seed: of the weights.

    """

    data: Dataset
    split: Split
    trainer: ChildTrainer
    rungs: tuple[int, ...]
    seed: int


@dataclass(frozen=True)
class FinalWeights:
    """A child and its weights.

    Attributes:
        architecture: its tokens.
        weights: of the network without normalisation.
        epochs: how long it was trained.
        said: how it was trained, one sentence.

    """

    architecture: Architecture
    weights: dict[str, Tensor]
    epochs: int
    said: str

    def description(
        self, data: Dataset, split: Split, space: ImageSpace | TableSpace
    ) -> dict[str, Any]:
        """Return everything that builds the network, of JSON's types."""
        layers = [dict(layer._asdict()) for layer in space.decode(self.architecture)]
        return {
            "kind": data.kind,
            "shape": list(data.shape),
            "classes": list(data.classes),
            "columns": list(data.columns),
            "white": data.white,
            "texts": {name: dict(texts) for name, texts in split.texts.items()},
            "layers": [{**layer, "inputs": list(layer["inputs"])} for layer in layers],
            "grid": space.grid if isinstance(space, ImageSpace) else None,
        }

    def model(self, data: Dataset, split: Split, space: ImageSpace | TableSpace) -> Model:
        """Return the network with its weights and normalisation."""
        model = build(self.description(data, split, space))
        weights = {f"network.{name}": value for name, value in self.weights.items()}
        model.load_state_dict(weights | {"mean": split.mean, "scale": split.scale})
        return model.eval()


@dataclass(frozen=True)
class Patience:
    """How long the final training may take.

    Attributes:
        deadline: on the monotonic clock; `None` for none.
        stop: ends the training when it returns true.
        say: called now and then while it trains.

    """

    deadline: float | None = None
    stop: Callable[[], bool] | None = None
    say: Callable[[], None] | None = None

    @property
    def left(self) -> float:
        """Seconds that are left."""
        if self.stop is not None and self.stop():
            return 0.0
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()


class _OutOfTimeError(Exception):
    """The patience is over."""


def final_weights(
    refit: Refit,
    best: Candidate | None,
    trials: Sequence[Trial],
    kept: tuple[Candidate, bytes] | None,
    patience: Patience,
) -> FinalWeights:
    """Train the best child on training and validation parts if there is time.

    Otherwise the child keeps the weights of the search, and if the search left none, a tiny child
    is trained for one epoch.

    Args:
        refit: what to train on.
        best: the child, or `None` if the search trained none.
        trials: the search's, from which the duration is estimated.
        kept: the child, or one of equal reward, with its checkpoint from the search; see `stored`.
        patience: how long it may take.

    """
    if best is not None:
        left, split = patience.left, refit.split
        more = 1 + len(split.validation) / len(split.train)
        per_epoch = max(more * seconds_of(trials, best), 1e-9)
        # The longest budget that fits, if it is at least the one that made the child the best.
        fitting = [e for e in refit.rungs if e >= best.epochs and e * per_epoch < left]
        if fitting:
            found = _trained(refit, best.architecture, fitting[-1], patience)
            if found is not None:
                said = f"trained on training and validation parts for {fitting[-1]} epochs"
                return FinalWeights(best.architecture, found, fitting[-1], said)
        if kept is not None:
            child, checkpoint = kept
            return FinalWeights(
                child.architecture,
                _weights(checkpoint),
                child.epochs,
                f"trained on the training part for {child.epochs} epochs, as the search left it",
            )
    return _stand_in(refit, trials, patience)


def _trained(
    refit: Refit, architecture: Architecture, epochs: int, patience: Patience
) -> dict[str, Tensor] | None:
    """Train a child on all that may be seen; `None` if the time is over or training failed."""

    def report(fraction: float, message: str = "", data: Any = None) -> None:
        if patience.say is not None:
            patience.say()
        if patience.left <= 0:
            raise _OutOfTimeError

    trainer = replace(refit.trainer, epochs=epochs, limit=Limit(), metrics=("accuracy",))
    try:
        return _train(trainer, architecture, epochs, refit.split.known(refit.data), refit, report)
    except _OutOfTimeError:
        return None


def _train(
    trainer: ChildTrainer,
    architecture: Architecture,
    epochs: int,
    data: Data,
    refit: Refit,
    report: Any,
) -> dict[str, Tensor] | None:
    with tempfile.TemporaryDirectory(prefix="pyfrontiers-child-") as folder:
        path = Path(folder) / "checkpoint"
        outcome = trainer(
            architecture,
            budget=epochs,
            seed=refit.seed,
            data=data,
            checkpoint=path,
            report=report,
        )
        return None if outcome.value is None else _weights(path.read_bytes())


def _stand_in(refit: Refit, trials: Sequence[Trial], patience: Patience) -> FinalWeights:
    """Train a small network for one epoch on few examples, then for as long as there is time."""
    space, known = refit.trainer.space, refit.split.searched(refit.data)
    architecture: Architecture = (0,) * len(space.tokens)
    if refit.trainer.limit.refusal(space.cost(architecture)):
        architecture = smallest_child(space)
    began = time.monotonic()
    few = slice(None, None, max(len(known.inputs) // _FEW, 1))
    data = replace(known, inputs=known.inputs[few], labels=known.labels[few])
    trainer = replace(refit.trainer, epochs=1, limit=Limit(), metrics=("accuracy",))
    found, epochs = _train(trainer, architecture, 1, data, refit, None), 1
    if found is None:  # the loss diverged: untrained weights still are a network
        found, epochs = dict(space.build(architecture, seed=refit.seed).state_dict()), 0
    share = len(refit.split.train) / len(data.inputs)
    per_epoch = max((time.monotonic() - began) * share, 1e-9)
    left = patience.left
    for longer in [each for each in refit.rungs if each * per_epoch < left][-1:]:
        better = _trained(refit, architecture, longer, patience)
        found, epochs = (found, epochs) if better is None else (better, longer)
    length = f"trained for {counted(epochs, 'epoch')}"
    if not epochs:
        length = "not trained (its loss diverged)"
    why = "the search finished none in time"
    if any(trial.state == "done" for trial in trials):
        why = "the search kept no weights of its best child"
    if trials and all(trial.state == "pruned" for trial in trials):
        why = "the search found none within the limit"
    said = f"a small network, {length}, because {why}"
    return FinalWeights(architecture, found, epochs, said)


def _weights(checkpoint: bytes) -> dict[str, Tensor]:
    stored = torch.load(io.BytesIO(checkpoint), weights_only=True)
    found: dict[str, Tensor] = stored["parts"]["model"]
    return found
