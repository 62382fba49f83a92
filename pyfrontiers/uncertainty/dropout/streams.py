"""The stream (seed and sample number) of `MCDropout` under torch's transforms of the layer.

A compiled graph increments the sample number in the tensor, and recomputes parts of itself in the
backward pass, when the number has already changed. `torch.func` wraps the tensor, and stacks those
of an ensemble's members.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch._C import _functorch
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from pyfrontiers.kernels import dropout, fold_in
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.operators import LIBRARY, define, empty_for, signed, unsigned

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.dropout.layers import Granularity

SAMPLES = 1 << 32  # sample numbers have 32 bits; longer training wraps around
TICKETS = 1 << 14  # number of calls that a backward pass may recompute
#: Held while a sample number is read and counted, so that threads draw different masks.
COUNTING = threading.RLock()
os.register_at_fork(after_in_child=COUNTING._at_fork_reinit)  # type: ignore[attr-defined]  # private


@dataclass(slots=True)
class _Drawn:
    """The latest call with a ticket.

    Attributes:
        sample: its sample number.
        refusals: `Tickets.refusals` at the time of the call.
        again: whether it has been recomputed.
        shared: whether an earlier call with the same ticket had not yet been recomputed.
    """

    sample: int
    refusals: int
    again: bool = False
    shared: bool = False


class Tickets:
    """Sample numbers of recent calls, so that a recomputed call finds its own.

    Each call draws a number from torch's generator, its ticket. Anything that recomputes a call,
    `torch.utils.checkpoint` or a compiled graph, restores the generator first.
    """

    refusals = 0  # of all layers; after a refusal, earlier graphs are never recomputed

    def __init__(self) -> None:
        self._samples: dict[tuple[int, int], _Drawn] = {}

    def sample(self, seed: int, current: int, device: torch.device) -> tuple[int, bool]:
        """Return the sample number of a call, and whether the call is a new one.

        Args:
            seed: seed of the stream.
            current: sample number that a new call gets.
            device: device of the generator that is restored.

        Raises:
            ValueError: several calls that may have to be recomputed drew the same ticket, or a
                backward pass makes a call that is not a repetition.
        """
        ticket = int(torch.empty((), dtype=torch.int64, device=device).random_())
        in_backward_pass = torch._C._current_graph_task_id() != -1
        drawn = self._samples.get((seed, ticket))
        if in_backward_pass:
            if drawn is None:
                raise ValueError(
                    "a backward pass must compute MCDropout again with the state of torch's "
                    "generator of the forward pass, got another one; leave preserve_rng_state of "
                    "torch.utils.checkpoint and torch's activation_memory_budget at their defaults"
                )
            if drawn.shared:
                Tickets.refusals += 1
                raise ValueError(
                    "torch's generator must not be in the same state in several forward passes "
                    "before a backward pass that computes MCDropout again, got the same state "
                    "twice; call torch.manual_seed once, or run each backward pass first"
                )
            drawn.again = True
            return drawn.sample, False
        if len(self._samples) >= TICKETS:
            self._samples.pop(next(iter(self._samples)), None)
        waiting = drawn is not None and not drawn.again and drawn.refusals == Tickets.refusals
        self._samples[seed, ticket] = _Drawn(current, Tickets.refusals, shared=waiting)
        return current, True


_COMPILED = Tickets()  # of all compiled layers, since an operator does not know its layer


def unwrapped(stream: Tensor) -> tuple[Tensor, int | None]:
    """Return a stream without the wrappers of `torch.func`, and the level of vmap if it is stacked.

    Returns:
        The stream (2,), or those of the members (M, 2).

    Raises:
        ValueError: it is stacked twice.
    """
    level, dim = None, 0
    while _functorch.is_functorch_wrapped_tensor(stream):
        if _functorch.is_batchedtensor(stream):
            if level is not None:
                raise ValueError(
                    "stream of MCDropout must be stacked by one torch.vmap, got two within each "
                    "other"
                )
            level, dim = _functorch.maybe_get_level(stream), _functorch.maybe_get_bdim(stream)
        stream = _functorch.get_unwrapped(stream)
    return stream if level is None else stream.movedim(dim, 0), level


def factors(
    x: Tensor, stream: Tensor, level: int, tickets: Tickets, p: float, granularity: Granularity
) -> Tensor:
    """Return the scaled masks of an ensemble's members, each from its own stream.

    Args:
        x: input of a member.
        stream: (M, 2), incremented in place.
        level: the level of vmap.
        tickets: calls of the layer.
        p: drop probability.
        granularity: granularity of the layer.

    Returns:
        A tensor shaped like `x`, different for each member.
    """
    shape, dtype, device = x.shape, x.dtype, x.device
    with temporarily_clear_interpreter_stack():
        ones = torch.ones(shape, dtype=dtype, device=device)
        masks = [
            dropout(ones, p, seed=seed, sample=sample, granularity=granularity)
            for seed, sample in (counted(member, tickets) for member in stream)
        ]
        stacked: Tensor = _functorch._add_batch_dim(torch.stack(masks), 0, level)
        return stacked


def counted(stream: Tensor, tickets: Tickets) -> tuple[int, int]:
    """Return the seed for this rank and the sample number of a call, and count a new call.

    Args:
        stream: (2,), incremented in place.
        tickets: calls of the layer.
    """
    with COUNTING:
        seed, current = stream.tolist()
        sample, new = tickets.sample(seed, current, torch.device("cpu"))
        if new:
            stream[1] = (sample + 1) % SAMPLES
    return of_this_rank(seed), sample


def of_this_rank(seed: int) -> int:
    """Return the 64-bit seed of this process of a process group, all of which share a stream.

    `DistributedDataParallel` copies the buffers of rank 0 to all ranks, which see different data.
    """
    seed = unsigned(seed)
    distributed = torch.distributed
    rank = (
        distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0
    )
    return fold_in(seed, rank) if rank else seed


def _drawn(stream: Tensor) -> Tensor:
    """Return the stream as used by this call, even when a graph recomputes the call."""
    seed, current = stream.tolist()
    with COUNTING:
        sample, _ = _COMPILED.sample(seed, current, stream.device)
    of_rank = signed(of_this_rank(seed))
    return torch.tensor([of_rank, sample], dtype=stream.dtype, device=stream.device)


def _streamed(x: Tensor, stream: Tensor, p: float, granularity: str) -> Tensor:
    """Drop with the seed and sample number in a tensor, which a compiled graph can increment."""
    seed, sample = stream.tolist()
    kind: Any = granularity
    masked: Tensor = dropout(x, p, seed=unsigned(seed), sample=sample, granularity=kind)
    return masked


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, stream, *ctx.settings = inputs
    ctx.save_for_backward(stream)


def _linear(ctx: Any, change: Tensor) -> Tensor:
    result: Tensor = torch.ops.pyfrontiers.dropout_stream(change, *ctx.saved_tensors, *ctx.settings)
    return result


# The tag makes a compiled graph restore the generator where it computes the operator again.
LIBRARY.define(  # type: ignore[no-untyped-call]  # torch's own lack of annotations
    "drawn_stream(Tensor stream) -> Tensor", tags=(torch.Tag.nondeterministic_seeded,)
)
for _device in ("CPU", "CUDA"):
    LIBRARY.impl("drawn_stream", _drawn, _device)  # type: ignore[no-untyped-call]  # likewise
torch.library.register_fake(f"{LIBRARY.ns}::drawn_stream", torch.empty_like, lib=LIBRARY)
define(
    "dropout_stream(Tensor x, Tensor stream, float p, str granularity) -> Tensor",
    _streamed,
    lambda x, *_: empty_for(x),
    derivative=Derivative(
        by=("x",),
        setup_context=_setup_context,
        # The map is linear and its matrix diagonal, so it is its own adjoint.
        backward=lambda ctx, gradient: (_linear(ctx, gradient), None, None, None),
        jvp=_linear,
    ),
    batch=example_by_example("dropout_stream"),
)
