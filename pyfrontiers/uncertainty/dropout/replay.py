"""Stochastic passes through any module: its dropout layers are taken over for the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.dropout.masks import (
    MaskSource,
    is_dropout,
    keep_scale,
    mask_shape,
    probability,
)

#: Told of every mask that falls: (name of the layer, mask without the batch, masked output).
Watcher = Callable[[str, Tensor, Tensor], None]


@dataclass(frozen=True, slots=True)
class _Record:
    """What a module returned, and how far calls and dropout layers were counted after it."""

    module: nn.Module
    output: Tensor
    version: int
    position: int
    dropouts: int


@dataclass
class Replay:
    """A model whose dropout layers draw from a `MaskSource`, and whose prefix runs once.

    The first pass records what each module returned before the first dropout fired; later passes
    hand that back instead of computing it, so only the part that is random is computed T times.
    A recorded tensor that was since written in place is computed anew.

    Args:
        model: any module; use it inside `taken_over`.
        masks: where the masks come from.
        p: drop probability for every layer, or None for each layer's own.
        watch: told of every mask that falls.
    """

    model: nn.Module
    masks: MaskSource
    p: float | None = None
    watch: Watcher | None = None
    fired: bool = False
    _sample: int = 0
    _dropouts: int = 0
    _position: int = 0
    _recording: bool = True
    _records: dict[int, _Record] = field(default_factory=dict)

    def passes(self, x: Tensor, first_sample: int, count: int) -> Tensor:
        """Raw outputs of `count` passes over one batch: (N, ...) -> (count, N, K, ...)."""
        return torch.stack([self.one_pass(x, first_sample + t) for t in range(count)])

    def one_pass(self, x: Tensor, sample: int) -> Tensor:
        """Raw output of pass number `sample`.

        Raises:
            TypeError: the model does not return one tensor.
        """
        self._sample, self._dropouts, self._position, self.fired = sample, 0, 0, False
        output = self.model(x)
        self._recording = False
        if not isinstance(output, Tensor):
            raise TypeError(
                f"the model returned {type(output).__name__}; Monte-Carlo dropout averages one "
                "tensor, so wrap the model in one that returns it"
            )
        return output

    def new_batch(self) -> None:
        """Forget the prefix of the last batch."""
        self._records.clear()
        self._recording = True

    def drop(self, name: str, layer: nn.Module, x: Tensor) -> Tensor:
        """Do what a dropout layer does during the run."""
        number, p = self._dropouts, probability(layer, self.p)
        self._dropouts += 1
        if p == 0.0:
            return x
        shape = mask_shape(layer, x)
        kept = self.masks.kept(number, shape, p, self._sample, 1)[0].to(x.device)
        self.fired = True
        spread = kept.reshape(*shape, *([1] * (x.ndim - 1 - len(shape))))
        masked = x * (spread.to(x.dtype) * keep_scale(p))
        if self.watch:
            self.watch(name, kept, masked)
        return masked

    def through(
        self, module: nn.Module, forward: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Run any other module, or replay it while nothing random has happened."""
        if self.fired:
            return forward(*args, **kwargs)
        position = self._position
        self._position += 1
        record = self._records.get(position)
        valid = record and record.module is module and record.output._version == record.version
        if record and valid and not self._recording:
            self._position, self._dropouts = record.position, record.dropouts
            return record.output
        output = forward(*args, **kwargs)
        if self._recording and not self.fired and isinstance(output, Tensor):
            # What ran inside this module is never asked for again: its output stands for it.
            for inner in range(position + 1, self._position):
                self._records.pop(inner, None)
            self._records[position] = _Record(
                module, output, output._version, self._position, self._dropouts
            )
        return output


@contextmanager
def left_as_found(model: nn.Module, x: Tensor) -> Iterator[Tensor]:
    """Switch to evaluation without gradients; put flags and torch's generators back at the end.

    Yields:
        `x`, as a tensor that tells when it was written in place.
    """
    modes = [(module, module.training) for module in model.modules()]
    devices = [x.device] if x.is_cuda else []
    try:
        model.eval()
        # Not under inference_mode, whose tensors do not count the writes.
        with torch.inference_mode(False), torch.no_grad(), torch.random.fork_rng(devices):
            yield x.clone() if x.is_inference() else x
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def taken_over(replay: Replay) -> Iterator[Replay]:
    """Put `replay` in charge of its model's modules; put their own forwards back at the end."""
    model, own = replay.model, "forward"
    modules = list(model.named_modules())
    shadowed = [(module, module.__dict__.get(own)) for _, module in modules]
    try:
        for name, module in modules:
            if is_dropout(module):
                module.forward = _dropping(replay, name, module)
            elif module is not model:
                module.forward = _replaying(replay, module, module.forward)
        yield replay
    finally:
        for module, forward in shadowed:
            module.__dict__.pop(own, None)
            if forward is not None:
                module.__dict__[own] = forward


def _dropping(replay: Replay, name: str, module: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda x: replay.drop(name, module, x)


def _replaying(
    replay: Replay, module: nn.Module, forward: Callable[..., Any]
) -> Callable[..., Any]:
    return lambda *args, **kwargs: replay.through(module, forward, *args, **kwargs)
