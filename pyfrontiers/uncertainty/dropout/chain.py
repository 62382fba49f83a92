"""Plan which rows and columns of the weights a sequential model can skip in each pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from pyfrontiers.uncertainty.dropout.pooling import Pool, pooling, pools
from pyfrontiers.uncertainty.dropout.structure import (
    channelwise,
    consumes,
    flattened,
    flattens,
    homogeneous,
    hooked,
    normalises,
    only_forwards,
    plain,
    preserves_zero,
    rectifies,
    standard,
)

if TYPE_CHECKING:
    from pyfrontiers.replica import Replica
    from pyfrontiers.uncertainty.dropout.survey import Survey

_RANK = {nn.Dropout1d: 3, nn.Dropout3d: 5}


def cut(model: nn.Module, p: float | None) -> tuple[list[nn.Module], list[nn.Module]]:
    """Split a model at its first active dropout.

    Returns:
        The modules before it, and those from it on. The second list is empty if `model` is not
        sequential or has no active dropout.
    """
    modules = list(flattened(model))
    for place, module in enumerate(modules):
        if is_dropout(module) and probability(module, p) > 0:
            return modules[:place], modules[place:]
    return modules, []


def plan(model: nn.Module, h: Tensor, p: float | None) -> KeptChannels | None:
    """Plan the passes after the prefix, or return None if channels cannot be skipped.

    Supported are chains of convolutions (one group, zero padding) and linear layers with
    elementwise functions, pooling, flattening and batch normalisation with running statistics in
    between. Each dropout must drop whole channels, or single features of an (N, F) input, and be
    followed by a convolution or linear layer.

    Args:
        model: the model, in eval mode.
        h: output of the prefix, (N, C, ...).
        p: drop probability of all layers, or None to use each layer's own.
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
    """Return whether all modules accept any memory format, as torch's own modules do."""
    return all(standard(module) or is_dropout(module) for module in flattened(model))


def is_plain(model: nn.Module) -> bool:
    """Return whether a model is a chain of dropouts and deterministic layers of torch."""
    return all(map(plain, flattened(model)))


def drops_only_in_layers(replica: Replica, found: Survey | None) -> bool:
    """Return whether a chain's dropout layers are the only random part of a model.

    Args:
        replica: a replica of the model.
        found: result of a survey; None if the model is plain.
    """
    if found is None:
        return True
    layers = [module for module in flattened(replica.model) if is_dropout(module)]
    return found.only({replica.names[id(layer)] for layer in layers}, len(layers))


def after_prefix(
    model: nn.Module, x: Tensor, p: float | None
) -> tuple[Tensor, KeptChannels] | None:
    """Compute everything before the first active dropout, and plan the passes after it.

    Returns:
        The output of the prefix and the plan, or None if channels cannot be skipped.
    """
    before, behind = cut(model, p)
    if not behind:
        return None
    x = channels_last(x) if any_layout(model) else x
    fresh = False  # whether x is a new tensor that may be modified in place
    for module in before:
        if fresh and rectifies(module):
            x.relu_()
            continue
        x, fresh = module(x), consumes(module) and not hooked(module)
    planned = plan(model, x, p)
    return None if planned is None else (x, planned)


class _NotAllowedError(Exception):
    """The structure of the model does not allow channels to be skipped."""


class _Reader:
    """Converts the modules after the prefix to the steps of a pass."""

    def __init__(
        self, modules: list[nn.Module], first_number: int, rank: int, p: float | None
    ) -> None:
        self.modules, self.number, self.rank, self.p = modules, first_number, rank, p
        self.steps: list[Step] = []
        self.dropouts: list[Dropout] = []
        self.pending: tuple[int, float] | None = None  # index and 1 / q of a dropout to consume
        self.rows: int | None = None  # index of the dropout that selects the last layer's rows

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
                    units = units if self.pending else -1  # unknown until the next layer
        if self.pending:
            raise _NotAllowedError
        return KeptChannels(tuple(self.steps), tuple(self.dropouts), last)

    def drop(self, place: int, module: nn.Module, units: int) -> None:
        if self.pending or not (self.rank == 2 or drops_channels(module)):
            raise _NotAllowedError
        if any(isinstance(module, kind) and self.rank != rank for kind, rank in _RANK.items()):
            raise _NotAllowedError  # an input of another rank would be read as one without a batch
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
        # A linear layer works on the last dimension, which holds the channels only for (N, F).
        if self.rank != (2 if isinstance(module, nn.Linear) else module.weight.ndim):
            raise _NotAllowedError
        weight, columns = module.weight, None
        if self.pending:
            columns, scale = self.pending
            if isinstance(module, nn.Linear):
                weight = weight.reshape(len(weight), self.dropouts[columns].units, -1)
            weight = weight * scale
        if isinstance(module, nn.Conv1d):
            weight = weight[:, :, None]
        weight = channels_last(weight) if self.last else weight.contiguous()
        # The next dropout selects these outputs if only channelwise steps lie in between.
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
            self.steps.append(Apply(torch.relu_))  # a layer's output may be modified in place
        elif pools(module):
            self.steps.append(Pool(pooling(module)))  # type: ignore[arg-type] # just asked
        else:
            # Bypass nn.Module.__call__ if possible: it costs as much as a small step.
            self.steps.append(Apply(module.forward if only_forwards(module) else module))
        if flattens(module):
            self.rank = 2
        elif not (channelwise(module) or normalises(module)):
            self.rank = 0  # unknown; only channel dropout may follow

    def until_consumer(self, place: int) -> list[nn.Module]:
        """Return the modules after a dropout up to and including the layer that consumes it."""
        found: list[nn.Module] = []
        for module in self.modules[place + 1 :]:
            if is_dropout(module) and probability(module, self.p) == 0:
                continue
            found.append(module)
            if consumes(module):
                return found
        raise _NotAllowedError
