"""Find the random functions of a model, and the batch dimension of their inputs.

A model in eval mode reveals most of its dropout: layers and functions are called, although they are
inactive. It does not reveal code such as `if self.training: x = x * torch.bernoulli(...)`, or the
probability in `dropout_p=self.p if self.training else 0`. A survey therefore runs replicas of the
model on a few copies of one input, once in eval mode and once in training mode, without masks.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from pyfrontiers.uncertainty.dropout import functions
from pyfrontiers.uncertainty.dropout.agent import Call
from pyfrontiers.uncertainty.dropout.look import Look, look_at, note_other_draws
from pyfrontiers.writes import WriteRefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Batch:
    """The position of the batch in a tensor: dimension `dim` has N x `rows` entries.

    Attributes:
        dim: the dimension.
        rows: number of entries for each input.
        inputs_first: whether entry n rows + r belongs to input n; else it is entry r N + n.
    """

    dim: int
    rows: int
    inputs_first: bool = True

    def spread(self, kept: Tensor, size: int) -> Tensor:
        """Return a mask with `rows` entries in dimension `dim` for all of `size` inputs."""
        if self.inputs_first:
            return torch.cat([kept] * size, self.dim)
        return kept.repeat_interleave(size, self.dim)


@dataclass(frozen=True)
class Survey:
    """The result of a survey.

    Attributes:
        look: the run on which the passes are modelled.
        training: names of the modules that are random only in training mode and must run in it.
        off: calls of dropouts that are inactive even in training mode.
    """

    look: Look
    training: frozenset[str] = frozenset()
    off: frozenset[Call] = frozenset()

    def batch(self, call: Call, shape: tuple[int, ...], size: int) -> Batch | None:
        """Return the position of a batch of `size` inputs in the input of a dropout.

        Args:
            call: the call of the dropout.
            shape: shape of its input in a pass.
            size: number N of inputs in a pass.

        Returns:
            None if no dimension grows with the batch, as in dropout of weights.
        """
        if call not in self.look.shapes:
            # A loop over the inputs calls a module more often, but always in the same way.
            turns = [turn for module, turn in self.look.shapes if module == call.module]
            call = Call(call.module, max(turns, default=0))
        seen = self.look.shapes.get(call)
        if self.look.size == size or seen is None or len(seen) != len(shape):
            return Batch(0, 1) if shape and shape[0] == size else None
        grown = [dim for dim, (a, b) in enumerate(zip(seen, shape, strict=True)) if a != b]
        if len(grown) != 1:
            return None
        dim = grown[0]
        rows = shape[dim] // size
        if rows * size != shape[dim] or rows * self.look.size != seen[dim]:
            return None
        if rows == 1:
            return Batch(dim, 1)
        order = self.look.repeats.get(call, {}).get(dim)
        return None if order is None else Batch(dim, rows, order)

    def only(self, layers: Collection[str], count: int) -> bool:
        """Return whether these layers, with `count` calls in total, are the only random part."""
        look = self.look
        plain = not (self.training or self.off or look.random or look.unseen or look.writes)
        return plain and len(look.on) == count and all(c.module in layers for c in look.on)


def survey(model: nn.Module, x: Tensor) -> Survey:
    """Find what is random in a model.

    Args:
        model: any module; it is not written to.
        x: (N, ...) inputs.

    Raises:
        ValueError: a module is random only in training mode, where it returns something else, or
            is random inside TorchScript.

    Warns:
        RuntimeWarning: a module draws random numbers that cannot be sampled.
    """
    _refuse_compiled(model)
    few = x[:1].repeat(3 if len(x) == 2 else 2, *([1] * (x.ndim - 1)))
    try:
        look = look_at(model, few, ())
    except (WriteRefusedError, AssertionError, RuntimeError, TypeError, ValueError, IndexError):
        few = x  # a model for a fixed number of inputs; if it fails again, the caller's own error
        look = look_at(model, few, ())
    trained = _look_in_training(model, few)
    if trained is None:
        note_other_draws(model, few, (), look)
        return Survey(_warned(look, look))
    look.unseen |= trained.unseen  # what is drawn in eval mode too, and perhaps a little more
    training = frozenset(trained.active() - look.called())
    off = frozenset(call for call, off in trained.off.items() if off)
    if training:
        again = look_at(model, few, training)
        if again.output != look.output:
            raise ValueError(
                f"model must return the same in training and eval mode to sample {_list(training)},"
                f" which is random only in training mode, got {again.output} and {look.output}"
            )
        look = again
    return Survey(_warned(look, trained), training, off)


def _refuse_compiled(model: nn.Module) -> None:
    """Raise if a TorchScript module is random: a mode cannot see inside."""
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) and (drawing := functions.drawing(module)):
            raise ValueError(
                "model must be uncompiled where it is random, got a TorchScript module"
                f"{f' {name!r}' if name else ''} that calls {drawing}; pass the module it was made "
                "from"
            )


def _look_in_training(model: nn.Module, x: Tensor) -> Look | None:
    try:
        look = look_at(model, x, None)
        note_other_draws(model, x, None, look)
        return look
    except Exception as error:  # any error of the user's model
        suspects = sorted(name for name, module in model.named_modules() if _asks(module))
        if suspects:
            warnings.warn(
                f"model could not be run in training mode ({type(error).__name__}: {error}), so "
                f"what {_list(suspects)} might draw only there is not sampled",
                RuntimeWarning,
                stacklevel=2,
            )
        return None


def _asks(module: nn.Module) -> bool:
    """Return whether the code of a module that is not torch's own reads `training`."""
    own = [kind for kind in type(module).__mro__ if not kind.__module__.startswith("torch.")]
    functions = [function for each in (module, *own) for function in vars(each).values()]
    codes = [getattr(function, "__code__", None) for function in functions]
    return any("training" in code.co_names for code in codes if code is not None)


def _warned(look: Look, trained: Look) -> Look:
    unseen = look.unseen | trained.unseen
    if unseen:
        warnings.warn(
            f"{_list(unseen)} draws random numbers from Python, NumPy or compiled code, which do "
            "not follow the seed and may be missing in the passes; draw them with torch",
            RuntimeWarning,
            stacklevel=2,
        )
    return look


def _list(names: Collection[str]) -> str:
    return ", ".join(repr(name) if name else "the model itself" for name in sorted(names))
