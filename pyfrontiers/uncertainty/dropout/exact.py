"""The limit of infinitely many passes, for networks with few dropped units."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.dropout.masks import keep_scale
from pyfrontiers.uncertainty.dropout.sampling import drawing
from pyfrontiers.uncertainty.prediction import Outputs, Prediction, as_probabilities

_MOST_UNITS = 18


@dataclass
class _Census:
    """Counts the units of each layer while one pass runs with everything kept."""

    layers: dict[int, tuple[tuple[int, ...], float]] = field(default_factory=dict)

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        self.layers[layer] = (shape, p)
        return torch.ones(count, *shape, dtype=torch.bool)


@dataclass
class _AllMasks:
    """Bit u of the pass number says whether unit u of the network is kept."""

    places: dict[int, int]

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        units = torch.Size(shape).numel()
        numbers = torch.arange(first_sample, first_sample + count)[:, None]
        shifts = self.places[layer] + torch.arange(units)[None]
        return (numbers >> shifts & 1).bool().reshape(count, *shape)


def enumerate_dropout(
    model: nn.Module, x: Tensor, *, p: float | None = None, outputs: Outputs = "logits"
) -> Prediction:
    """Sum over all 2^m masks of m units: the exact predictive distribution of dropout.

    mean = sum_z P(z) f(x; z) with P(z) = prod q^z (1 - q)^(1 - z): what `mc_dropout` tends to as T
    grows. `Prediction.passes` is the number of masks.

    Args:
        model: as for `mc_dropout`, with at most 18 dropped units in all layers together.
        x: (N, ...) inputs.
        p: drop probability for every layer, or None for each layer's own.
        outputs: what the model returns.

    Raises:
        ValueError: no dropout fires, or there are more units than can be enumerated.
    """
    census = _Census()
    with drawing(model, x, census, p, None) as (passes, leaves_out):
        passes(0, 1)
        places, keep, units = {}, [], 0
        for layer, (shape, chance) in census.layers.items():
            places[layer] = units
            size = torch.Size(shape).numel()
            scale = keep_scale(chance)
            keep += [1 / scale if scale else 0.0] * size
            units += size
    if units > _MOST_UNITS:
        raise ValueError(
            f"the model drops {units} units, that is 2^{units} masks; at most {_MOST_UNITS} units "
            "can be enumerated"
        )
    all_masks = torch.arange(2**units)[:, None] >> torch.arange(units)[None] & 1
    q = torch.tensor(keep, dtype=torch.float64)
    weights = torch.where(all_masks.bool(), q, 1 - q).prod(1)
    with drawing(model, x, _AllMasks(places), p, None) as (passes, leaves_out):
        raw = torch.cat([passes(k, min(256, 2**units - k)) for k in range(0, 2**units, 256)])
    return _weighted(as_probabilities(raw, outputs, 2), weights, outputs, leaves_out)


def _weighted(values: Tensor, weights: Tensor, kind: Outputs, leaves_out: bool) -> Prediction:
    """Mean, variance and entropies with the probability of each mask as its weight."""
    wide = values.double()
    mean = torch.tensordot(weights, wide, 1)
    variance = torch.tensordot(weights, (wide - mean).square(), 1)
    if kind == "values":
        return Prediction(mean, variance, len(values), leaves_out)
    entropy = torch.special.entr(mean).sum(1)
    expected = torch.tensordot(weights, torch.special.entr(wide).sum(2), 1)
    information = (entropy - expected).clamp_min(0.0)
    return Prediction(mean, variance, len(values), leaves_out, entropy, expected, information)
