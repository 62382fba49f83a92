"""Reads a sequential model and decides which rows and columns each pass leaves out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.dropout.kept import (
    Apply,
    Dropout,
    KeptChannels,
    Multiply,
    Normalise,
    Select,
    Step,
    channels_last,
)
from pyfrontiers.uncertainty.dropout.masks import (
    drops_channels,
    is_dropout,
    keep_scale,
    probability,
)
from pyfrontiers.uncertainty.dropout.structure import (
    channelwise,
    consumes,
    flattened,
    flattens,
    homogeneous,
    hooked,
    normalises,
    only_forwards,
    preserves_zero,
    rectifies,
    standard,
)


def cut(model: nn.Module, p: float | None) -> tuple[list[nn.Module], list[nn.Module]]:
    """Cut a model at the first dropout that fires.

    Returns:
        The modules before it, and those from it on.

        The second list is empty where `model` is not sequential or drops nothing.
    """
    modules = list(flattened(model))
    for place, module in enumerate(modules):
        if is_dropout(module) and probability(module, p) > 0:
            return modules[:place], modules[place:]
    return modules, []


def plan(model: nn.Module, h: Tensor, p: float | None) -> KeptChannels | None:
    """Plan the passes behind the prefix, or None where the structure does not allow to leave out.

    Allowed is any chain of convolutions (one group, zero padding) and linear layers with
    element-by-element functions, pooling, flattening and fixed batch normalisation between them.
    Each dropout must drop whole channels, or single features of a (N, F) input, and be followed by
    a convolution or linear layer.

    Args:
        model: the model, in evaluation mode.
        h: output of the prefix, (N, C, ...).
        p: drop probability for every layer, or None for each layer's own.
    """
    before, behind = cut(model, p)
    if h.ndim < 2 or not behind or any(hooked(module) for module in model.modules()):
        return None
    reader = _Reader(behind, sum(map(is_dropout, before)), h.ndim, p)
    try:
        return reader.read(h.shape[1], last=any_layout(model))
    except _NotAllowedError:
        return None


def any_layout(model: nn.Module) -> bool:
    """Whether all modules take images in any memory layout: torch's own do, and dropout does."""
    return all(standard(module) or is_dropout(module) for module in flattened(model))


def after_prefix(
    model: nn.Module, x: Tensor, p: float | None
) -> tuple[Tensor, KeptChannels] | None:
    """Compute what comes before the first dropout, and plan what comes behind it.

    Returns:
        The prefix's output and the plan, or None where there is none.
    """
    before, behind = cut(model, p)
    if not behind:
        return None
    if any_layout(model):
        x = channels_last(x)
    fresh = False  # whether nobody else sees x
    for module in before:
        if fresh and rectifies(module):
            x.relu_()
            continue
        x, fresh = module(x), consumes(module) and not hooked(module)
    planned = plan(model, x, p)
    return None if planned is None else (x, planned)


class _NotAllowedError(Exception):
    """The structure does not allow to leave channels out."""


class _Reader:
    """Walks over the modules behind the prefix and writes the steps of a pass."""

    def __init__(
        self, modules: list[nn.Module], first_number: int, rank: int, p: float | None
    ) -> None:
        self.modules, self.number, self.rank, self.p = modules, first_number, rank, p
        self.steps: list[Step] = []
        self.dropouts: list[Dropout] = []
        self.pending: tuple[int, float] | None = None  # a dropout without a consumer: place, 1 / q
        self.rows: int | None = None  # the dropout that gathers the rows of the last layer

    def read(self, units: int, *, last: bool) -> KeptChannels:
        self.last = last
        for place, module in enumerate(self.modules):
            if is_dropout(module):
                if probability(module, self.p) > 0:
                    self.drop(place, module, units)
                self.number += 1
            elif consumes(module):
                units = self.multiply(place, module)
            else:
                self.pass_through(module)
                if flattens(module) or not self.rank:
                    units = units if self.pending else -1  # the next layer's columns say how many
        if self.pending:
            raise _NotAllowedError
        return KeptChannels(tuple(self.steps), tuple(self.dropouts), last)

    def drop(self, place: int, module: nn.Module, units: int) -> None:
        if self.pending or not (self.rank == 2 or drops_channels(module)):
            raise _NotAllowedError
        p = probability(module, self.p)
        scale, following = keep_scale(p), self.until_consumer(place)
        if units < 0:
            if any(map(flattens, following)):
                raise _NotAllowedError
            units = following[-1].get_parameter("weight").shape[1]
        folded = all(homogeneous(step) for step in following[:-1])
        self.steps.append(Select(len(self.dropouts), 1.0 if folded else scale))
        self.pending = (len(self.dropouts), scale if folded else 1.0)
        self.dropouts.append(Dropout(module, self.number, units, p))
        self.rows = None

    def multiply(self, place: int, module: nn.Module) -> int:
        assert isinstance(module, nn.Conv1d | nn.Conv2d | nn.Linear)
        # A linear layer multiplies the last dimension, which is the channels only of (N, F).
        if self.rank != (2 if isinstance(module, nn.Linear) else module.weight.ndim):
            raise _NotAllowedError
        weight, columns = module.weight.detach(), None
        if self.pending:
            columns, scale = self.pending
            if isinstance(module, nn.Linear):
                weight = weight.reshape(len(weight), self.dropouts[columns].units, -1)
            weight = weight * scale
        if isinstance(module, nn.Conv1d):
            weight = weight[:, :, None]
        weight = channels_last(weight) if self.last else weight.contiguous()
        # The next dropout takes these outputs if only channel-by-channel steps lie between.
        self.rows = None
        for follower in self.modules[place + 1 :]:
            if is_dropout(follower) and probability(follower, self.p) > 0:
                self.rows = len(self.dropouts)
            elif channelwise(follower) or normalises(follower) or is_dropout(follower):
                continue
            break
        self.steps.append(Multiply(module, weight, columns, self.rows))
        self.pending = None
        return len(weight)

    def pass_through(self, module: nn.Module) -> None:
        if self.pending and not preserves_zero(module):
            raise _NotAllowedError
        if self.rows is not None and normalises(module):
            self.steps.append(Normalise(module, self.rows))  # type: ignore[arg-type] # just asked
        elif rectifies(module) and self.steps and isinstance(self.steps[-1], Multiply):
            self.steps.append(Apply(torch.relu_))  # nobody else sees a layer's result
        else:
            # What is called around forward costs as much as a small step does.
            self.steps.append(Apply(module.forward if only_forwards(module) else module))
        if flattens(module):
            self.rank = 2
        elif not (channelwise(module) or normalises(module)):
            self.rank = 0  # unknown; only channel dropout can follow

    def until_consumer(self, place: int) -> list[nn.Module]:
        """Find the modules behind a dropout up to and with the layer that consumes it."""
        found: list[nn.Module] = []
        for module in self.modules[place + 1 :]:
            if is_dropout(module) and probability(module, self.p) == 0:
                continue
            found.append(module)
            if consumes(module):
                return found
        raise _NotAllowedError
