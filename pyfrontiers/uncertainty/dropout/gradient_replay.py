"""Gradients of passes through any module, computed on a replica of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch._C._functorch import peek_interpreter_stack

from pyfrontiers.uncertainty.dropout.gradients import Gradients
from pyfrontiers.uncertainty.dropout.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from functools import partial

    from torch import nn

    from pyfrontiers.uncertainty.dropout.agent import Call
    from pyfrontiers.uncertainty.dropout.mode import SeeingMode
    from pyfrontiers.uncertainty.dropout.run import Run, Slopes


def replay_gradients(
    run: Run, x: Tensor, by_x: bool, by_parameters: Sequence[bool], slopes: Slopes
) -> Gradients:
    """Add up the gradients of all passes of a run, computed one after the other.

    Args:
        run: the run.
        x: (N, ...) its inputs, detached.
        by_x: whether to compute the gradient with respect to the inputs.
        by_parameters: for each parameter of the model that requires a gradient, whether to compute
            the gradient with respect to it.
        slopes: what a pass contributes to the loss.

    Returns:
        The gradients with respect to the inputs, under the key `"x"`, and to parameter number i,
        under the key i.
    """
    gradients = Gradients()
    if by_x:
        x = x.requires_grad_()
        gradients.watch("x", x)
    replay = _GradientReplay(run, x, gradients, by_parameters)
    replay.find_prefix(run.first_sample)
    for sample in range(run.first_sample, run.first_sample + run.samples):
        with torch.enable_grad():
            contribution = slopes.contribution(replay.one_pass(sample)[None])
        with replay.recomputing():
            gradients.add(contribution)
    with replay.recomputing():
        gradients.finish()
    return gradients


def watch_parameters(
    gradients: Gradients, original: nn.Module, replica: nn.Module, wanted: Sequence[bool]
) -> None:
    """Collect the gradients of a replica's parameters, numbered as those of the model.

    Args:
        gradients: collects them.
        original: the model.
        replica: a replica of it; its parameters are frozen.
        wanted: for each parameter of the model that requires a gradient, whether to collect it.
    """
    numbers = iter(range(len(wanted)))
    for parameter, own in zip(original.parameters(), replica.parameters(), strict=True):
        if parameter.requires_grad and wanted[number := next(numbers)]:
            gradients.watch(number, own.requires_grad_())


class _GradientReplay(Replay):
    """Passes with gradients. What a pass without them records as the prefix is run once with them.

    Args:
        run: the run.
        x: its inputs.
        gradients: collects the gradients.
        by_parameters: as for `replay_gradients`.
    """

    def __init__(
        self, run: Run, x: Tensor, gradients: Gradients, by_parameters: Sequence[bool]
    ) -> None:
        self._gradients, self._by_parameters = gradients, by_parameters
        self._original = run.model
        self._leaves: dict[int, Tensor] = {}
        self._inside = self._recomputing = False
        self._finding = self._mixed = False
        assert run.prepared.found is not None
        super().__init__(run.snapshot, x, run.prepared.found, run.masks, run.p)

    def find_prefix(self, sample: int) -> None:
        """Run a pass without gradients, which records the prefix."""
        self._finding = True
        with torch.no_grad():
            self.one_pass(sample)
        self._finding = False
        if self._mixed:  # it enabled gradients itself, so its calls are counted otherwise
            self._prefix.records.clear()

    @contextmanager
    def recomputing(self) -> Iterator[None]:
        """See what a backward pass runs again, which must not be random."""
        self._recomputing = True
        try:
            with self._mode:
                yield
        finally:
            self._recomputing = False

    def _new_mode(self, *, recording: bool = False) -> SeeingMode:
        mode = super()._new_mode(recording=recording)
        watch_parameters(self._gradients, self._original, mode.replica.model, self._by_parameters)
        return mode

    def mask(
        self, call: Call, x: Tensor, p: float, train: bool, channels: bool, frozen: bool
    ) -> tuple[Tensor, float] | None:
        """Draw the mask of this pass."""
        self._refuse_checkpoint(call)
        return super().mask(call, x, p, train, channels, frozen)

    def generator(self, call: Call, name: str, device: torch.device) -> torch.Generator:
        """Return the generator of this call in this pass."""
        self._refuse_checkpoint(call)
        return super().generator(call, name, device)

    def _refuse_checkpoint(self, call: Call) -> None:
        if self._recomputing:
            raise ValueError(
                "model must not use torch.utils.checkpoint around dropout in a differentiable "
                f"prediction, got it in {call.module or 'the model itself'!r}; a pass is freed "
                "before the next one, so call the module without a checkpoint"
            )

    def run(self, name: str, module: nn.Module, forward: partial[Any]) -> Any:
        """Run any other module; one that the prefix records, only in the first pass."""
        if self._finding or not torch.is_grad_enabled():
            self._mixed |= self._finding and torch.is_grad_enabled()
            return super().run(name, module, forward)
        prefix = self._prefix
        done = self._recomputing or self._inside or self.fired or not prefix.records
        if done or peek_interpreter_stack() is not None:
            return forward()
        record = prefix.find(name)
        if record is None:
            return prefix.run(name, forward)[0]
        if record.position not in self._leaves:
            self._inside = True
            try:
                self._leaves[record.position] = self._gradients.cut(forward())
            finally:
                self._inside = False
        self._number, self._mode.calls = record.number, dict(record.calls)
        return self._leaves[record.position]
