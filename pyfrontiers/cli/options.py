"""Errors about arguments of the package, in the words of the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["naming_options"]


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
