"""The cascading randomisation check: whether an explanation notices that the network forgot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.limitations.saliency import METHODS, saliency_map

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

__all__ = ["cascade", "randomise", "rank_correlation"]

Stage = tuple[str, "Sequence[nn.Module]"]


def randomise(module: nn.Module, *, seed: int) -> None:
    """Draw the weights of a module's convolutions and linear layers anew, as before any training.

    Normal with variance 2 / fan-in, biases zero.

    Args:
        module: Changed in place.
        seed: 64-bit stream; each layer has a stream of its own.

    Raises:
        ValueError: A parameter belongs to a layer of another kind, which would stay trained.

    Source:
        He et al., Delving deep into rectifiers, ICCV 2015, eq. 10.
    """
    layers = [m for m in module.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    redrawn = {id(p) for layer in layers for p in layer.parameters()}
    for name, parameter in module.named_parameters():
        if id(parameter) not in redrawn:
            raise ValueError(
                f"module: {name!r} belongs to neither a convolution nor a linear layer"
            )
    with torch.no_grad():
        for number, layer in enumerate(layers):
            drawn = normal(tuple(layer.weight.shape), seed=fold_in(seed, number))
            layer.weight.copy_(drawn * (2 / layer.weight[0].numel()) ** 0.5)
            if layer.bias is not None:
                layer.bias.zero_()


def rank_correlation(first: Tensor, second: Tensor) -> float:
    """Compare the order of the places in two maps, -1 to 1; 0 where one of them is flat.

    Source:
        Spearman, The proof and measurement of association between two things, 1904.
    """
    from scipy.stats import spearmanr

    if first.min() == first.max() or second.min() == second.max():
        return 0.0
    return float(spearmanr(first.flatten().numpy(), second.flatten().numpy()).statistic)


def cascade(
    model: nn.Module,
    x: Tensor,
    target: int,
    stages: Sequence[Stage],
    *,
    layer: nn.Module,
    methods: Sequence[str] = tuple(METHODS),
    samples: int = 16,
    seed: int = 0,
    original: dict[str, Tensor] | None = None,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Randomise a network from its output down, and compare each map with the trained network's.

    Args:
        model: From :func:`pyfrontiers.limitations.saliency.explainable`; **its weights are lost**.
        x: One image (1, C, H, W) in [0, 1].
        target: The class that is explained, before and after.
        stages: Name and modules of each stage, the output first; earlier stages stay random.
        layer: The convolution that Grad-CAM looks at.
        methods: Keys of `METHODS`.
        samples: As in :func:`pyfrontiers.limitations.saliency.saliency_map`.
        seed: 64-bit stream of weights and noise.
        original: Maps of the trained network, where they are known already.
        report: Told the fraction and what is going on.

    Returns:
        ``maps``: for each method its maps, the trained network's first; ``correlations``: for each
        method a rank correlation with the first map for each stage.

    Source:
        Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, sec. 4.
    """

    def explain(method: str, noise: int) -> Tensor:
        return saliency_map(
            method, model, x, target, layer=layer, samples=samples, seed=fold_in(noise, 0)
        )

    report = report or _silent
    report(0.0, "the trained network")
    first = original or {method: explain(method, seed) for method in methods}
    maps: dict[str, list[Tensor]] = {method: [first[method]] for method in methods}
    for number, (name, modules) in enumerate(stages):
        report((1 + number) / (1 + len(stages)), f"random down to the {name}")
        stream = fold_in(seed, 1 + number)
        for place, module in enumerate(modules):
            randomise(module, seed=fold_in(stream, 1 + place))
        for method in methods:
            maps[method].append(explain(method, stream))
    correlations = {
        method: [rank_correlation(shown[0], one) for one in shown[1:]]
        for method, shown in maps.items()
    }
    return {"maps": maps, "correlations": correlations}


def _silent(fraction: float, message: str) -> None:
    """Report to nobody."""
