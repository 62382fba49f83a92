"""The network: one encoder, and a head for each task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.digits.network import he_uniform
from pyfrontiers.kernels import fold_in
from pyfrontiers.multitask.tasks import TASKS, Task
from pyfrontiers.scenes import CLASSES

__all__ = ["TaskNet", "TaskOutputs", "check_tasks"]

#: Channels at 1/2, 1/4, 1/8 and 1/16 of the picture's size, and of a head.
_CHANNELS, _HEAD = (16, 32, 48, 64), 16
_OUTPUTS: dict[Task, int] = {"classes": len(CLASSES), "instances": 2, "depth": 1}
#: Outputs of the heads are in this unit: nats, pixels, 1/m.
_UNITS: dict[Task, float] = {"classes": 1.0, "instances": 8.0, "depth": 0.1}


class TaskOutputs(NamedTuple):
    """Outputs of the heads; None for a task that the network does not have.

    Attributes:
        logits: (N, 11, H, W) of the classes.
        offsets: (N, 2, H, W) pixels down and right to the centroid of the pixel's instance.
        inverse_depth: (N, H, W) in 1/m.
    """

    logits: Tensor | None
    offsets: Tensor | None
    inverse_depth: Tensor | None


class TaskNet(nn.Module):
    """Predict classes, vectors to the instances' centroids, and inverse depth from one picture.

    The encoder and the way back up to half the picture's size are shared; a head has two layers.
    Blocks of 2 x 2 pixels become channels and are put back at the end, so that no layer runs at
    full size. Weights depend on `seed` only, and those of the encoder not on `tasks`.

    Args:
        tasks: the heads, one or more of `TASKS`.
        seed: 64-bit seed of the initial weights.

    Raises:
        ValueError: no task, an unknown one, or one twice.

    Source:
        Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses for Scene
        Geometry and Semantics, CVPR 2018, sec. 4, at a hundredth of the size.
    """

    @checked
    def __init__(self, tasks: Sequence[Task] = TASKS, *, seed: Seed = 0) -> None:
        super().__init__()
        self.tasks = check_tasks(tasks)
        # On the CPU in single precision whatever torch's defaults, and without torch's generator.
        with torch.random.fork_rng(devices=[]), torch.device("cpu"):
            self._build()
        self.float()
        shared = [m for name, m in self.named_modules() if not name.startswith("heads")]
        self._initialise(shared, fold_in(seed, 0))
        for task in self.tasks:
            self._initialise(list(self.heads[task].modules()), fold_in(seed, 1 + TASKS.index(task)))
            with torch.no_grad():
                head = self.heads[task]
                assert isinstance(head, nn.Sequential)
                assert isinstance(head[-1], nn.Conv2d)
                head[-1].weight.detach().mul_(0.1)

    def _build(self) -> None:
        a, b, c, d = _CHANNELS
        self.stem = _layer(13, a)
        self.down = nn.ModuleList(
            [
                nn.Sequential(_layer(a, b, stride=2), _layer(b, b)),
                _layer(b, c, stride=2),
                _layer(c, d, stride=2),
            ]
        )
        self.up = nn.ModuleList([_layer(d, c, 1), _layer(c, b, 1), _layer(b, a)])
        self.shared = _layer(a, 24)
        self.heads = nn.ModuleDict(
            {
                task: nn.Sequential(_layer(24, _HEAD, 1), _Pointwise(_HEAD, 4 * _OUTPUTS[task], 1))
                for task in self.tasks
            }
        )

    @staticmethod
    def _initialise(modules: Sequence[nn.Module], seed: int) -> None:
        convolutions = [m for m in modules if isinstance(m, nn.Conv2d)]
        for number, layer in enumerate(convolutions):
            he_uniform(layer, fold_in(seed, number))

    def forward(self, images: Tensor) -> TaskOutputs:
        """Return the outputs for pictures (N, 3, H, W) in [0, 1]; H and W are multiples of 2."""
        blocks = F.pixel_unshuffle(images - 0.5, 2)
        rows = torch.linspace(-1.0, 1.0, blocks.shape[2], device=images.device, dtype=images.dtype)
        where = rows[:, None].expand(len(images), 1, -1, blocks.shape[3])
        features = self.stem(torch.cat([blocks, where], 1))
        levels = []
        for down in self.down:
            levels.append(features)
            features = down(features)
        for up, level in zip(self.up, reversed(levels), strict=True):
            size = level.shape[2:]
            features = level + F.interpolate(up(features), size=size, mode="nearest")
        features = self.shared(features)
        found = {
            task: _UNITS[task] * F.pixel_shuffle(self.heads[task](features), 2)
            for task in self.tasks
        }
        depth = found.get("depth")
        return TaskOutputs(
            found.get("classes"), found.get("instances"), None if depth is None else depth[:, 0]
        )

    def shared_parameters(self) -> Iterator[nn.Parameter]:
        """Yield the parameters that all tasks share."""
        return (p for name, p in self.named_parameters() if not name.startswith("heads"))

    @property
    def last_shared(self) -> nn.Parameter:
        """The weights of the last layer that all tasks share."""
        layer = self.shared[0]
        assert isinstance(layer, nn.Conv2d)
        assert isinstance(layer.weight, nn.Parameter)
        return layer.weight


def check_tasks(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return tasks in the order of `TASKS`.

    Raises:
        ValueError: none, an unknown one, or one twice.
    """
    if not tasks or len(set(tasks)) < len(tasks) or set(tasks) - set(TASKS):
        raise ValueError(
            f"tasks must be one or more of {', '.join(TASKS)}, each once, got {list(tasks)}"
        )
    return tuple(task for task in TASKS if task in tasks)


class _Pointwise(nn.Conv2d):
    """A 1 x 1 convolution as a matrix product.

    On one thread, torch convolves fewer than 16 pictures with 1 x 1 filters in a slow way.
    """

    def forward(self, images: Tensor) -> Tensor:
        rows = F.linear(images.movedim(1, -1), self.weight[:, :, 0, 0], self.bias)
        return rows.movedim(-1, 1)


def _layer(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    kind = _Pointwise if kernel == 1 else nn.Conv2d
    convolution = kind(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
