"""The three tasks for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Flags, Floats, checked
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.multitask.instances import decode_instances
from pyfrontiers.multitask.network import TaskNet
from pyfrontiers.replica import replicate
from pyfrontiers.scenes import CLASSES, THINGS

__all__ = ["TaskMaps", "predict_tasks", "things_of"]

_CHUNK = 16


@dataclass(frozen=True, eq=False)
class TaskMaps:
    """What a network says about N pictures; None for what it has no head for.

    Attributes:
        classes: (N, H, W) int64, the most probable class.
        probabilities: (N, 11, H, W) of the classes.
        offsets: (N, 2, H, W) pixels down and right to the centroid of the pixel's instance.
        instances: (N, H, W) int64: 0 for no thing, 1, 2, ... for things.
        inverse_depth: (N, H, W) in 1/m.
    """

    classes: Tensor | None
    probabilities: Tensor | None
    offsets: Tensor | None
    instances: Tensor | None
    inverse_depth: Tensor | None


@checked
@torch.no_grad()
def predict_tasks(
    model: TaskNet,
    images: Annotated[Tensor, Floats("N>0", 3, "H", "W")],
    *,
    things: Annotated[Tensor, Flags("N", "H", "W")] | None = None,
    cluster: bool = True,
) -> TaskMaps:
    """Predict classes, instances and inverse depth of every pixel.

    Args:
        model: a `TaskNet` on any device; it is only read.
        images: (N, 3, H, W) in [0, 1], with even sides of at least 16.
        things: (N, H, W) where there are things; None takes the predicted classes.
        cluster: whether to find instances, which takes most of the time.

    Returns:
        The maps, on the device of `images`. Instances need vectors, and classes or `things`.

    Raises:
        ValueError: another shape, or a picture with NaN or infinity.
        TypeError: an argument is of another kind.
    """
    if any(side % 2 or side < 16 for side in images.shape[2:]):
        raise ValueError(
            "images must have shape (N, 3, H, W) with even sides of at least 16, got "
            f"{tuple(images.shape)}"
        )
    if not images.isfinite().all():
        raise ValueError("images must be finite, got NaN or infinity")
    network = replicate(model).model
    place = next(model.parameters()).device
    with one_thread():
        parts = [network(part.to(place).float()) for part in torch.split(images, _CHUNK)]
    logits, offsets, depth = (
        None if one[0] is None else torch.cat(one).to(images.device)
        for one in zip(*parts, strict=True)
    )
    classes = None if logits is None else logits.argmax(1)
    instances = None
    if things is None and classes is not None:
        things = things_of(classes)
    if cluster and offsets is not None and things is not None:
        pairs = zip(offsets, things, strict=True)
        instances = torch.stack([decode_instances(*pair) for pair in pairs])
    return TaskMaps(
        classes, None if logits is None else logits.softmax(1), offsets, instances, depth
    )


def things_of(classes: Tensor) -> Tensor:
    """Return the mask of pixels whose class has instances."""
    numbers = torch.tensor([CLASSES.index(name) for name in THINGS], device=classes.device)
    return torch.isin(classes, numbers)
