"""A dropout layer with reproducible masks."""

from __future__ import annotations

import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

import torch
from torch import Tensor, nn
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack
from torch._subclasses.fake_tensor import FakeTensor, unset_fake_temporarily

from pyfrontiers.arguments import Seed, Share, as_integer, checked
from pyfrontiers.kernels import dropout
from pyfrontiers.kernels.operators import signed, unsigned
from pyfrontiers.uncertainty.dropout.streams import SAMPLES, Tickets, counted, factors, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable

Granularity = Literal["element", "channel"]


class MCDropout(nn.Module):
    """Dropout with its own random stream instead of torch's global generator.

    In training mode, call number s multiplies the input by mask(seed, s) / q, where q = 1 - p is
    the keep probability. The masks can be reproduced at any time. In eval mode the layer is the
    identity, and `pyfrontiers.uncertainty.mc_dropout` applies masks to it.

    Seed and call number are a buffer, `stream`, so they are saved and loaded with the weights, and
    `torch.compile` makes one graph for all calls. A layer that `torch.utils.checkpoint` computes
    again gets the mask that it had before: each call also draws a number from torch's generator,
    which a checkpoint restores, and finds its mask by this number. Therefore several forward passes
    before one backward pass must not begin with the same state of torch's generator.

    In a process group, rank r > 0 takes the masks of `fold_in(seed, r)`, because
    `DistributedDataParallel` gives all ranks the buffers of rank 0.

    Under `torch.vmap` all examples share a mask, whatever its `randomness`; members of an ensemble
    whose buffers are stacked have their own.

    Args:
        p: drop probability, in [0, 1].
        granularity: `"element"` drops single elements, `"channel"` whole channels of (N, C, ...).
        seed: 64-bit seed of the masks drawn in training. None draws one from torch's generator, so
            that every layer has its own, and so has every copy of a layer by `copy.deepcopy`.

    Attributes:
        seed: the seed.
        sample: number of masks drawn so far in training; set it to repeat or skip masks.

    Raises:
        ValueError: `p` is outside [0, 1] or NaN, or `granularity` is unknown.

    Source:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR
        2014; Tompson et al., Efficient Object Localization Using Convolutional Networks, CVPR 2015,
        for dropping channels.
    """

    #: Applies the mask of a pass of `mc_dropout`, in a replica of the layer.
    sampler: Callable[[MCDropout, Tensor], Tensor] | None = None
    stream: Tensor

    @checked
    def __init__(
        self, p: Share = 0.5, *, granularity: Granularity = "element", seed: Seed | None = None
    ) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be a probability in [0, 1], got {p}")
        if granularity not in ("element", "channel"):
            raise ValueError(f"granularity must be 'element' or 'channel', got {granularity!r}")
        self.p = p
        self.granularity: Granularity = granularity
        self._own_seed = seed is None
        self._tickets = Tickets()
        # Real numbers on the CPU, also under `torch.device("meta")` and modes of torch.
        with unset_fake_temporarily(), torch.inference_mode(False):
            self.register_buffer("stream", torch.zeros(2, dtype=torch.int64, device="cpu"))
            self.seed = _number() if seed is None else seed

    @property
    def seed(self) -> int:
        """The seed of the masks drawn in training."""
        return unsigned(int(self.stream[0]))

    @seed.setter
    def seed(self, seed: int) -> None:
        self.stream[0] = signed(as_integer("seed", seed, least=0, most=(1 << 64) - 1))

    @property
    def sample(self) -> int:
        """The number of masks drawn so far in training."""
        return int(self.stream[1])

    @sample.setter
    def sample(self, sample: int) -> None:
        number = as_integer("sample", sample, least=0) % SAMPLES
        # A transform of torch.func refuses writes to tensors from outside; this is bookkeeping.
        with temporarily_clear_interpreter_stack():
            self.stream[1] = number

    def __prepare_scriptable__(self) -> NoReturn:
        """Refuse `torch.jit.script`, which calls this first; its own error says nothing useful."""
        raise TypeError(
            "model must not contain MCDropout for torch.jit.script, which cannot compile its "
            "Python code; use torch.jit.trace, torch.export.export or torch.compile"
        )

    def forward(self, x: Tensor) -> Tensor:
        """Mask and scale `x` in training mode; return it unchanged in eval mode."""
        given: Any = x
        if isinstance(given, torch.fx.Proxy):  # recorded as a layer, like torch's, in either mode
            tracer: Any = given.tracer
            recorded: Tensor = tracer.create_proxy(
                "call_module", tracer.path_of_module(self), (given,), {}
            )
            return recorded
        if self.sampler is not None:
            return self.sampler(self, x)
        if not self.training:
            return x
        masked: Tensor
        if x.is_meta or (isinstance(x, FakeTensor) and not torch.compiler.is_compiling()):
            shape_only = torch.empty(2, dtype=torch.int64, device=x.device)
            masked = torch.ops.pyfrontiers.dropout_stream(x, shape_only, self.p, self.granularity)
            return masked
        # A program that torch records must count by operators, or each run has the same mask.
        if torch.compiler.is_compiling() or torch._C._is_tracing():
            stream = torch.ops.pyfrontiers.drawn_stream(self.stream)
            # A call that is computed again has an earlier sample number, and is not counted.
            self.stream[1].add_(self.stream[1] == stream[1]).remainder_(SAMPLES)
            masked = torch.ops.pyfrontiers.dropout_stream(x, stream, self.p, self.granularity)
            return masked
        # A transform of torch.func refuses random numbers, and writes to tensors from outside.
        with temporarily_clear_interpreter_stack():
            stream, level = unwrapped(self.stream)
            if level is None:
                seed, sample = counted(stream, self._tickets)
        if level is not None:
            return x * factors(x, stream, level, self._tickets, self.p, self.granularity)
        masked = dropout(x, self.p, seed=seed, sample=sample, granularity=self.granularity)
        return masked

    def extra_repr(self) -> str:
        """Return the layer's settings for its string representation."""
        return f"p={self.p}, granularity={self.granularity!r}, seed={self.seed}"

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and saved: everything but the calls of this process."""
        return {**vars(self), "_tickets": Tickets()}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy the layer; a seed that it drew is drawn anew, so that copies are independent."""
        copy = object.__new__(type(self))
        memo[id(self)] = copy
        with torch.inference_mode(False):
            vars(copy).update(deepcopy(self.__getstate__(), memo))
            if self._own_seed:
                copy.seed = _number()
        return copy

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Move the layer; its numbers stay, also in `to_empty` and on the way to "meta"."""
        kept = self.stream
        numbers = kept.clone()
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        if self.stream.is_meta:
            self.stream = kept
        if self.stream.dtype != torch.int64:  # `module.type` converts every buffer
            self.stream = numbers.to(self.stream.device)
        self.stream.copy_(numbers)
        return self

    def _load_from_state_dict(self, state: dict[str, Any], prefix: str, *rest: Any) -> None:
        """Load seed and sample; weights saved without them keep those of this layer."""
        name = f"{prefix}stream"
        saved = state.setdefault(name, self.stream)
        if isinstance(saved, Tensor) and saved.is_floating_point():
            warnings.warn(
                f"{name} must be integers, got {saved.dtype}, which rounds them; the layer keeps "
                "the seed and sample that it has",
                stacklevel=2,
            )
            saved = self.stream
        if isinstance(saved, Tensor):
            # With assign=True, two layers must not count in one tensor, nor in one without data.
            state[name] = (self.stream if saved.is_meta else saved).clone()
        super()._load_from_state_dict(state, prefix, *rest)


def _number() -> int:
    """Draw 63 bits from torch's generator of the CPU."""
    return int(torch.empty((), dtype=torch.int64, device="cpu").random_())
