"""The exact predictive distribution of dropout, for networks with few dropped units."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Share, Values, checked
from pyfrontiers.uncertainty.dropout.masks import keep_scale
from pyfrontiers.uncertainty.dropout.prepared import prepared_passes
from pyfrontiers.uncertainty.prediction import (
    Outputs,
    Prediction,
    as_classes,
    as_probabilities,
)

_MAX_UNITS = 18
_BY_CLASS = ("mean", "variance")


@dataclass
class _Census:
    """A mask source that keeps everything and records the shape and p of each layer."""

    layers: dict[int, tuple[tuple[int, ...], float]] = field(default_factory=dict)

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        self.layers[layer] = (shape, p)
        return torch.ones(count, *shape, dtype=torch.bool, device="cpu")

    def generator(self, layer: int, sample: int, device: torch.device) -> torch.Generator:
        raise ValueError(
            "model must have no random function except dropout to enumerate all masks, got one"
        )


@dataclass
class _AllMasks:
    """A mask source that enumerates all masks: bit u of the pass number keeps unit u."""

    places: dict[int, int]

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        units = torch.Size(shape).numel()
        numbers = torch.arange(first_sample, first_sample + count, device="cpu")[:, None]
        shifts = self.places[layer] + torch.arange(units, device="cpu")[None]
        return (numbers >> shifts & 1).bool().reshape(count, *shape)

    generator = _Census.generator


@checked
def enumerate_dropout(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    p: Share | None = None,
    outputs: Outputs = "logits",
) -> Prediction:
    """Compute the exact predictive distribution of dropout by enumerating all masks.

    The mean is sum over z of P(z) f(x; z) over all 2^m masks z of m units, where P(z) is the
    product of q^z (1 - q)^(1 - z) over the units. `mc_dropout` converges to it as T grows.

    Args:
        model: as for `mc_dropout`, with at most 18 dropped units in total.
        x: (N, ...) inputs.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.
        outputs: kind of the model's output: `"logits"`, `"probabilities"` or `"values"`.

    Returns:
        The predictive distribution; its `passes` is the number of masks.

    Raises:
        ValueError: no dropout layer is active, or there are too many units.
    """
    census = _Census()
    with prepared_passes(model, x, census, p, None) as prepared:
        prepared.passes(0, 1)
        places, keep, units = {}, [], 0
        for layer, (shape, chance) in census.layers.items():
            places[layer] = units
            size = torch.Size(shape).numel()
            scale = keep_scale(chance)
            keep += [1 / scale if scale else 0.0] * size
            units += size
    if units > _MAX_UNITS:
        raise ValueError(
            f"model must have at most {_MAX_UNITS} dropped units to enumerate all masks, "
            f"got {units}"
        )
    bits = torch.arange(units, device="cpu")[None]
    all_masks = torch.arange(2**units, device="cpu")[:, None] >> bits & 1
    q = torch.tensor(keep, dtype=torch.float64, device="cpu")
    weights = torch.where(all_masks.bool(), q, 1 - q).prod(1)
    with prepared_passes(model, x, _AllMasks(places), p, None) as prepared:
        firsts = range(0, 2**units, 256)
        raw = torch.cat([prepared.passes(k, min(256, 2**units - k)) for k in firsts])
    skips_channels = prepared.skips_channels
    classes = as_classes(raw, outputs, 2)
    found = _weighted(as_probabilities(classes, outputs, 2), weights, outputs, skips_channels)
    if classes.shape == raw.shape:
        return found
    of_one = {name: getattr(found, name)[:, 1:].reshape(raw.shape[1:]) for name in _BY_CLASS}
    return replace(found, **of_one)


def _weighted(values: Tensor, weights: Tensor, kind: Outputs, skips_channels: bool) -> Prediction:
    """Return mean, variance and entropies, weighting each mask by its probability."""
    wide = values.double()
    mean = torch.tensordot(weights, wide, 1)
    variance = torch.tensordot(weights, (wide - mean).square(), 1)
    if kind == "values":
        return Prediction(mean, variance, len(values), skips_channels)
    entropy = torch.special.entr(mean).sum(1)
    expected = torch.tensordot(weights, torch.special.entr(wide).sum(2), 1)
    information = (entropy - expected).clamp_min(0.0)
    return Prediction(mean, variance, len(values), skips_channels, entropy, expected, information)
