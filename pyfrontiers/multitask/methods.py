"""The rows of the table, the networks that ship, and the published figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyfrontiers.multitask.tasks import TASKS, Task

if TYPE_CHECKING:
    from pyfrontiers.multitask.balancing import Way

__all__ = ["METHODS", "NETWORKS", "PAPER", "PAPER_SOURCE", "Method", "Network", "file_name"]


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table.

    Attributes:
        title: its name.
        description: how the losses are balanced.
        source: who proposed it; "" for none.
    """

    title: str
    description: str
    source: str = ""


METHODS: Final[dict[str, Method]] = {
    "alone": Method("each task alone", "three networks, one for each task"),
    "equal": Method("equal weights", "the sum of the losses"),
    "grid": Method("best of a grid", "the best of seven sets of weights on validation scenes"),
    "learned": Method(
        "learned variances", "as published", "Kendall, Gal and Cipolla, CVPR 2018, eq. 7 and 10"
    ),
    "learned exact": Method(
        "learned variances, exact", "Laplace distributions, and a softmax with a temperature"
    ),
    "gradnorm": Method("GradNorm", "weights for equal rates of training", "Chen et al., ICML 2018"),
    "pcgrad": Method("PCGrad", "conflicting gradients are projected", "Yu et al., NeurIPS 2020"),
    "imtl-g": Method(
        "IMTL-G", "equal projections on the tasks' gradients", "Liu et al., ICLR 2021"
    ),
    "dwa": Method("DWA", "slowly falling losses count more", "Liu et al., CVPR 2019"),
}
"""Rows of the table by method, in their order."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network of the table, and how it is trained.

    Attributes:
        title: its name.
        method: the row of the table that it belongs to; hand weights belong to "grid".
        way: how its losses are balanced.
        weights: factors of the three losses, with a sum of 3; None if they are found in training.
        tasks: its heads.
        ships: whether the network of seed 0 is part of the package.
    """

    title: str
    method: str
    way: Way
    weights: tuple[float, float, float] | None = None
    tasks: tuple[Task, ...] = TASKS
    ships: bool = True


def file_name(network: str) -> str:
    """Return a network's name in files."""
    return network.replace(" ", "-")


def _alone(task: Task) -> Network:
    weights = tuple(3.0 * (other == task) for other in TASKS)
    assert len(weights) == 3
    return Network(f"{task} alone", "alone", "fixed", weights, (task,))


def _by_hand(word: str, task: Task, its: float, others: float) -> Network:
    weights = tuple(its if other == task else others for other in TASKS)
    assert len(weights) == 3
    return Network(f"{word} weight on {task}", "grid", "fixed", weights)


NETWORKS: Final[dict[str, Network]] = {
    **{task: _alone(task) for task in TASKS},
    "equal": Network("equal weights", "equal", "fixed", (1.0, 1.0, 1.0)),
    **{f"more {task}": _by_hand("more", task, 2.0, 0.5) for task in TASKS},
    **{f"less {task}": _by_hand("less", task, 1 / 3, 4 / 3) for task in TASKS},
    "learned": Network("learned variances", "learned", "learned"),
    "learned exact": Network("learned variances, exact", "learned exact", "learned exact"),
    "gradnorm": Network("GradNorm", "gradnorm", "gradnorm", ships=False),
    "pcgrad": Network("PCGrad", "pcgrad", "pcgrad", ships=False),
    "imtl-g": Network("IMTL-G", "imtl-g", "imtl-g", ships=False),
    "dwa": Network("DWA", "dwa", "dwa", ships=False),
}
"""Networks by name. The first ten have weights that were set by hand."""

PAPER: Final[dict[str, tuple[float, float, float]]] = {
    "alone": (59.4, 4.61, 0.640),
    "equal": (50.1, 3.79, 0.592),
    "grid": (62.8, 3.61, 0.549),
    "learned": (63.4, 3.50, 0.522),
}
"""Published figures by method: IoU in %, errors of instances and of inverse depth in pixels."""

PAPER_SOURCE: Final = (
    "Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses for Scene "
    "Geometry and Semantics, CVPR 2018, Table 1 (Cityscapes)"
)
