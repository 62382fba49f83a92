"""The app's models whose cost is measured; an entry here adds a model to the table and to C12."""

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
    """A model of the app and the size of its training.

    Attributes:
        name: Name in the table.
        section: Slug of the section that uses the model.
        build: Returns a fresh, trainable model that maps (N, *example) to outputs (N, classes).
        example: Shape of one input without the batch dimension.
        shown: Number of examples presented during training, counting repetitions.
        training: Description of the training.
        batch: Batch size of a training step.
        classes: Number of outputs.
    """

    name: str
    section: str
    build: Callable[[], nn.Module]
    example: tuple[int, ...]
    shown: int
    training: str
    batch: int
    classes: int


# The builders import what they need when they are called, so that importing this module is fast.


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
    """The velocity field of the digit flow at time 1/2, without a class."""

    def __init__(self) -> None:
        from pyfrontiers.digits.flow.network import ANY_CLASS, DigitFlow

        super().__init__()
        self.flow, self._any = DigitFlow(), ANY_CLASS

    def forward(self, images: Tensor) -> Tensor:
        """Return the velocities (N, 64) of images (N, 64)."""
        count = len(images)
        velocity: Tensor = self.flow(
            images,
            images.new_full((count,), 0.5),
            images.new_full((count,), self._any, dtype=torch.int64),
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
        training="one pass over ImageNet; the published weights took many",
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
"""The models in the order of the lecture."""
