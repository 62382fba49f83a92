"""The part of a model before its first active dropout, which is computed in the first pass only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import _has_any_global_hook

from pyfrontiers.module_copies import storage_of
from pyfrontiers.outputs import tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from functools import partial


@dataclass(slots=True)
class _Running:
    """A call of a module: the memory of its inputs, and whether its output may be replayed."""

    position: int
    inputs: set[int | None]
    replayable: bool


@dataclass(frozen=True, slots=True)
class Record:
    """The output of a module, and the counters after its call."""

    name: str
    output: Tensor
    version: int
    position: int
    number: int
    calls: dict[str, int]


class Prefix:
    """Records the outputs of modules in the first pass, and returns them in later ones.

    Only modules without side effects are recorded. A module runs in each pass if it writes to its
    inputs, if an input is a list or another object that it could write to, or if submodules have
    hooks.

    Args:
        model: the replica that runs.
        recording: whether to record anything.
    """

    def __init__(self, model: nn.Module, recording: bool) -> None:
        self.recording = recording
        self.records: dict[int, Record] = {}
        self._position = 0
        self._running: list[_Running] = []
        self._around_hooks = set(_around_hooks(model)) if recording else set()

    def begin(self) -> None:
        """Begin a pass."""
        self._position = 0
        self._running.clear()

    def end(self) -> None:
        """End a pass; nothing is recorded afterwards."""
        self.recording = False

    def find(self, name: str) -> Record | None:
        """Return the record of the call that is about to run, if there is one."""
        record = self.records.get(self._position)
        if record and record.name == name and record.output._version == record.version:
            self._position = record.position
            return record
        return None

    def run(self, name: str, forward: partial[Any]) -> tuple[Any, int | None]:
        """Run the forward of a module.

        Returns:
            Its output, and the position to pass to `record`, or None if it must not be recorded.
        """
        given = (*forward.args, *forward.keywords.values())
        call = _Running(
            self._position,
            {storage_of(tensor) for tensor in tensors_in(given)},
            self.recording and name not in self._around_hooks and all(map(_unchanging, given)),
        )
        self._position += 1
        self._running.append(call)
        try:
            output = forward()
        finally:
            self._running.remove(call)
        counts_writes = isinstance(output, Tensor) and not output.is_inference()
        return output, call.position if call.replayable and counts_writes else None

    def record(
        self, position: int, name: str, output: Tensor, number: int, calls: dict[str, int]
    ) -> None:
        """Record an output, replacing those of submodules, which will not be called again."""
        for inner in range(position + 1, self._position):
            self.records.pop(inner, None)
        self.records[position] = Record(
            name, output, output._version, self._position, number, calls
        )

    def wrote(self, target: Any) -> None:
        """Drop outputs whose memory is written to; version counters miss writes via `.data`."""
        for tensor in tensors_in(target):
            address = storage_of(tensor)
            for position, record in list(self.records.items()):
                if storage_of(record.output) == address:
                    del self.records[position]
            for call in self._running:
                call.replayable &= address not in call.inputs


def _unchanging(argument: Any) -> bool:
    """Return whether an argument is a tensor, to which writes are detected, or is immutable."""
    if isinstance(argument, tuple):
        return all(map(_unchanging, argument))
    return argument is None or isinstance(
        argument, Tensor | bool | int | float | str | torch.dtype | torch.device
    )


def _around_hooks(model: nn.Module) -> Iterator[str]:
    """Yield the names of modules whose submodules have hooks."""

    def has_hooks(module: nn.Module) -> bool:
        return bool(module._forward_hooks or module._forward_pre_hooks)

    everywhere = _has_any_global_hook()  # type: ignore[no-untyped-call]  # untyped in torch
    if everywhere or any(map(has_hooks, model.modules())):
        for name, module in model.named_modules():
            inner = (each for each in module.modules() if each is not module)
            if any(everywhere or has_hooks(each) for each in inner):
                yield name
