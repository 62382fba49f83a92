"""A model as a function of its weights: many draws of the weights in one call."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from pyfrontiers.first_run import first_run
from pyfrontiers.kernels import fold_in
from pyfrontiers.outputs import scores
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.passes import CHUNK_ELEMENTS, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Weights by their names in the model; those of several draws are stacked, (t, ...).
Weights = dict[str, Tensor]

#: What torch raises for an operation that it cannot compute for many weights at once.
UNSUPPORTED = (RuntimeError, ValueError, NotImplementedError, TypeError)


class Network:
    """A copy of a model in eval mode, run with other weights.

    Args:
        model: any module; it is only read, and may change later.

    Attributes:
        model: the copy.
        weights: its parameters by name; those that are shared by several modules appear once.
        size: number of elements in all parameters.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = replicate(model, copies="everything").model
        self.weights: Weights = dict(self.model.named_parameters())
        self.size = sum(weight.numel() for weight in self.weights.values())
        self._stackable = True

    def output(self, weights: Weights, x: Tensor) -> Tensor:
        """Return the raw output (N, K, ...) with one set of weights."""
        return scores(functional_call(self.model, weights, (x.clone(),)))

    def passes(self, x: Tensor, stacked: Weights, *, seed: int, first: int) -> Tensor:
        """Return the raw outputs (t, N, K, ...) with t sets of weights.

        Small networks run side by side, by `torch.func.vmap`. Large ones, and those for which torch
        cannot do that, run one after the other.

        Args:
            x: (N, ...) inputs.
            stacked: weights of each pass, (t, ...).
            seed: seed of numbers that the model draws itself.
            first: number of the first pass.
        """
        count = len(next(iter(stacked.values())))
        with first_run(x):
            if self._stackable and 2 * self.held(x) <= CHUNK_ELEMENTS:
                try:
                    return vmap(self.output, in_dims=(0, None))(stacked, x)
                except UNSUPPORTED:
                    self._stackable = False  # a mistake of the caller's is found below
            runs = [
                functools.partial(self.output, {name: v[t] for name, v in stacked.items()})
                for t in range(count)
            ]
            return one_after_the_other(runs, x, seed=seed, first=first)

    def held(self, x: Tensor) -> int:
        """Return how many elements of weights and inputs a pass needs."""
        return self.size + x.numel()

    def stream(
        self,
        x: Tensor,
        draw: Callable[[int, int], Weights],
        samples: int,
        *,
        seed: int,
        first_sample: int,
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks; `draw(first, count)` returns the weights of a chunk."""

        def passes(first: int, count: int) -> Tensor:
            return self.passes(x, draw(first, count), seed=seed, first=first)

        return streamed(passes, samples, first_sample, held=self.held(x))


def one_after_the_other(
    runs: Sequence[Callable[[Tensor], Any]], x: Tensor, *, seed: int, first: int
) -> Tensor:
    """Return the raw outputs (t, N, K, ...) of t functions of the same inputs.

    Numbers that function t draws from torch's generators are a function of (seed, first + t).

    Args:
        runs: the functions.
        x: (N, ...) inputs.
        seed: 64-bit seed.
        first: number of the first pass.
    """
    outputs = []
    for t, run in enumerate(runs):
        with own_generators(fold_in(seed, first + t), x.device):
            outputs.append(scores(run(x.clone())))
    return torch.stack(outputs)


@contextmanager
def own_generators(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's generators; put their states back afterwards."""
    gpus = [device.index or 0] if device.type == "cuda" else []
    with torch.random.fork_rng(gpus):
        torch.default_generator.manual_seed(seed)
        for gpu in gpus:
            torch.cuda.default_generators[gpu].manual_seed(seed)
        yield


def trainable_copy(model: nn.Module) -> nn.Module:
    """Return a copy of a model that trains what the model would train; the model is only read."""
    copy = replicate(model, copies="everything").model
    for own, original in zip(copy.parameters(), model.parameters(), strict=True):
        own.requires_grad_(original.requires_grad)
    return copy
