"""Cascading randomisation: whether a saliency map changes when the weights are randomised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Floats, Range, Seed, as_choice, as_mapping, checked
from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.limitations.saliency import METHODS, saliency_map
from pyfrontiers.reports import silent

__all__ = ["cascade", "randomise", "rank_correlation"]

Stage = tuple[str, "Sequence[nn.Module]"]


@checked
def randomise(module: nn.Module, *, seed: Seed) -> None:
    """Reinitialise the convolutions and linear layers of a module in place.

    Weights are normal with variance 2 / fan-in, biases are zero.

    Args:
        module: Changed in place.
        seed: 64-bit seed; each layer draws from a separate stream.

    Raises:
        ValueError: A parameter belongs to another kind of layer and would stay trained.

    Source:
        He et al., Delving deep into rectifiers, ICCV 2015, eq. 10.
    """
    layers = [m for m in module.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    covered = {id(p) for layer in layers for p in layer.parameters()}
    for name, parameter in module.named_parameters():
        if id(parameter) not in covered:
            raise ValueError(
                "module must have parameters in convolutions and linear layers only, "
                f"got {name!r} in another layer"
            )
    with torch.no_grad():
        for number, layer in enumerate(layers):
            drawn = normal(
                tuple(layer.weight.shape), dtype=torch.float32, seed=fold_in(seed, number)
            )
            layer.weight.copy_(drawn * (2 / layer.weight[0].numel()) ** 0.5)
            if layer.bias is not None:
                layer.bias.zero_()


@checked
def rank_correlation(
    first: Annotated[Tensor, Floats("...")], second: Annotated[Tensor, Floats("...")]
) -> float:
    """Return Spearman's rank correlation of two maps.

    Args:
        first: A map of any shape.
        second: A map of the same shape.

    Returns:
        A number in [-1, 1], or 0 if a map is constant.

    Source:
        Spearman, The proof and measurement of association between two things, 1904.
    """
    from scipy.stats import spearmanr

    if second.shape != first.shape or not first.numel():
        raise ValueError(
            f"second must have the shape of first, {tuple(first.shape)}, with elements, got "
            f"{tuple(second.shape)}; first must have elements too"
        )
    if first.min() == first.max() or second.min() == second.max():
        return 0.0
    return float(spearmanr(first.flatten().numpy(), second.flatten().numpy()).statistic)


@checked
def cascade(
    model: nn.Module,
    x: Tensor,
    target: Annotated[int, Range(0)],
    stages: Sequence[Stage],
    *,
    layer: nn.Module,
    methods: Sequence[str] = tuple(METHODS),
    samples: Count = 16,
    seed: Seed = 0,
    original: dict[str, Tensor] | None = None,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Randomise a network from the output down and compare its saliency maps with the originals.

    Args:
        model: A model from :func:`pyfrontiers.limitations.saliency.explainable`; **its weights are
            overwritten**.
        x: One image (1, C, H, W) in [0, 1].
        target: Index of the class to explain.
        stages: Name and modules of each stage, starting at the output; randomisation is cumulative.
        layer: Convolution whose activations Grad-CAM uses.
        methods: Keys of `METHODS`.
        samples: As in :func:`pyfrontiers.limitations.saliency.saliency_map`.
        seed: 64-bit seed of weights and noise.
        original: Maps of the trained network by method, if already computed.
        report: Called with the fraction done and a message.

    Returns:
        ``maps``: for each method the map of the trained network, then one per stage;
        ``correlations``: for each method the rank correlation of each stage's map with the first.

    Raises:
        ValueError: A method is unknown, or a module cannot be randomised.

    Source:
        Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, sec. 4.
    """

    def explain(method: str, noise: int) -> Tensor:
        return saliency_map(
            method, model, x, target, layer=layer, samples=samples, seed=fold_in(noise, 0)
        )

    for method in methods:
        as_choice("methods", method, METHODS)
    if original is not None:
        as_mapping("original", original, *methods)
    report = report or silent
    report(0.0, "explaining the trained network")
    first = original or {method: explain(method, seed) for method in methods}
    maps: dict[str, list[Tensor]] = {method: [first[method]] for method in methods}
    for number, (name, modules) in enumerate(stages):
        report((1 + number) / (1 + len(stages)), f"randomised down to the {name}")
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
