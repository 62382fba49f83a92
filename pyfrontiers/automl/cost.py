"""What a network costs: parameters and operations by counting, latency by measuring."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Annotated

import torch
from torch import nn

from pyfrontiers.arguments import Count, Range, checked
from pyfrontiers.replica import replicate

__all__ = ["Cost", "Limit", "measure_latency"]


@dataclass(frozen=True, slots=True)
class Cost:
    """The size of a network.

    Attributes:
        parameters: number of weights and biases.
        flops: floating-point operations for one input. A multiplication and an addition count as
            two; activations, pooling and biases are left out, as in torch's counter.

    """

    parameters: int
    flops: int


@checked
@dataclass(frozen=True, slots=True)
class Limit:
    """The largest network that a search may train; ``None`` for no limit.

    Attributes:
        parameters: most weights and biases.
        flops: most floating-point operations for one input.
        latency: longest time for one input in milliseconds on this machine, at least 0.

    """

    parameters: Count | None = None
    flops: Count | None = None
    latency: Annotated[float, Range(0)] | None = None

    def refusal(self, cost: Cost) -> str:
        """Say why a network is too large to be trained; empty if it is not.

        Args:
            cost: its counts. The latency is checked by `slowness`, because it needs the network.

        """
        for name, unit in (("parameters", "parameters"), ("flops", "FLOPs")):
            most, given = getattr(self, name), getattr(cost, name)
            if most is not None and given > most:
                return f"the child has {given:,} {unit}, more than the limit of {most:,}"
        return ""

    def slowness(self, model: nn.Module, shape: tuple[int, ...]) -> str:
        """Say why a network is too slow; empty if it is not, or if there is no such limit.

        Args:
            model: the untrained network.
            shape: shape of one input.

        """
        if self.latency is None:
            return ""
        taken = measure_latency(model, shape)
        if taken <= self.latency:
            return ""
        return f"the child takes {taken:.3g} ms, longer than the limit of {self.latency:.3g} ms"


@checked
def measure_latency(model: nn.Module, shape: tuple[int, ...], *, repeats: Count = 30) -> float:
    """Measure how long a network takes for one input on this machine.

    Args:
        model: the network, on the CPU; it is only read.
        shape: shape of one input.
        repeats: number of timed calls, after three that are not timed.

    Returns:
        The median in milliseconds. It differs from run to run and from machine to machine.

    """
    network = replicate(model).model
    one = torch.zeros((1, *shape), dtype=torch.float32, device="cpu")
    taken = []
    with torch.no_grad():
        for _ in range(repeats + 3):
            begin = perf_counter()
            network(one)
            taken.append(perf_counter() - begin)
    return 1000 * median(taken[3:])
