"""Layers whose weights are normal distributions."""

from __future__ import annotations

import math
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pyfrontiers.arguments import checked
from pyfrontiers.uncertainty.networks import trainable_copy

_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_LEAST = 1e-12  # variance of an activation, so that the root has a gradient at 0


class VariationalLayer(nn.Module):
    """A linear layer or convolution whose weights are independent, w ~ N(mean, sigma^2).

    In training mode it draws its activations instead of its weights, independently for each example
    (local reparameterisation):

        a = layer(x; mean) + sqrt(layer(x^2; sigma^2)) z,   z ~ N(0, 1)

    This has the distribution of drawing the weights for each example, and gradients of lower
    variance. In eval mode it uses the means.

    Args:
        layer: `nn.Linear` or `nn.Conv1d` to `nn.Conv3d`; its parameters become the means.
        sigma: initial standard deviation, above 0.

    Attributes:
        layer: the layer with the means.
        weight_rho, bias_rho: sigma = softplus(rho); `bias_rho` is None without a bias.

    Raises:
        TypeError: another kind of layer.
        ValueError: `sigma` is not above 0.

    Source:
        Kingma, Salimans and Welling, Variational Dropout and the Local Reparameterization Trick,
        NeurIPS 2015; Blundell et al., Weight Uncertainty in Neural Networks, ICML 2015.
    """

    @checked
    def __init__(self, layer: nn.Module, *, sigma: float = 0.05) -> None:
        super().__init__()
        if type(layer) not in _LAYERS:
            raise TypeError(
                f"layer must be a Linear, Conv1d, Conv2d or Conv3d, got a {type(layer).__name__}"
            )
        if sigma <= 0:
            raise ValueError(f"sigma must be above 0, got {sigma}")
        self.layer = cast("Any", layer)
        rho = sigma + math.log(-math.expm1(-sigma))  # the inverse of softplus
        self.weight_rho = nn.Parameter(torch.full_like(self.layer.weight.detach(), rho))
        bias = self.layer.bias
        self.bias_rho = None if bias is None else nn.Parameter(torch.full_like(bias.detach(), rho))

    def forward(self, x: Tensor) -> Tensor:
        """Return the activations."""
        mean = self._apply_weights(x, self.layer.weight, self.layer.bias)
        if not self.training:
            return mean
        noise = None if self.bias_rho is None else F.softplus(self.bias_rho).square()
        variance = self._apply_weights(x.square(), F.softplus(self.weight_rho).square(), noise)
        return mean + variance.clamp_min(_LEAST).sqrt() * torch.randn_like(mean)

    def _apply_weights(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        found: Tensor
        if isinstance(self.layer, nn.Linear):
            found = F.linear(x, weight, bias)
        else:
            found = self.layer._conv_forward(x, weight, bias)
        return found

    def sigmas(self) -> dict[str, Tensor]:
        """Return the standard deviations of the layer's parameters by name."""
        found = {"weight": F.softplus(self.weight_rho)}
        return found if self.bias_rho is None else found | {"bias": F.softplus(self.bias_rho)}

    def kl_divergence(self, prior_precision: float) -> Tensor:
        """Return KL(q || p) for p = N(0, 1 / prior_precision), in nats.

        With a the precision, it is the sum over the weights of
        (a (sigma^2 + mean^2) - 1 - log(a sigma^2)) / 2.
        """
        total = []
        for name, sigma in self.sigmas().items():
            mean, scaled = getattr(self.layer, name), prior_precision * sigma.square()
            total.append((scaled + prior_precision * mean.square() - 1 - scaled.log()).sum() / 2)
        return torch.stack(total).sum()

    def extra_repr(self) -> str:
        """Return the mean standard deviation."""
        return f"sigma={float(F.softplus(self.weight_rho.detach()).mean()):.3g}"


def is_convertible(module: nn.Module) -> bool:
    """Return whether a module is exactly a layer that can become variational, and trains."""
    known = type(module) in _LAYERS and "forward" not in vars(module)
    return known and getattr(module, "weight").requires_grad  # noqa: B009  # a Tensor or a Module


@checked
def convert(model: nn.Module, *, sigma: float = 0.05) -> nn.Module:
    """Copy a model with every linear layer and convolution replaced by a variational one.

    A module that appears in several places is replaced by one layer. Linear maps inside attention
    and recurrent layers, layers whose weight requires no gradient, and all other layers keep their
    weights.

    Args:
        model: any module; it is only read.
        sigma: initial standard deviation, above 0.

    Returns:
        The copy, in eval mode: call `train()` on it, or on its variational layers, to draw.

    Raises:
        ValueError: the model has no layer that can be converted, or `sigma` is not above 0.
    """
    if sigma <= 0:
        raise ValueError(f"sigma must be above 0, got {sigma}")
    copy = trainable_copy(model)
    made: dict[int, VariationalLayer] = {}

    def converted(module: nn.Module) -> VariationalLayer:
        if id(module) not in made:
            made[id(module)] = VariationalLayer(module, sigma=sigma).eval()
        return made[id(module)]

    if is_convertible(copy):
        return converted(copy)
    for parent in list(copy.modules()):
        for name, child in list(parent._modules.items()):
            if child is not None and is_convertible(child):
                parent._modules[name] = converted(child)
    if not made:
        raise ValueError(
            "model must have a Linear or Conv layer to convert, got a "
            f"{type(model).__name__} without"
        )
    return copy


@checked
def kl_divergence(model: nn.Module, *, prior_precision: float = 1.0) -> Tensor:
    """Return the sum of KL(q || p) over a model's variational layers, in nats.

    Args:
        model: a model from `convert`.
        prior_precision: of the normal prior of every weight, above 0.

    Raises:
        ValueError: the model has no variational layer, or the precision is not above 0.
    """
    if prior_precision <= 0:
        raise ValueError(f"prior_precision must be above 0, got {prior_precision}")
    layers = [each for each in model.modules() if isinstance(each, VariationalLayer)]
    if not layers:
        raise ValueError(
            f"model must have variational layers, got a {type(model).__name__} without; "
            "convert(model) makes them"
        )
    return torch.stack([each.kl_divergence(prior_precision) for each in layers]).sum()
