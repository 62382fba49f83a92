"""Saliency maps: five methods that explain a prediction, and an edge detector as a control."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Annotated, Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Floats, Range, Seed, checked

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["METHODS", "CappedReLU", "explainable", "saliency_map"]

#: Standard deviation of SmoothGrad's noise, for pixels in [0, 1].
_NOISE: Final = 0.15


class CappedReLU(nn.ReLU):
    """min(max(x, 0), 6) as a subclass of ``nn.ReLU``.

    captum's guided backpropagation modifies only ``nn.ReLU``. In a network of ``nn.ReLU6`` it
    silently returns the plain gradient.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # the name that torch uses
        """Clamp the input to [0, 6]."""
        return input.clamp(0.0, 6.0)


@checked
def explainable(model: nn.Module) -> nn.Module:
    """Return a copy of a model, in eval mode, that every method in `METHODS` can explain.

    The copy computes the same function. Each ``nn.ReLU6`` becomes a :class:`CappedReLU`, and
    activations no longer work in place.

    Args:
        model: Left unchanged.
    """
    ready = copy.deepcopy(model).eval()
    for owner in list(ready.modules()):
        for name, child in list(owner.named_children()):
            if isinstance(child, nn.ReLU6):
                setattr(owner, name, CappedReLU())
            elif isinstance(child, nn.ReLU):
                child.inplace = False
    return ready


@checked
def saliency_map(
    method: str,
    model: nn.Module,
    x: Annotated[Tensor, Floats(1, "C", "H", "W")],
    target: Annotated[int, Range(0)],
    *,
    layer: nn.Module,
    samples: Count = 16,
    seed: Seed = 0,
) -> Tensor:
    """Compute a saliency map for the score of a class.

    Args:
        method: A key of `METHODS`.
        model: A model from :func:`explainable`; its state is left unchanged.
        x: One image (1, C, H, W) in [0, 1].
        target: Index of the class.
        layer: Convolution whose activations Grad-CAM uses.
        samples: Steps of integrated gradients and noisy copies of SmoothGrad, at least 1.
        seed: 64-bit seed of the noise.

    Returns:
        A non-negative map (H, W), or (h, w) of the layer's activations for Grad-CAM.

    Raises:
        ValueError: The method is unknown, ``x`` is not one image, or ``samples`` is not positive.

    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    with torch.no_grad():
        classes = model(x.detach().clone()).shape[1]
    if target >= classes:
        raise ValueError(f"target must be below {classes}, the number of classes, got {target}")
    with warnings.catch_warnings():
        # captum warns that it registers hooks, which is intended.
        warnings.filterwarnings("ignore", message="Setting backward hooks")
        warnings.filterwarnings("ignore", message="Input Tensor .* did not already require grad")
        found = METHODS[method](model, x.detach().clone(), target, layer, samples, seed)
    return found.detach()


def _gradient(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Magnitude of the gradient, summed over channels (Simonyan, Vedaldi and Zisserman 2014)."""
    from captum.attr import Saliency

    found: Tensor = Saliency(model).attribute(x, target=target, abs=True)
    return found.sum(1)[0]


def _integrated(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Integrated gradients from a black image, times the image (Sundararajan et al. 2017)."""
    from captum.attr import IntegratedGradients

    found: Tensor = IntegratedGradients(model).attribute(
        x, target=target, n_steps=samples, internal_batch_size=8
    )
    return found.abs().sum(1)[0]


def _smooth(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Magnitude of the gradient, averaged over noisy copies of the image (Smilkov et al. 2017)."""
    from captum.attr import NoiseTunnel, Saliency

    # captum draws from torch's global generator; fork_rng restores its state.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
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
    """Rectified sum of a layer's channels, weighted by mean gradient (Selvaraju et al. 2017)."""
    from captum.attr import LayerGradCam

    found: Tensor = LayerGradCam(model, layer).attribute(x, target=target, relu_attributions=True)
    return found.sum(1)[0]


def _guided(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Gradient that passes ReLUs backwards only where positive (Springenberg et al. 2015)."""
    from captum.attr import GuidedBackprop

    found: Tensor = GuidedBackprop(model).attribute(x, target=target)
    return found.abs().sum(1)[0]


def _edges(
    model: nn.Module, x: Tensor, target: int, layer: nn.Module, samples: int, seed: int
) -> Tensor:
    """Sobel edges of the brightness: a control that does not depend on the network."""
    kernel = torch.tensor(
        [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=x.dtype, device=x.device
    )
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
"""Methods by name; the last is a control that a sound check must reject."""
