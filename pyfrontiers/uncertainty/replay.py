"""Stochastic passes through any module: its dropout layers are taken over for the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.masks import (
    MaskSource,
    is_dropout,
    keep_scale,
    mask_shape,
    probability,
)

#: Told of every mask that falls: (name of the layer, mask without the batch, masked output).
Watcher = Callable[[str, Tensor, Tensor], None]


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
    _records: dict[int, tuple[nn.Module, Tensor, int, int]] = field(default_factory=dict)

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
        if not self._recording and record and record[0] is module:
            _, output, version, after = record
            if output._version == version:
                self._position = after
                return output
        output = forward(*args, **kwargs)
        if self._recording and not self.fired and isinstance(output, Tensor):
            # What ran inside this module is never asked for again: its output stands for it.
            for inner in range(position + 1, self._position):
                self._records.pop(inner, None)
            self._records[position] = (module, output, output._version, self._position)
        return output


@contextmanager
def taken_over(replay: Replay) -> Iterator[Replay]:
    """Put `replay` in charge of its model, in evaluation mode; put all back at the end."""
    model, own = replay.model, "forward"
    modules = list(model.named_modules())
    modes = [(module, module.training) for _, module in modules]
    shadowed = [(module, module.__dict__.get(own)) for _, module in modules]
    try:
        model.eval()
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
        for module, mode in modes:
            module.training = mode


def _dropping(replay: Replay, name: str, module: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda x: replay.drop(name, module, x)


def _replaying(
    replay: Replay, module: nn.Module, forward: Callable[..., Any]
) -> Callable[..., Any]:
    return lambda *args, **kwargs: replay.through(module, forward, *args, **kwargs)
