"""Stochastic passes through arbitrary modules, with intercepted dropout layers."""

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

#: Called for every mask with the layer's name, the mask without the batch and the masked output.
Watcher = Callable[[str, Tensor, Tensor], None]


@dataclass(frozen=True, slots=True)
class _Record:
    """The output of a module in the prefix, and the counters after its call."""

    module: nn.Module
    output: Tensor
    version: int
    position: int
    dropouts: int


@dataclass
class Replay:
    """Runs passes of a model with masks from a `MaskSource`, computing its prefix only once.

    The first pass records the output of each module that runs before the first active dropout.
    Later passes replay these outputs, so only the random part is computed T times. An output that
    has been modified in place since is recomputed.

    Args:
        model: any module; use it inside `intercepted`.
        masks: the mask source.
        p: drop probability of all layers, or None to use each layer's own.
        watch: called for every mask, or None.
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
        """Return the raw outputs (count, N, K, ...) of `count` passes over one batch."""
        return torch.stack([self.one_pass(x, first_sample + t) for t in range(count)])

    def one_pass(self, x: Tensor, sample: int) -> Tensor:
        """Return the raw output (N, K, ...) of pass number `sample`.

        Raises:
            TypeError: the model does not return a tensor.
        """
        self._sample, self._dropouts, self._position, self.fired = sample, 0, 0, False
        output = self.model(x)
        self._recording = False
        if not isinstance(output, Tensor):
            raise TypeError(
                f"model must return one tensor, got {type(output).__name__}; wrap the model in a "
                "module that returns the tensor to average"
            )
        return output

    def new_batch(self) -> None:
        """Discard the recorded prefix, for use with another batch."""
        self._records.clear()
        self._recording = True

    def drop(self, name: str, layer: nn.Module, x: Tensor) -> Tensor:
        """Apply the mask of this pass in place of a dropout layer's forward."""
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

    def run_or_replay(
        self, module: nn.Module, forward: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Run any other module, or replay its recorded output before the first active dropout."""
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
            # This output replaces those of the submodules, which will not be called again.
            for inner in range(position + 1, self._position):
                self._records.pop(inner, None)
            self._records[position] = _Record(
                module, output, output._version, self._position, self._dropouts
            )
        return output


@contextmanager
def preserving_state(model: nn.Module, x: Tensor) -> Iterator[Tensor]:
    """Switch to eval mode without gradients; restore flags and torch's generators at the end.

    Yields:
        `x`, as a tensor that counts in-place writes.
    """
    modes = [(module, module.training) for module in model.modules()]
    devices = [x.device] if x.is_cuda else []
    try:
        model.eval()
        # Leave inference mode: its tensors do not count in-place writes.
        with torch.inference_mode(False), torch.no_grad(), torch.random.fork_rng(devices):
            yield x.clone() if x.is_inference() else x
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def intercepted(replay: Replay) -> Iterator[Replay]:
    """Route the forward calls of all submodules through `replay`; restore them at the end."""
    model, attribute = replay.model, "forward"
    modules = list(model.named_modules())
    shadowed = [(module, module.__dict__.get(attribute)) for _, module in modules]
    try:
        for name, module in modules:
            if is_dropout(module):
                module.forward = _dropping(replay, name, module)
            elif module is not model:
                module.forward = _replaying(replay, module, module.forward)
        yield replay
    finally:
        for module, forward in shadowed:
            module.__dict__.pop(attribute, None)
            if forward is not None:
                module.__dict__[attribute] = forward


def _dropping(replay: Replay, name: str, module: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda x: replay.drop(name, module, x)


def _replaying(
    replay: Replay, module: nn.Module, forward: Callable[..., Any]
) -> Callable[..., Any]:
    return lambda *args, **kwargs: replay.run_or_replay(module, forward, *args, **kwargs)
