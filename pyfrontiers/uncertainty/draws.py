"""A posterior that is a list of weights, such as those that a Markov chain has visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from pyfrontiers.uncertainty.networks import Network, Weights

__all__ = ["stream_draws"]


def stream_draws(
    network: Network, draws: Weights, x: Tensor, samples: int, *, seed: int, first_sample: int
) -> Iterator[Tensor]:
    """Yield raw outputs in chunks; pass s has draw number s modulo T.

    Args:
        network: the network.
        draws: weights (T, ...).
        x: (N, ...) inputs.
        samples: number of passes.
        seed: seed of numbers that the model draws itself.
        first_sample: number of the first pass.
    """
    stored = len(next(iter(draws.values())))

    def draw(first: int, count: int) -> Weights:
        start = first % stored
        if start + count <= stored:
            return {name: weights[start : start + count] for name, weights in draws.items()}
        chosen = torch.arange(first, first + count, device="cpu") % stored
        return {name: weights[chosen.to(weights.device)] for name, weights in draws.items()}

    return network.stream(x, draw, samples, seed=seed, first_sample=first_sample)
