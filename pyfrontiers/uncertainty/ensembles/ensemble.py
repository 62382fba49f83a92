"""An ensemble of trained networks as a posterior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import checked
from pyfrontiers.first_run import first_run
from pyfrontiers.one_line import one_line
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.draws import stream_draws
from pyfrontiers.uncertainty.networks import Network, Weights, one_after_the_other
from pyfrontiers.uncertainty.passes import streamed

__all__ = ["Ensemble", "stacked_state"]


@checked
@dataclass(frozen=True)
class Ensemble:
    """The uniform distribution over trained networks.

    Pass s is member s modulo M, whatever the seed, so `samples=len(ensemble.models)` counts each
    once. Members of one architecture run side by side, others one after the other.

    Attributes:
        models: the members, in eval mode: copies of the modules that were given.
        note: why members were trained one after the other; None if they trained side by side or
            were given.

    Raises:
        ValueError: `models` is empty.

    Source:
        Lakshminarayanan, Pritzel and Blundell, Simple and Scalable Predictive Uncertainty
        Estimation using Deep Ensembles, NeurIPS 2017.
    """

    models: Sequence[nn.Module]
    note: str | None = None
    _stack: tuple[Network, Weights] | None = field(init=False, repr=False, compare=False)
    __repr__ = one_line

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("models must have at least one module, got none")
        copies = tuple(replicate(model, copies="everything").model for model in self.models)
        object.__setattr__(self, "models", copies)
        state = stacked_state(copies)
        stack = (Network(copies[0]), state) if state else None
        object.__setattr__(self, "_stack", stack)

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...); see `Posterior.sample`."""
        if self._stack is not None and self._agrees(x):
            network, state = self._stack
            return stream_draws(network, state, x, samples, seed=seed, first_sample=first_sample)

        def passes(first: int, count: int) -> Tensor:
            runs = [self.models[s % len(self.models)] for s in range(first, first + count)]
            with first_run(x):
                return one_after_the_other(runs, x, seed=seed, first=first)

        return streamed(passes, samples, first_sample, held=x.numel())

    def _agrees(self, x: Tensor) -> bool:
        """Return whether the first member with the state of the last one is the last one.

        It is not if they differ in what is no tensor, such as the exponent of a layer.
        """
        assert self._stack is not None
        network, state = self._stack
        last = {name: tensor[-1] for name, tensor in state.items()}
        with torch.inference_mode(False), torch.no_grad(), first_run(x):
            ours = network.output(last, x[:1])
            theirs = one_after_the_other(self.models[-1:], x[:1], seed=0, first=0)[0]
        return ours.shape == theirs.shape and torch.allclose(ours, theirs, equal_nan=True)


def stacked_state(models: Sequence[nn.Module]) -> Weights | None:
    """Stack the parameters and buffers of modules of one architecture.

    Args:
        models: modules.

    Returns:
        Tensors (M, ...) by name, or None if the modules differ in structure.
    """
    described = [[(n, type(m), m.extra_repr()) for n, m in each.named_modules()] for each in models]
    states = [{**dict(m.named_parameters()), **dict(m.named_buffers())} for m in models]
    kinds = [{n: (t.shape, t.dtype, t.device) for n, t in state.items()} for state in states]
    if any(each != described[0] for each in described) or any(kind != kinds[0] for kind in kinds):
        return None
    with torch.inference_mode(False), torch.no_grad():
        return {name: torch.stack([state[name] for state in states]) for name in states[0]}
