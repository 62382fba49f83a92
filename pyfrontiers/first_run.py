"""The first run of a caller's model on the caller's input, where most mistakes appear."""

from __future__ import annotations

import dis
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

# The exceptions that torch raises for a wrong shape, element type or class index.
_ERRORS = (RuntimeError, IndexError, NotImplementedError)


@contextmanager
def first_run(x: Tensor) -> Iterator[None]:
    """Replace an error of torch by one that names `x` and describes it.

    Args:
        x: the model's input.

    Raises:
        ValueError: instead of a RuntimeError, IndexError or NotImplementedError raised by torch,
            but not instead of their subclasses, such as `torch.OutOfMemoryError`.
    """
    try:
        yield
    except _ERRORS as error:
        if type(error) not in _ERRORS or _is_models_own(error):
            raise
        lines = str(error).strip().splitlines()
        raise ValueError(
            f"x must be an input that the model can run on, got {described(x)}; the model raised "
            f"{type(error).__name__}: {lines[0] if lines else 'without a message'}"
        ) from error


def check_finite_inputs(x: Tensor) -> None:
    """Check that no input is NaN or infinite.

    Args:
        x: (N, ...) inputs.

    Raises:
        ValueError: an element is.
    """
    wrong = ~torch.isfinite(x.detach())
    if wrong.any():
        rows = int(wrong.reshape(len(x), -1).any(1).sum())
        raise ValueError(
            f"x must be finite, got NaN or infinity in {rows} of {len(x)} inputs; leave them out "
            "or replace the values"
        )


def _is_models_own(error: Exception) -> bool:
    """Return whether a `raise` outside of torch raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_globals.get("__name__", "").startswith("torch."):
        return False
    return dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
