"""The classifier with a faster gradient with respect to its images, for long attacks.

Autograd saves tensors for the gradients of weights and padding, and copies activations before a
ReLU6. Here the weights are constants: a layer saves only its output, a 1 x 1 convolution is a
matrix product, and the backward pass of a depthwise convolution with stride 1 is a convolution with
the flipped filter. Logits and gradients equal those of the classifier up to rounding.

Images are processed in small groups, each on one thread, so the result has the same bits for any
number of threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Count, checked
from pyfrontiers.vision.classifier import IMAGE_SCALING, ImageNetClassifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["FastClassifier"]

_GROUP: Final = 2
"""Number of images processed together; more would not fit into the processor's cache."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution, its ReLU6, and the block that it begins or ends.

    Attributes:
        weight: (out, in / groups, k, k); extended by zeros if the padding is asymmetric.
        bias: (out,).
        stride: 1 or 2.
        padding: the same on all sides.
        groups: 1, or the number of channels.
        clipped: whether a ReLU6 follows.
        skip: number of layers, including this one, that a skip connection ending here spans; 0 if
            there is none.
    """

    weight: Tensor
    bias: Tensor
    stride: int
    padding: int
    groups: int
    clipped: bool
    skip: int

    @property
    def pointwise(self) -> bool:
        return self.weight.shape[-1] == 1

    def forward(self, x: Tensor) -> Tensor:
        """Return the output (N, C, H, W) without the skip connection."""
        if self.pointwise:
            rows = torch.addmm(self.bias, _rows(x), self.weight.flatten(1).T)
            y = _images(rows, x)
        else:
            y = F.conv2d(x, self.weight, self.bias, self.stride, self.padding, 1, self.groups)
        return y.clamp_(0.0, 6.0) if self.clipped else y

    def backward(self, x: Tensor, y: Tensor, gradient: Tensor) -> Tensor:
        """Return the gradient of the input; `gradient` is overwritten.

        Args:
            x: the input; only its shape is used.
            y: the output after the ReLU6.
            gradient: gradient of y.
        """
        if self.clipped:
            torch.ops.aten.hardtanh_backward.grad_input(gradient, y, 0.0, 6.0, grad_input=gradient)
        if self.pointwise:
            return _images(_rows(gradient) @ self.weight.flatten(1), x)
        if self.groups > 1 and self.stride == 1:
            flipped = self.weight.flip(2, 3)
            return F.conv2d(gradient, flipped, None, 1, self.padding, 1, self.groups)
        sides = [self.padding, self.padding]
        back: Tensor = torch.ops.aten.convolution_backward(
            *(gradient, x, self.weight, None, [self.stride] * 2, sides, [1, 1], False, [0, 0]),
            *(self.groups, [True, False, False]),
        )[0]
        return back


def _rows(x: Tensor) -> Tensor:
    """Return the pixels (N H W, C) of channels-last images."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _images(rows: Tensor, like: Tensor) -> Tensor:
    """Return channels-last images (N, C, H, W) of pixels, with N, H and W as in `like`."""
    n, _, height, width = like.shape
    return rows.view(n, height, width, -1).permute(0, 3, 1, 2)


class FastClassifier:
    """A function from images (N, 3, 224, 224) in [0, 1] to logits (N, 1000).

    It is differentiable once with respect to the images. Use it instead of `classifier()` for
    thousands of calls.

    Args:
        model: the classifier.
        threads: threads to use; by default as many as torch uses.

    Attributes:
        seconds: time spent in calls and in their backward passes so far.

    Raises:
        ValueError: `model` is not `classifier()`, but another network.
    """

    @checked
    def __init__(self, model: ImageNetClassifier, *, threads: Count | None = None) -> None:
        network: Any = model.network
        if not all(hasattr(network, part) for part in ("_conv_stem", "_blocks", "_conv_head")):
            raise ValueError(
                "model must be an EfficientNet-Lite0 as from classifier(), got a classifier with "
                f"the network {type(network).__name__}"
            )
        self.threads = threads
        self.seconds = 0.0
        self._layers = [
            _layer(network._conv_stem, clipped=True),
            *(layer for block in network._blocks for layer in _block(block)),
            _layer(network._conv_head, clipped=True),
        ]
        self._weight = network._fc.weight.detach()
        self._bias = network._fc.bias.detach()

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits."""
        logits: Tensor = _Logits.apply(images, self)  # type: ignore[no-untyped-call]
        return logits

    def on_threads(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run functions in parallel, each on one thread, and return their results."""
        threads = torch.get_num_threads() if self.threads is None else self.threads
        if threads == torch.get_num_threads() == 1:
            return [_without_gradients(call) for call in calls]
        return list(_pool(threads).map(_without_gradients, calls))

    def forward(self, images: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the logits of a group of images, and its input followed by all layers' outputs."""
        mean, scale = IMAGE_SCALING
        x = ((images - mean) / scale).contiguous(memory_format=torch.channels_last)
        kept = [x]
        for layer in self._layers:
            y = layer.forward(kept[-1])
            kept.append(y.add_(kept[-layer.skip]) if layer.skip else y)
        return torch.addmm(self._bias, kept[-1].mean((2, 3)), self._weight.T), kept

    def backward(self, kept: list[Tensor], gradient: Tensor) -> Tensor:
        """Return the gradient with respect to the images, given that of the logits."""
        last = kept[-1]
        pooled = (gradient @ self._weight) / (last.shape[2] * last.shape[3])
        g = pooled[:, :, None, None].expand_as(last).contiguous(memory_format=torch.channels_last)
        added: dict[int, Tensor] = {}  # gradients passed back by skip connections
        for number in reversed(range(len(self._layers))):
            layer = self._layers[number]
            if number + 1 in added:
                g = g.add_(added.pop(number + 1))
            if layer.skip:
                added[number + 1 - layer.skip] = g
            g = layer.backward(kept[number], kept[number + 1], g)
        back: Tensor = g / IMAGE_SCALING[1]
        return back


def _layer(convolution: Any, *, clipped: bool, skip: int = 0) -> _Layer:
    """Return a layer with symmetric padding.

    With stride 2, the network pads one row and column more at the bottom and right. Extending the
    filter by a row and a column of zeros at the top and left makes the padding symmetric.
    """
    weight, bias = convolution.weight.detach(), convolution.bias.detach()
    before, after = getattr(convolution.static_padding, "padding", (0, 0))[:2]
    if after > before:
        weight = F.pad(weight, (after - before, 0, after - before, 0))
    weight = weight.contiguous(memory_format=torch.channels_last)
    stride, groups = int(convolution.stride[0]), int(convolution.groups)
    return _Layer(weight, bias, stride, int(after), groups, clipped, skip)


def _block(block: Any) -> list[_Layer]:
    """Return the layers of an inverted bottleneck: expand, filter each channel, project."""
    names = ["_expand_conv"] if hasattr(block, "_expand_conv") else []
    layers = [_layer(getattr(block, name), clipped=True) for name in (*names, "_depthwise_conv")]
    project = block._project_conv
    first = layers[0]
    same = first.weight.shape[1] * first.groups == project.out_channels
    added = same and layers[-1].stride == 1 and block.id_skip
    return [*layers, _layer(project, clipped=False, skip=len(layers) + 1 if added else 0)]


class _Logits(torch.autograd.Function):
    """The logits of a batch; groups of images run on one thread each."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, network: FastClassifier) -> Tensor:
        begin = perf_counter()
        groups = torch.split(images.detach(), _GROUP)
        answers = network.on_threads([partial(network.forward, group) for group in groups])
        ctx.network, ctx.kept = network, [kept for _, kept in answers]
        logits = torch.cat([logits for logits, _ in answers])
        network.seconds += perf_counter() - begin
        return logits

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        begin = perf_counter()
        pairs = zip(ctx.kept, torch.split(gradients[0], _GROUP), strict=True)
        calls = [partial(ctx.network.backward, *pair) for pair in pairs]
        gradient = torch.cat(ctx.network.on_threads(calls))
        ctx.network.seconds += perf_counter() - begin
        return gradient, None


def _without_gradients(call: Callable[[], Any]) -> Any:
    with torch.no_grad():
        return call()


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1))
