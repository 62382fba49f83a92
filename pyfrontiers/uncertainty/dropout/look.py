"""Run a replica of a model once without masks, and record the random functions that it calls."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from pyfrontiers.arguments import has_values
from pyfrontiers.outputs import tensors_in
from pyfrontiers.replica import Replica, replicate
from pyfrontiers.uncertainty.dropout.mode import SeeingMode
from pyfrontiers.uncertainty.dropout.structure import standard
from pyfrontiers.writes import WriteRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pyfrontiers.module_copies import Copies
    from pyfrontiers.uncertainty.dropout.agent import Call


@dataclass
class Look:
    """One run of a model without masks: an `Agent` that records the calls.

    Attributes:
        size: number of inputs.
        shapes: shape of the input of each dropout.
        repeats: for each dropout, the dimensions of its input that may be the batch: those made of
            one or more entries per input of the survey, whose inputs are equal; and whether the
            entries of one input are adjacent.
        on: for each dropout, whether the model wants it to be active.
        off: for each dropout, whether it is inactive for any probability.
        random: number of other random functions that each module calls.
        unseen: names of modules that draw from a generator that a mode cannot see.
        output: description of the output's structure.
        values: the ordinary floating-point tensors in the output.
        writes: whether the model writes to its attributes or tensors.
        copies: which tensors a replica must copy, so that no write reaches the model.
    """

    size: int
    shapes: dict[Call, tuple[int, ...]] = field(default_factory=dict)
    repeats: dict[Call, dict[int, bool]] = field(default_factory=dict)
    on: dict[Call, bool] = field(default_factory=dict)
    off: dict[Call, bool] = field(default_factory=dict)
    random: Counter[str] = field(default_factory=Counter)
    unseen: set[str] = field(default_factory=set)
    output: Any = None
    values: list[Tensor] = field(default_factory=list)
    writes: bool = False
    copies: Copies = "nothing"
    _inner: list[bool] = field(default_factory=list)

    def mask(
        self, call: Call, x: Tensor, p: float, train: bool, channels: bool, frozen: bool
    ) -> None:
        """Record the call; nothing is dropped."""
        self.shapes[call] = tuple(x.shape)
        self.on[call], self.off[call] = train and p > 0, not (train or frozen)
        if torch._C._functorch.peek_interpreter_stack() is None:  # no values to compare in vmap
            self.repeats[call] = dict(_repeats(x, self.size))

    def applied(self, call: Call, masked: Tensor) -> None:
        """Do nothing; no mask is ever applied."""

    def wrote(self, target: Any) -> None:
        """Do nothing; nothing is replayed."""

    def generator(self, call: Call, name: str, device: torch.device) -> torch.Generator:
        """Record the call, and return a generator with a fixed seed."""
        if not name.startswith("rrelu"):  # an activation, which is not random in eval mode
            self.random[call.module] += 1
        generator = torch.Generator(device)
        generator.manual_seed(0)
        return generator

    def run(self, name: str, module: nn.Module, forward: Callable[[], Any]) -> Any:
        """Run a forward, and record whether it draws from a generator that a mode cannot see."""
        if standard(module):
            return forward()
        before = _generators()
        self._inner.append(False)
        output = forward()
        inner = self._inner.pop()
        if _generators() != before:
            if not inner:
                self.unseen.add(name)
            if self._inner:
                self._inner[-1] = True
        return output

    def active(self) -> Counter[str]:
        """Return the number of active random functions that each module calls."""
        return self.random + Counter(call.module for call, on in self.on.items() if on)

    def called(self) -> Counter[str]:
        """Return how many random functions each module calls."""
        return self.random + Counter(call.module for call in self.on)


def look_at(model: nn.Module, x: Tensor, training: Collection[str] | None) -> Look:
    """Run a replica on `x`, with some modules in training mode, or all if None."""
    # Compiled code and custom operators write unseen; a copy of the buffers shows it.
    copies: Copies = "buffers"
    while True:
        replica = replicate(model, copies=copies)
        in_training(replica, training)
        look = Look(len(x))
        mode = SeeingMode(replica, look, training or ())
        replica.remember()
        try:
            with mode.one_pass() as run:
                output = run(x.clone())
                look.output = _signature(output)
                look.values = [each for each in tensors_in(output) if _comparable(each)]
        except WriteRefusedError:
            copies = "everything"
            continue
        look.writes = copies == "everything" or replica.changed()
        look.copies = copies if look.writes or training else "nothing"
        return look


def note_other_draws(
    model: nn.Module, x: Tensor, training: Collection[str] | None, look: Look
) -> None:
    """Run again, and record whether the output differs although all known generators are the same.

    The model then draws from another generator, such as one of `numpy.random.default_rng`.
    """
    if look.unseen:
        return
    again = look_at(model, x, training)
    for one, other in zip(look.values, again.values, strict=False):
        same = one.shape == other.shape and one.dtype == other.dtype
        # Sums in a different order differ by rounding.
        if not (same and torch.allclose(one, other, rtol=1e-2, atol=1e-4, equal_nan=True)):
            look.unseen.add("")


def _comparable(tensor: Tensor) -> bool:
    ordinary = has_values(tensor) and not tensor.is_nested and tensor.dtype.itemsize > 1
    return ordinary and tensor.is_floating_point()


def in_training(replica: Replica, names: Collection[str] | None) -> None:
    """Put some modules of a replica into training mode, or all if None."""
    for name, module in replica.named_modules():
        if (names is None or name in names) and not isinstance(module, torch.jit.ScriptModule):
            vars(module)["training"] = True


def _repeats(x: Tensor, size: int) -> list[tuple[int, bool]]:
    """Return the dimensions with several entries for each of `size` equal inputs, and the order."""
    found = []
    for dim, entries in enumerate(x.shape):
        rows = entries // size
        if rows < 2 or rows * size != entries or x.numel() == 0:
            continue
        line = x.detach()
        for other in reversed([each for each in range(x.ndim) if each != dim]):
            line = line.select(other, 0)
        for inputs_first in (True, False):
            parts = (size, rows) if inputs_first else (rows, size)
            few = line.reshape(parts)  # compared first, as most dimensions are not the batch
            if not torch.equal(few, few.narrow(1 - inputs_first, 0, 1).expand_as(few)):
                continue
            at = dim if inputs_first else dim + 1
            split = x.detach().reshape(*x.shape[:dim], *parts, *x.shape[dim + 1 :])
            if torch.equal(split, split.narrow(at, 0, 1).expand_as(split)):
                found.append((dim, inputs_first))
                break
    return found


def _generators() -> tuple[Any, ...]:
    numbers: Any = np.random.get_state()  # noqa: NPY002 # the state that a model may draw from
    words = (numbers[1][0], *numbers[2:])
    return random.getstate(), words, torch.get_rng_state().numpy().tobytes()


def _signature(output: Any) -> Any:
    if isinstance(output, Tensor):
        return f"a tensor of shape {tuple(output.shape)}"
    if isinstance(output, dict):
        return {key: _signature(value) for key, value in output.items()}
    if isinstance(output, tuple | list):
        return [_signature(value) for value in output]
    return type(output).__name__
