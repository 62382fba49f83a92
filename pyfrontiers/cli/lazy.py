"""Subcommands that are imported when called, and errors reported in one line."""

from __future__ import annotations

import errno
import functools
import inspect
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from pyfrontiers.cli.interrupts import INTERRUPTED, was_interrupted

__all__ = ["COMMANDS", "LazyGroup", "Source"]


class Source(NamedTuple):
    """The source of a subcommand.

    Attributes:
        module: Module below :mod:`pyfrontiers.cli`.
        name: Function of a command, or :class:`typer.Typer` of a group, in that module.
        help: One line for the list of commands.

    """

    module: str
    name: str
    help: str


#: The subcommands, in the order of the help.
COMMANDS = {
    "app": Source("explorer", "app", "Serve the lecture and its experiments as web pages."),
    "attack": Source("attack", "attack", "Change a photograph so that a classifier misreads it."),
    "physical": Source("physical", "app", "Make an object that is misread from every side."),
    "scenes": Source("scenes", "app", "Make street scenes with exact depth and labels."),
    "depth": Source("depth", "depth", "Predict depth and its uncertainty from a picture."),
    "tasks": Source("tasks", "app", "Train one network for classes, instances and depth."),
    "automl": Source("automl", "app", "Find a network for a data set."),
    "transcript": Source("transcript", "app", "Import a transcript to show it next to the slides."),
    "lecture": Source("lecture", "app", "Begin and check a lecture of your own."),
    "reproduce": Source("reproduce", "reproduce", "Measure the claims of the lecture."),
    "record": Source("record", "record", "Recompute the results that ship with the package."),
    "bench": Source("bench", "bench", "Time the kernels against other libraries."),
    "doctor": Source("doctor", "doctor", "Check this installation."),
}

# Errors of the user or the machine, reported by their message; others are bugs.
_EXPECTED = (ValueError, LookupError, OSError, RuntimeError)
_BAD_INPUT, _BUG = 2, 3
# What printing raises if the output is a file on a full or broken disk.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class LazyGroup(TyperGroup):
    """A group that lists commands by name and help line and imports only the one called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, source in COMMANDS.items():
            if find_spec(f"pyfrontiers.cli.{source.module}") is not None:
                self.commands[name] = TyperCommand(name, callback=None, help=source.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command, then replace its placeholder by the real one."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else _load(name), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; print an error as one red line unless ``--debug`` is given."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Typer ends these itself: errors with an exit code, and a reader such as `head` that
            # has closed the pipe.
            known = isinstance(error, (typer.Abort, BrokenPipeError))
            if known or hasattr(error, "exit_code") or ctx.params["debug"]:
                raise
            raise typer.Exit(INTERRUPTED if was_interrupted() else _report(error)) from None


@functools.cache
def _load(name: str) -> Any:
    source = COMMANDS[name]
    found = getattr(import_module(f"pyfrontiers.cli.{source.module}"), source.name)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(
            name=name, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
        )
        single.command(name)(found)
        found = single
    command = typer.main.get_command(found)
    for each in (command, *getattr(command, "commands", {}).values()):
        each.help = _unwrapped(each.help or "")
    return command


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph, as Typer does only in the first."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))


def _report(error: Exception) -> int:
    """Print the error in one line and return the exit code."""
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and missing.partition(".")[0] != "pyfrontiers":
        text = f"this command needs the package {missing}: pip install 'pyfrontiers[app]'"
        code = _BAD_INPUT
    elif isinstance(error, _EXPECTED):
        # A KeyError's text is the repr of its message.
        said = error.args[0] if isinstance(error, KeyError) and error.args else error
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            said = f"The output cannot be written: {error.strerror}."
        text, code = " ".join(str(said).split()) or type(error).__name__, _BAD_INPUT
    else:
        text = (
            f"{type(error).__name__}: {error} (a bug in pyfrontiers; "
            "'pyfrontiers --debug ...' shows the traceback)"
        )
        code = _BUG
    Console(stderr=True, soft_wrap=True).print(f"[red]{escape(text)}[/red]", highlight=False)
    return code
