"""Checks and errors of arguments, in the words of the command line."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["bounded", "finite", "naming_options"]


def bounded(least: float, most: float, said: str) -> Any:
    """Return an option that takes a finite number of a range.

    The parser's own range check accepts NaN, and its message does not follow the form of ours.

    Args:
        least: smallest value.
        most: largest value.
        said: its line of the help.
    """
    return typer.Option(
        metavar=f"<float {least} to {most}>", callback=_check(least, most), help=said
    )


def _check(
    least: float = -math.inf, most: float = math.inf
) -> Callable[[typer.CallbackParam, Any], Any]:
    """Return a callback that refuses numbers, one or several, out of a range, and NaN."""
    span = f" from {least} to {most}" if math.isfinite(least) else ""

    def check(option: typer.CallbackParam, value: Any) -> Any:
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is not None and not (math.isfinite(each) and least <= each <= most):
                raise ValueError(f"{option.opts[0]} must be a finite number{span}, got {each}")
        return value

    return check


finite = _check()
"""Callback of an option that takes finite numbers, without a range."""


@contextmanager
def naming_options(**options: str) -> Iterator[None]:
    """Let errors name the options that the user typed.

    The package's messages begin with the name of an argument, as in "path must be a file". Inside
    `with naming_options(path="--weights")`, this one begins with "--weights".

    Args:
        options: the option, or the name of the command's argument, for each argument.

    Raises:
        ValueError: what the block raised, a ValueError or OSError, with the option's name.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        argument, _, rest = str(error).partition(" ")
        if argument not in options:
            raise
        raise ValueError(f"{options[argument]} {rest}") from error
