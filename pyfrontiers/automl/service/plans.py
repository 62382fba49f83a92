"""What a fit depends on, except for the time: data, split, space, training and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.arguments import checked
from pyfrontiers.automl.children import ChildTrainer
from pyfrontiers.automl.fronts import Objectives
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.searches import Asha, RandomSearch, Search
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.splits import Split, split_dataset
from pyfrontiers.automl.study import Study, open_study
from pyfrontiers.automl.tables import TableSpace

if TYPE_CHECKING:
    from pathlib import Path

    from pyfrontiers.automl.cost import Limit
    from pyfrontiers.automl.protocols import Architecture
    from pyfrontiers.automl.space import SearchSpace

__all__ = ["Plan", "plan_for", "smallest_child", "space_for"]

#: Steps in the longest training, and in an epoch, at least.
_STEPS, _STEPS_PER_EPOCH = 1000, 20
_RUNGS = (1, 3, 9, 27)


@checked
def space_for(data: Dataset, split: Split | None = None) -> ImageSpace | TableSpace:
    """Return the search space that a fit uses for a data set.

    Args:
        data: the data set.
        split: its parts, which decide how many texts are known; by default those of seed 0.

    """
    classes = len(data.classes)
    if data.kind == "table":
        split = split_dataset(data) if split is None else split
        return TableSpace(len(split.mean), classes, layers=2, units=(8, 16, 32, 64, 128))
    channels, height, width = data.shape
    return ImageSpace(
        (channels, height, width),
        classes,
        heights=(3, 5),
        widths=(3, 5),
        filters=(16, 24, 32, 48),
        strides=(1, 2),
        pools=(1, 2),
        skips=False,
    )


@dataclass(frozen=True)
class Plan:
    """A fit before it begins.

    Attributes:
        data: the data set.
        split: its parts.
        space: of the children.
        trainer: trains them.
        rungs: budgets of the search in epochs.
        search: ``"halving"`` or ``"random"``.
        seed: of split, search and weights.

    """

    data: Dataset
    split: Split
    space: ImageSpace | TableSpace
    trainer: ChildTrainer
    rungs: tuple[int, ...]
    search: str
    seed: int

    def study(self, folder: Path) -> Study:
        """Open the search in a folder, which is new or has been left by an equal plan."""
        search: Search
        metrics, seed = self.trainer.metrics, self.seed
        if self.search == "random":
            search = RandomSearch(self.space, seed=seed, budget=self.rungs[-1])
        else:
            several = Objectives(metrics) if len(metrics) > 1 else None
            search = Asha(self.space, budgets=self.rungs, seed=seed, objectives=several)
        searched = self.split.searched(self.data)
        return open_study(
            folder,
            search=search,
            trainable=self.trainer,
            space=self.space,
            data=searched,
            data_digest=searched.digest,
            seed=seed,
            rungs=self.rungs,
            refuse=self.refusal,
        )

    def check_limit(self) -> None:
        """Check that the limit allows a child.

        Raises:
            ValueError: the smallest child has more parameters or operations.

        """
        cost, limit = self.space.cost(smallest_child(self.space)), self.trainer.limit
        for name, unit in (("parameters", "parameters"), ("flops", "FLOPs")):
            most, least = getattr(limit, name), getattr(cost, name)
            if most is not None and most < least:
                raise ValueError(
                    f"limit must allow the smallest network for these data, which has {least:,} "
                    f"{unit}, got {most:,}"
                )

    def refusal(self, architecture: Architecture) -> str:
        """Say why a child is too large; empty if it is not."""
        return self.trainer.limit.refusal(self.space.cost(architecture))


def smallest_child(space: SearchSpace) -> Architecture:
    """Return the child with the fewest parameters and operations.

    The layers of `space_for` form a chain, so the cost grows or falls with each token whatever the
    others are. They can be chosen one after the other.
    """
    chosen = [0] * len(space.tokens)
    for place, choice in enumerate(space.tokens):

        def cost(token: int, place: int = place) -> tuple[int, int, int]:
            found = space.cost((*chosen[:place], token, *chosen[place + 1 :]))
            # Of equal costs the later value: its effect may show once other layers are chosen.
            return found.parameters, found.flops, -token

        chosen[place] = min(range(len(choice.values)), key=cost)
    return tuple(chosen)


def plan_for(data: Dataset, metrics: tuple[str, ...], limit: Limit, search: str, seed: int) -> Plan:
    """Return the plan of a fit; see `fit`."""
    split = split_dataset(data, seed=seed)
    space = space_for(data, split)
    batch = min(max(len(split.train) // _STEPS_PER_EPOCH, 8), 64)
    per_epoch = max(len(split.train) // batch, 1)
    unit = max(-(-_STEPS // (_RUNGS[-1] * per_epoch)), 1)
    rungs = tuple(unit * each for each in _RUNGS)
    trainer = ChildTrainer(space, epochs=rungs[-1], batch=batch, limit=limit, metrics=metrics)
    return Plan(data, split, space, trainer, rungs, search, seed)
