"""Where does a network look? Five maps that are meant to say it, and one that cannot know."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Final

import torch
import torch.nn.functional as F
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

__all__ = ["METHODS", "CappedReLU", "explainable", "saliency_map"]

#: Standard deviation of SmoothGrad's noise, as a share of the range of a pixel.
_NOISE: Final = 0.15


class CappedReLU(nn.ReLU):
    """min(max(x, 0), 6), as a kind of ``nn.ReLU``.

    captum's guided backpropagation knows ``nn.ReLU`` only: in a network of ``nn.ReLU6`` it changes
    nothing, says nothing, and gives the plain gradient.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's own name for it
        """Clamp to [0, 6]."""
        return input.clamp(0.0, 6.0)


def explainable(model: nn.Module) -> nn.Module:
    """Copy a model into one that every method here can explain: the same function, in eval mode.

    Each ``nn.ReLU6`` becomes a :class:`CappedReLU`; in-place activations no longer are.
    """
    ready = copy.deepcopy(model).eval()
    for owner in list(ready.modules()):
        for name, child in list(owner.named_children()):
            if isinstance(child, nn.ReLU6):
                setattr(owner, name, CappedReLU())
            elif isinstance(child, nn.ReLU):
                child.inplace = False
    return ready


def saliency_map(
    method: str,
    model: nn.Module,
    x: Tensor,
    target: int,
    *,
    layer: nn.Module,
    samples: int = 16,
    seed: int = 0,
) -> Tensor:
    """Explain the score of a class by a map over the image.

    Args:
        method: A key of `METHODS`.
        model: From :func:`explainable`; left as it is.
        x: One image (1, C, H, W) in [0, 1].
        target: The class.
        layer: The convolution that Grad-CAM looks at.
        samples: Steps of integrated gradients, noisy copies of SmoothGrad.
        seed: 64-bit stream of the noise.

    Returns:
        (H, W) for maps of pixels, the layer's own (h, w) for Grad-CAM; nothing is negative.

    Raises:
        ValueError: There is no such method, ``x`` is not one image, or ``samples`` is not positive.

    """
    if method not in METHODS:
        raise ValueError(f"method: got {method!r}, want one of {', '.join(METHODS)}")
    if x.ndim != 4 or len(x) != 1:
        raise ValueError(f"x: got shape {tuple(x.shape)}, want one image (1, C, H, W)")
    if samples < 1:
        raise ValueError(f"samples: got {samples}, want at least 1")
    with warnings.catch_warnings():
        # captum says that it registers hooks, which is how it works.
        warnings.filterwarnings("ignore", message="Setting backward hooks")
        warnings.filterwarnings("ignore", message="Input Tensor .* did not already require grad")
        found = METHODS[method](model, x.detach().clone(), target, layer, samples, seed)
    return found.detach()


def _gradient(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Simonyan, Vedaldi and Zisserman 2014: the size of the gradient, summed over channels."""
    from captum.attr import Saliency

    found: Tensor = Saliency(model).attribute(x, target=target, abs=True)
    return found.sum(1)[0]


def _integrated(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Sundararajan, Taly and Yan 2017, from black; it multiplies by the image."""
    from captum.attr import IntegratedGradients

    found: Tensor = IntegratedGradients(model).attribute(
        x, target=target, n_steps=samples, internal_batch_size=8
    )
    return found.abs().sum(1)[0]


def _smooth(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Smilkov et al. 2017: the gradient's size, mean over noisy copies of the image."""
    from captum.attr import NoiseTunnel, Saliency

    # captum draws from torch's own generator, which is put back.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        found: Tensor = NoiseTunnel(Saliency(model)).attribute(
            x,
            target=target,
            nt_type="smoothgrad",
            nt_samples=samples,
            nt_samples_batch_size=8,
            stdevs=_NOISE,
            abs=True,
        )
    return found.sum(1)[0]


def _grad_cam(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Selvaraju et al. 2017: the layer's channels, weighted by their mean gradient, if positive."""
    from captum.attr import LayerGradCam

    found: Tensor = LayerGradCam(model, layer).attribute(x, target=target, relu_attributions=True)
    return found.sum(1)[0]


def _guided(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Springenberg et al. 2015: only positive gradients pass a ReLU on the way back."""
    from captum.attr import GuidedBackprop

    found: Tensor = GuidedBackprop(model).attribute(x, target=target)
    return found.abs().sum(1)[0]


def _edges(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Sobel's edges of the brightness: a control that never asks the network."""
    kernel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=x.dtype)
    both = torch.stack([kernel, kernel.T])[:, None]
    grey = F.pad(x.mean(1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    return F.conv2d(grey, both).square().sum(1).sqrt()[0]


METHODS: Final[dict[str, Callable[[nn.Module, Tensor, int, nn.Module, int, int], Tensor]]] = {
    "gradient": _gradient,
    "SmoothGrad": _smooth,
    "integrated gradients": _integrated,
    "Grad-CAM": _grad_cam,
    "guided backpropagation": _guided,
    "edge detector": _edges,
}
"""The methods by name; the last is a control that any sound check must catch."""
