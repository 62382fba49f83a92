"""Fit the weights of a network that runs in eval mode: no dropout, fixed statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from pyfrontiers.kernels import devices, normal

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.likelihood import Examples
    from pyfrontiers.uncertainty.networks import Network, Weights

__all__ = ["FreeWeights", "gaussian", "trained_names"]


class FreeWeights(nn.Module):
    """The parameters that a fit moves, apart from the network that they belong to.

    The network is no submodule, so training leaves it in eval mode.

    Args:
        network: the network.
        names: names of the parameters to move; the others stay.
    """

    def __init__(self, network: Network, names: list[str]) -> None:
        super().__init__()
        self.names = names
        starts = (network.weights[name].detach().clone() for name in names)
        self.values = nn.ParameterList([nn.Parameter(start) for start in starts])
        self._network = (network,)  # in a tuple: no submodule

    def weights(self) -> Weights:
        """Return the parameters by name."""
        return dict(zip(self.names, self.values, strict=True))

    def copied(self) -> Weights:
        """Return copies of the parameters as they are now."""
        return {name: value.detach().clone() for name, value in self.weights().items()}

    def loss(self, examples: Examples, chosen: Tensor | None) -> Tensor:
        """Return the mean negative log-likelihood of some of the examples."""
        weights = self.weights()
        return examples.loss_of(lambda x: self._network[0].output(weights, x), chosen)

    def square_norm(self) -> Tensor:
        """Return the sum of the squares of all parameters."""
        squares: list[Tensor] = [value.square().sum() for value in self.values]
        return torch.stack(squares).sum()


def trained_names(network: Network, model: nn.Module) -> list[str]:
    """Return the names of the parameters that require gradients in the model.

    Raises:
        ValueError: there is none.
    """
    flags = {id(own): p.requires_grad for own, p in _pairs(network.model, model)}
    names = [name for name, weight in network.weights.items() if flags[id(weight)]]
    if not names:
        raise ValueError(
            "model must have parameters that require gradients, got a "
            f"{type(model).__name__} without"
        )
    return names


def _pairs(copy: nn.Module, model: nn.Module) -> list[tuple[nn.Parameter, nn.Parameter]]:
    return list(zip(copy.parameters(), model.parameters(), strict=True))


def gaussian(like: Tensor, seed: int) -> Tensor:
    """Return normal numbers in the shape, dtype and on the device of a tensor.

    They are drawn on the CPU for devices without our kernels; the bits are the same.
    """
    wide = torch.float64 if like.dtype == torch.float64 else torch.float32
    drawn_there = like.is_cuda and devices.cuda_module() is not None
    device = like.device if drawn_there else torch.device("cpu")
    return normal(tuple(like.shape), seed=seed, dtype=wide, device=device).to(like)


def check_finite(draws: Weights, wanted: str) -> None:
    """Check that a fit has not diverged.

    Args:
        draws: weights by name.
        wanted: the start of the error: an argument, and what it must be.

    Raises:
        ValueError: a weight is NaN or infinite.
    """
    for name, weights in draws.items():
        if not torch.isfinite(weights).all():
            raise ValueError(f"{wanted}, got {name} with NaN or infinity")
