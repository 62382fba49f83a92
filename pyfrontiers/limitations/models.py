"""The models of the app whose cost is told: add an entry, and it joins the table and claim C12."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MODELS", "AppModel"]


@dataclass(frozen=True, slots=True)
class AppModel:
    """A model of the app and how much its training shows it.

    Attributes:
        name: What the table calls it.
        section: Slug of the section that uses it.
        build: Makes a model of its own that may be changed, taking (N, *example) to logits (N, K).
        example: Shape of one input without its batch axis.
        shown: Examples that its training shows, repetitions counted.
        training: What that training is, in words.
        batch: Examples of a training step.
        classes: Number of classes.
    """

    name: str
    section: str
    build: Callable[[], nn.Module]
    example: tuple[int, ...]
    shown: int
    training: str
    batch: int
    classes: int


# Models are built, and what builds them imported, when they are measured.


def _efficientnet() -> nn.Module:
    import copy

    from pyfrontiers.vision import classifier

    return copy.deepcopy(classifier()).requires_grad_(True)


def _digits(channels: tuple[int, int, int], p: float) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        from pyfrontiers.digits import DigitNet

        return DigitNet(channels, p=p)

    return build


class _Velocity(nn.Module):
    """The digits' flow in the middle of its way, for no digit in particular."""

    def __init__(self) -> None:
        from pyfrontiers.digits.flow.network import ANY_CLASS, DigitFlow

        super().__init__()
        self.flow, self._any = DigitFlow(), ANY_CLASS

    def forward(self, images: Tensor) -> Tensor:
        """Give the velocities: (N, 64) -> (N, 64)."""
        count = len(images)
        velocity: Tensor = self.flow(
            images, torch.full((count,), 0.5), torch.full((count,), self._any)
        )
        return velocity


def _one_hidden_layer() -> nn.Module:
    return nn.Sequential(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 1))


def _fitting() -> nn.Module:
    from pyfrontiers.generalization import FittingNet

    return FittingNet(1, 8, 10)


_DIGIT = (1, 8, 8)

MODELS: tuple[AppModel, ...] = (
    AppModel(
        name="flow that draws digits",
        section="progress-so-far",
        build=_Velocity,
        example=(64,),
        shown=10_000 * 128,
        training="10,000 steps of 128 digits",
        batch=128,
        classes=64,
    ),
    AppModel(
        name="one hidden layer of 64 units",
        section="universal-approximation",
        build=_one_hidden_layer,
        example=(1,),
        shown=2000 * 128,
        training="2,000 steps of 128 points",
        batch=128,
        classes=1,
    ),
    AppModel(
        name="network that fits any labels",
        section="rethinking-generalization",
        build=_fitting,
        example=_DIGIT,
        shown=40 * 1442,
        training="40 passes over 1,442 digits",
        batch=64,
        classes=10,
    ),
    AppModel(
        name="EfficientNet-Lite0",
        section="adversarial-examples",
        build=_efficientnet,
        example=(3, 224, 224),
        shown=1_281_167,
        training="one pass over ImageNet; its makers made many",
        batch=4,
        classes=1000,
    ),
    AppModel(
        name="digit network, attacked",
        section="adversarial-examples",
        build=_digits((8, 12, 16), 0.0),
        example=_DIGIT,
        shown=60 * 721,
        training="60 steps of 721 digits",
        batch=721,
        classes=10,
    ),
    AppModel(
        name="digit network, five classes",
        section="limitations-summary",
        build=_digits((8, 12, 16), 0.0),
        example=_DIGIT,
        shown=300 * 32,
        training="300 steps of 32 digits",
        batch=32,
        classes=10,
    ),
    AppModel(
        name="digit network, two groups",
        section="limitations-summary",
        build=_digits((8, 12, 16), 0.25),
        example=_DIGIT,
        shown=400 * 64,
        training="400 steps of 64 digits",
        batch=64,
        classes=10,
    ),
    AppModel(
        name="digit network with dropout",
        section="dropout-sampling",
        build=_digits((8, 12, 16), 0.5),
        example=_DIGIT,
        shown=120 * 22 * 64,
        training="120 passes over 1,408 digits",
        batch=64,
        classes=10,
    ),
    AppModel(
        name="digit network of twelve filters",
        section="dropout-sampling",
        build=_digits((4, 4, 4), 0.25),
        example=_DIGIT,
        shown=20 * 22 * 64,
        training="20 passes over 1,408 digits",
        batch=64,
        classes=10,
    ),
)
"""In the order of the lecture."""
