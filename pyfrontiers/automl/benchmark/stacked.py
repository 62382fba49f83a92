"""Train many small convolutional children side by side, as one network with grouped convolutions.

Calling a layer of such a child takes longer than its arithmetic, so a group of children takes
little more time than one. Children of a group have equal filters, strides, pooling and skip
connections; smaller filters lie in the middle of larger ones whose other weights stay zero. Each
child is trained as `ChildTrainer` trains it, up to rounding.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.automl.children import shuffles
from pyfrontiers.automl.networks import joint_size, unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfrontiers.automl.data import Data
    from pyfrontiers.automl.images import ImageSpace
    from pyfrontiers.automl.networks import ConvChild, ConvLayer
    from pyfrontiers.automl.protocols import Architecture

__all__ = ["Stack", "groups", "train_stack"]


def groups(space: ImageSpace) -> list[list[Architecture]]:
    """Divide all architectures of a space into groups that can be trained side by side."""

    def shape(architecture: Architecture) -> tuple[tuple[object, ...], ...]:
        return tuple(layer[2:] for layer in space.decode(architecture))

    everything = sorted(map(space.architecture, range(space.size)), key=shape)
    return [list(group) for _, group in groupby(everything, key=shape)]


class Stack:
    """Children of one group with several seeds each; child a with seed s is number s A + a.

    Args:
        space: the space.
        architectures: A architectures of one group.
        seeds: S seeds of the weights and of the order of the examples.

    Attributes:
        parameters: the weights and biases of all S A children, stacked.

    """

    def __init__(
        self, space: ImageSpace, architectures: Sequence[Architecture], seeds: Sequence[int]
    ) -> None:
        children = [[*map(space.decode, architectures)]]
        self._layers: tuple[ConvLayer, ...] = children[0][0]
        self._last = unread([layer.inputs for layer in self._layers])
        self._seeds, self._count = len(seeds), len(seeds) * len(architectures)
        self._sides = [
            (
                max(child[k].height for child in children[0]),
                max(child[k].width for child in children[0]),
            )
            for k in range(len(self._layers))
        ]
        built = [space.build(each, seed=seed) for seed in seeds for each in architectures]
        states = [dict(child.named_parameters()) for child in built]
        self._average = cast("ConvChild", built[0]).average
        self.parameters: list[Tensor] = []
        self._masks: list[Tensor] = []
        for k, sides in enumerate(self._sides):
            filters = [state[f"convolutions.{k}.weight"].detach() for state in states]
            weight = torch.stack([_embedded(each, sides) for each in filters])
            mask = torch.stack([_embedded(torch.ones_like(each), sides) for each in filters])
            bias = torch.stack([state[f"convolutions.{k}.bias"].detach() for state in states])
            self._masks.append(mask)
            self.parameters += [weight, bias]
        self.parameters += [
            torch.stack([state[f"linear.{name}"].detach() for state in states])
            for name in ("weight", "bias")
        ]
        for parameter in self.parameters:
            parameter.requires_grad_()

    def logits(self, images: Tensor) -> Tensor:
        """Map a batch for each seed, (S, N, C, H, W), to the logits of all children, (SA, N, K)."""
        seeds, batch, channels, height, width = images.shape
        side_by_side = images.transpose(0, 1).reshape(batch, seeds * channels, height, width)
        outputs: list[Tensor] = []
        for k, layer in enumerate(self._layers):
            read = self._joined(outputs, layer.inputs) if layer.inputs else side_by_side
            weight = (self.parameters[2 * k] * self._masks[k]).flatten(0, 1)
            sides = self._sides[k]
            made = F.conv2d(
                read,
                weight,
                self.parameters[2 * k + 1].flatten(),
                layer.stride,
                (sides[0] // 2, sides[1] // 2),
                groups=self._count if layer.inputs else seeds,
            ).relu()
            if layer.pool > 1:
                made = F.max_pool2d(made, layer.pool, ceil_mode=True)
            outputs.append(made)
        averages: Tensor = self._average(self._joined(outputs, self._last))
        features = averages.reshape(batch, self._count, -1).transpose(0, 1)
        weight, bias = self.parameters[-2:]
        return torch.baddbmm(bias[:, None], features, weight.transpose(1, 2))

    @torch.no_grad()
    def measure(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return each child's number of correct predictions and its mean loss in nats, (SA,).

        Args:
            images: (N, C, H, W).
            labels: (N,).

        """
        logits = self.logits(images.expand(self._seeds, *images.shape))
        logs = logits.double().log_softmax(2).nan_to_num(nan=-torch.inf)
        loss = -logs.gather(2, labels.expand(len(logs), -1)[:, :, None])[:, :, 0].mean(1)
        # Ties and NaN predict class 0, as argmax does; a child that diverged predicts nothing.
        right = (logits.argmax(2) == labels) & logits.isfinite().all(2)
        return right.sum(1), loss

    def _joined(self, outputs: list[Tensor], chosen: tuple[int, ...]) -> Tensor:
        maps = [
            outputs[j].reshape(len(outputs[j]), self._count, -1, *outputs[j].shape[2:])
            for j in chosen
        ]
        height, width = joint_size([each.shape[-2:] for each in maps])
        padded = [
            F.pad(each, (0, width - each.shape[-1], 0, height - each.shape[-2])) for each in maps
        ]
        return torch.cat(padded, 2).flatten(1, 2) if len(padded) > 1 else outputs[chosen[0]]


def train_stack(
    stack: Stack,
    data: Data,
    seeds: Sequence[int],
    *,
    budgets: Sequence[int],
    batch: int,
    rate: float,
) -> Iterator[int]:
    """Train the children of a stack; yields each budget, in epochs, when it is reached.

    Args:
        stack: the children.
        data: the examples.
        seeds: the seeds that the stack was made with.
        budgets: ascending numbers of epochs; the last one is the length of the training.
        batch: examples in a batch, as for `ChildTrainer`.
        rate: peak learning rate.

    """
    orders = [shuffles(len(data.inputs), batch, seed) for seed in seeds]
    per_epoch = orders[0].per_epoch
    steps = budgets[-1] * per_epoch
    optimiser = torch.optim.Adam(stack.parameters)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps)
    for step in range(steps):
        chosen = torch.stack([order.at(step) for order in orders])
        logits = stack.logits(data.inputs[chosen])
        labels = data.labels[chosen].repeat_interleave(len(logits) // len(seeds), 0)
        # The gradient of a sum of means is each child's own.
        loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
        optimiser.zero_grad(set_to_none=True)
        (loss / chosen.shape[1]).backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        optimiser.step()
        schedule.step()
        epoch, rest = divmod(step + 1, per_epoch)
        if rest == 0 and epoch in budgets:
            yield epoch


def _embedded(filters: Tensor, sides: tuple[int, int]) -> Tensor:
    """Put filters (O, I, h, w) into the middle of larger ones."""
    down, right = (sides[0] - filters.shape[2]) // 2, (sides[1] - filters.shape[3]) // 2
    return F.pad(filters, (right, right, down, down))
