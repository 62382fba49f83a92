"""Stochastic passes through any module, computed on a replica of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch._C._functorch import peek_interpreter_stack
from torch._functorch.pyfunctorch import (
    VmapInterpreter,
    retrieve_current_functorch_interpreter,
)

from pyfrontiers.outputs import scores
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.look import in_training
from pyfrontiers.uncertainty.dropout.mode import SeeingMode
from pyfrontiers.uncertainty.dropout.prefix import Prefix
from pyfrontiers.writes import WriteRefusedError

if TYPE_CHECKING:
    from functools import partial

    from pyfrontiers.module_copies import Copies
    from pyfrontiers.uncertainty.dropout.agent import Call
    from pyfrontiers.uncertainty.dropout.masks import MaskSource
    from pyfrontiers.uncertainty.dropout.survey import Survey

#: Called for every mask with the layer's name, the mask without the batch and the masked output.
Watcher = Callable[[str, Tensor, Tensor], None]


class Replay:
    """Runs passes of a model with masks from a `MaskSource`, computing its prefix only once.

    The first pass records the output of each module that runs before the first active dropout.
    Later passes replay these outputs, so only the random part is computed T times. If the model
    writes to its own attributes or tensors, each pass starts from a new replica, and nothing is
    replayed. If a pass with replayed outputs fails, some modules have side effects, and the pass is
    repeated without replaying.

    Args:
        model: any module; it is not written to.
        x: (N, ...) inputs; not written to.
        found: what is random in the model.
        masks: the mask source.
        p: drop probability of all layers, or None to use each layer's own.
        watch: called for every mask, or None.
    """

    def __init__(
        self,
        model: nn.Module,
        x: Tensor,
        found: Survey,
        masks: MaskSource,
        p: float | None = None,
        watch: Watcher | None = None,
    ) -> None:
        self.model, self.x, self.found = model, x, found
        self.masks, self.p, self.watch = masks, p, watch
        self.fired = False
        self.drawn: list[str] = []  # modules that drew in the latest pass
        self._first: tuple[int, Tensor] | None = None
        self._copies: Copies = found.look.copies
        self._anew = found.look.writes
        self._sample = self._number = 0
        self._kept = torch.empty(0)
        self._mode = self._new_mode(recording=not (self._anew or found.look.unseen))

    def _new_mode(self, *, recording: bool = False) -> SeeingMode:
        self._used = False
        replica = replicate(self.model, copies=self._copies)
        in_training(replica, self.found.training)
        self._prefix = Prefix(replica.model, recording)
        return SeeingMode(replica, self, self.found.training)

    def passes(self, first_sample: int, count: int) -> Tensor:
        """Return the raw outputs (count, N, K, ...) of `count` passes."""
        return torch.stack([self._once(first_sample + t) for t in range(count)])

    def _once(self, sample: int) -> Tensor:
        """Return the output of a pass, computed already if it was the first."""
        if self._first and self._first[0] == sample:
            return self._first[1]
        return self.one_pass(sample)

    def one_pass(self, sample: int) -> Tensor:
        """Return the raw output (N, K, ...) of pass number `sample`.

        Raises:
            TypeError: the model returns no tensor, or several.
        """
        if self._anew and self._used:
            self._mode = self._new_mode()
        self._sample, self._number, self.fired, self._used = sample, 0, False, True
        self.drawn.clear()
        self._prefix.begin()
        try:
            with self._mode.one_pass() as model:
                output = model(self.x.clone())
        except WriteRefusedError:
            self._copies, self._anew = "everything", True
            self._mode = self._new_mode()
            return self.one_pass(sample)
        except Exception as error:
            if self._prefix.recording or not self._prefix.records:
                raise
            self._mode = self._new_mode()
            try:
                return self.one_pass(sample)
            except Exception:
                raise error from None
        self._prefix.end()
        return scores(output)

    def mask(
        self, call: Call, x: Tensor, p: float, train: bool, channels: bool, frozen: bool
    ) -> tuple[Tensor, float] | None:
        """Draw the mask of this pass."""
        number, p = self._number, p if self.p is None else self.p
        self._number += 1
        if p == 0.0 or x.numel() == 0 or (call in self.found.off and not frozen):
            return None
        self._fire(call)
        self._check_vmap()
        # Channel dropout of (N, C, ...) masks whole maps; of anything else it masks elements.
        sizes = [size if dim < 2 or not channels else 1 for dim, size in enumerate(x.shape)]
        batch = self.found.batch(call, tuple(x.shape), len(self.x))
        if batch and sizes[batch.dim] > 1:
            sizes[batch.dim] = batch.rows
        shape = _without_ones(sizes, batch.dim if batch and batch.rows == 1 else None, channels)
        kept = self.masks.kept(number, shape, p, self._sample, 1)[0].to(x.device)
        self._kept, kept = kept, kept.reshape(sizes)
        if batch and sizes[batch.dim] == batch.rows > 1:
            kept = batch.spread(kept, len(self.x))
        return kept, p

    def _fire(self, call: Call) -> None:
        self.fired = True
        self.drawn.append(call.module)

    def begin(self, sample: int) -> None:
        """Compute the first pass, which records the prefix, and keep its output for `passes`."""
        self._first = sample, self.one_pass(sample)

    def prefix(self) -> dict[str, Tensor]:
        """Return the recorded outputs by the names of their modules, in the order of the calls."""
        records = sorted(self._prefix.records.items())
        return {record.name: record.output for _, record in records}

    def _check_vmap(self) -> None:
        """Raise in a `vmap` that requests different masks for entries other than the inputs."""
        if peek_interpreter_stack() is None:
            return
        inner = retrieve_current_functorch_interpreter()
        if not isinstance(inner, VmapInterpreter) or inner.randomness() != "different":
            return
        if inner.batch_size() != len(self.x):
            raise ValueError(
                "model must use torch.vmap with randomness='different' only over its "
                f"{len(self.x)} inputs, which share a mask, got {inner.batch_size()} entries in "
                f"{self._mode.running()}; loop over the entries"
            )

    def applied(self, call: Call, masked: Tensor) -> None:
        """Show the mask and the masked output to the watcher."""
        if self.watch:
            self.watch(call.module, self._kept, masked)

    def generator(self, call: Call, name: str, device: torch.device) -> torch.Generator:
        """Return the generator of this call in this pass.

        Raises:
            ValueError: `p` was given, but the function has its own probability.
        """
        number = self._number
        self._number += 1
        self._fire(call)
        if self.p is not None:
            raise ValueError(
                f"p must be None for a model that draws its own random numbers, got {self.p}; "
                f"{call.module or type(self.model).__name__!r} calls torch.{name}"
            )
        return self.masks.generator(number, self._sample, device)

    def wrote(self, target: Any) -> None:
        """Stop replaying outputs in memory that the model writes to."""
        self._prefix.wrote(target)

    def run(self, name: str, module: nn.Module, forward: partial[Any]) -> Any:
        """Run any other module, or replay its recorded output before the first active dropout."""
        prefix = self._prefix
        # With gradients enabled, an output belongs to the graph of its pass.
        if self.fired or torch.is_grad_enabled() or not (prefix.recording or prefix.records):
            return forward()
        if peek_interpreter_stack() is not None:  # nor may it outlive a transform of torch.func
            return forward()
        record = prefix.find(name)
        if record:
            self._number, self._mode.calls = record.number, dict(record.calls)
            return record.output
        output, position = prefix.run(name, forward)
        if position is not None and not self.fired:
            prefix.record(position, name, output, self._number, dict(self._mode.calls))
        return output


def _without_ones(sizes: list[int], batch: int | None, channels: bool) -> tuple[int, ...]:
    """Return the shape of a mask without the batch and, for channels, without the maps."""
    kept = [size for dim, size in enumerate(sizes) if dim != batch and not (channels and dim > 1)]
    return tuple(kept) or (1,)


@contextmanager
def deterministic() -> Iterator[None]:
    """Disable gradients, and leave inference mode, whose tensors have no version counters."""
    with torch.inference_mode(False), torch.no_grad():
        yield
