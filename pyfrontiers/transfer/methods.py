"""The methods by name: what each descends in training, and how it adapts to a task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, get_args

from pyfrontiers.arguments import Count, checked
from pyfrontiers.transfer.adaptation import Inner, follow
from pyfrontiers.transfer.anil import anil
from pyfrontiers.transfer.joint import joint
from pyfrontiers.transfer.learners import Learner
from pyfrontiers.transfer.maml import first_order_maml, maml
from pyfrontiers.transfer.prototypes import nearest, prototypes
from pyfrontiers.transfer.reptile import reptile
from pyfrontiers.transfer.tasks import Kind, Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from pyfrontiers.transfer.tasks import Family

__all__ = ["METHODS", "PLANS", "Method", "Plan", "learner_for", "method_named", "plan_for"]

#: Units of the hidden layers, and of the embedding of prototypical networks.
_HIDDEN: Mapping[Kind, tuple[int, ...]] = MappingProxyType(
    {"regression": (40, 40), "classification": (64, 64)}
)
_EMBEDDING = 64


class Direction(Protocol):
    """What the outer loop descends, and the loss that it reports, from one task."""

    def __call__(
        self, learner: Learner, row: Tensor, task: Tasks, inner: Inner
    ) -> tuple[Tensor, Tensor]:
        """Return the direction (D,) and the loss."""


class Follow(Protocol):
    """Outputs for the queries of one task after some steps; see `adaptation.follow`."""

    def __call__(
        self, learner: Learner, row: Tensor, task: Tasks, inner: Inner, at: Sequence[int]
    ) -> Tensor:
        """Return outputs (len(at), Q, O)."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to prepare for tasks, and to adapt to one.

    Attributes:
        title: name for tables.
        direction: what its training descends; None if it isn't trained.
        follow: how it adapts to a task.
        head_only: whether only the last layer adapts.
        named: whether classes are numbered through the family in training.
        embeds: whether the outputs are an embedding and not classes.
        keeps_rate: whether its training decides the step size of the inner loop; otherwise
            `best_rate` chooses it.
        kinds: what it can learn.
    """

    title: str
    direction: Direction | None
    follow: Follow = follow
    head_only: bool = False
    named: bool = False
    embeds: bool = False
    keeps_rate: bool = True
    kinds: tuple[Kind, ...] = get_args(Kind)


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "maml": Method("MAML", maml),
        "first-order": Method("first-order MAML", first_order_maml),
        "anil": Method("ANIL", anil, head_only=True),
        "reptile": Method("Reptile", reptile),
        "prototypes": Method(
            "prototypical networks", prototypes, nearest, embeds=True, kinds=("classification",)
        ),
        "fine-tuning": Method("fine-tuning", joint, named=True, keeps_rate=False),
        "scratch": Method("from scratch", None, keeps_rate=False),
    }
)
"""All methods by name."""


@checked
@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a training.

    Attributes:
        steps: steps of the outer loop, at least 1.
        batch: tasks of each.
        shots: examples to adapt to, in all or for each class.
        queries: examples of the outer loss, in all or for each class.
        inner: the inner loop.
        rate: first step size of the outer loop's Adam, above 0; it falls to 0 along a cosine.

    Raises:
        ValueError: a number is out of range.
    """

    steps: Count = 2800
    batch: Count = 25
    shots: Count = 5
    queries: Count = 15
    inner: Inner = Inner()  # noqa: RUF009  # it is frozen
    rate: float = 3e-3

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"rate must be a number above 0, got {self.rate:g}")

    @property
    def tasks(self) -> int:
        """Number of tasks seen in the training."""
        return self.steps * self.batch


_REGRESSION = Plan()
_CLASSES = Plan(steps=2000, batch=8, queries=5, inner=Inner(rate=0.3), rate=2e-3)
# With one inner step Reptile is joint training.
_REPTILE: Mapping[Kind, Plan] = MappingProxyType(
    {
        "regression": replace(_REGRESSION, queries=10, inner=Inner(steps=5, rate=0.02)),
        "classification": replace(_CLASSES, inner=Inner(steps=5, rate=0.1)),
    }
)
PLANS: Mapping[Kind, Mapping[str, Plan]] = MappingProxyType(
    {
        "regression": dict.fromkeys(METHODS, _REGRESSION) | {"reptile": _REPTILE["regression"]},
        "classification": dict.fromkeys(METHODS, _CLASSES)
        | {"reptile": _REPTILE["classification"]},
    }
)
"""Settings by kind and method."""


def method_named(name: str, kind: Kind | None = None) -> Method:
    """Return a method.

    Raises:
        ValueError: there is none of this name for this kind.
    """
    names = [key for key, each in METHODS.items() if kind is None or kind in each.kinds]
    if name not in names:
        of = f" for {kind}" if kind else ""
        raise ValueError(f"method must be one of {', '.join(names)}{of}, got {name!r}")
    return METHODS[name]


@checked
def plan_for(method: str, kind: Kind) -> Plan:
    """Return the settings with which the networks that ship were trained.

    Args:
        method: a key of `METHODS`.
        kind: "regression" for sinusoids, "classification" for images.

    Raises:
        ValueError: there is no such method for this kind.
    """
    method_named(method, kind)
    return PLANS[kind][method]


def learner_for(family: Family, method: Method, *, training: bool) -> Learner:
    """Return the network of a method for a family, as it is trained or as it is used."""
    if method.embeds:
        outputs = _EMBEDDING
    else:
        outputs = family.named_outputs if training and method.named else family.outputs
    return Learner((family.inputs, *_HIDDEN[family.kind], outputs), family.kind)
