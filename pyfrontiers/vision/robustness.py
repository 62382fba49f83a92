"""How often the examples of a photograph survive random transforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from pyfrontiers.adversarial import Transforms2D, evaluate_views
from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.vision.classifier import classifier
from pyfrontiers.vision.input_gradient import FastClassifier
from pyfrontiers.vision.labels import CLASS_NAMES
from pyfrontiers.vision.robust_examples import RobustExample, as_batch

__all__ = ["Robustness", "measure_example"]


@dataclass(frozen=True)
class Robustness:
    """The examples of one photograph under held-out transforms; shares are of these transforms.

    Attributes:
        photograph: its name.
        truth, target: classes by name; `truth` is what the classifier says of the photograph.
        adversariality: share in which the robust example is taken for the target.
        accuracy: share in which it is taken for `truth`.
        ordinary: share in which the ordinary example is taken for the target.
        accuracy_before: share in which the photograph is taken for `truth`.
        lab, l2: mean distance of the robust example from the photograph after the transform, in
            CIELAB and in pixel values.
    """

    photograph: str
    truth: str
    target: str
    adversariality: float
    accuracy: float
    ordinary: float
    accuracy_before: float
    lab: float
    l2: float


@checked
def measure_example(
    name: str, example: RobustExample, *, held_out: Count, compared: Count, seed: Seed
) -> Robustness:
    """See the images of an example, rounded to 8 bits, under transforms that no attack has seen.

    Args:
        name: The photograph's name.
        example: From `robust_example` with the same seed.
        held_out: Transforms of the robust example.
        compared: Of them, those of the photograph and of the ordinary example as well.
        seed: 64-bit seed.
    """
    images = (example.original, example.ordinary, example.robust)
    x, ordinary, robust = map(as_batch, images)
    common: dict[str, Any] = {
        "y": torch.tensor([example.target], device="cpu"),
        "views": Transforms2D(),
        "targeted": True,
        "truth": torch.tensor([example.truth], device="cpu"),
        "seed": seed,
    }
    model = FastClassifier(classifier())
    other = evaluate_views(model, x, ordinary, count=compared, **common)
    common["predictions_before"] = other.predictions_before
    found = evaluate_views(model, x, robust, count=held_out, **common)
    return Robustness(
        photograph=name,
        truth=CLASS_NAMES[example.truth],
        target=CLASS_NAMES[example.target],
        adversariality=float(found.adversariality[0]),
        accuracy=float(found.accuracy[0]),
        ordinary=float(other.adversariality[0]),
        accuracy_before=float(other.accuracy_before[0]),
        lab=float(found.lab[0]),
        l2=float(found.l2[0]),
    )
