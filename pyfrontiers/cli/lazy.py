"""Subcommands that are imported when they are called, and errors told in one line."""

from __future__ import annotations

import functools
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

__all__ = ["COMMANDS", "LazyGroup", "Source"]


class Source(NamedTuple):
    """Where a subcommand comes from.

    Attributes:
        module: Module below :mod:`pyfrontiers.cli`.
        name: A command's function, or the :class:`typer.Typer` of a group, in that module.
        help: One line for the list of commands.

    """

    module: str
    name: str
    help: str


#: The subcommands in the order in which the help lists them.
COMMANDS = {
    "app": Source("explorer", "app", "Open the lecture with its experiments in the browser."),
    "attack": Source("attack", "attack", "Change a photograph until a classifier errs."),
    "transcript": Source("transcript", "app", "Put a transcript of the lecture beside its slides."),
    "reproduce": Source("reproduce", "reproduce", "Measure what the lecture claims."),
    "record": Source("record", "record", "Make the results that ship with the package again."),
    "bench": Source("bench", "bench", "Time the kernels against what one would use instead."),
    "doctor": Source("doctor", "doctor", "Look at this installation and say what is missing."),
}

# A mistake of the caller or of the machine, told by its message; anything else is ours.
_TOLD = (ValueError, LookupError, OSError, RuntimeError)
_BAD_INPUT, _OUR_FAULT = 2, 3


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and one line, and imports the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, source in COMMANDS.items():
            if find_spec(f"pyfrontiers.cli.{source.module}") is not None:
                self.commands[name] = TyperCommand(name, callback=None, help=source.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command as usual, then put the real one in the place of its one line."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else _load(name), rest

    def invoke(self, ctx: Any) -> Any:
        """Run; an error is one red line, unless ``--debug`` asks for more."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Typer's own (usage errors, exits) carry their code and are shown by Typer.
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort) or ctx.params["debug"]:
                raise
            raise typer.Exit(_tell(error)) from None


@functools.cache
def _load(name: str) -> Any:
    source = COMMANDS[name]
    found = getattr(import_module(f"pyfrontiers.cli.{source.module}"), source.name)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    single = typer.Typer(
        name=name, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    single.command(name)(found)
    return typer.main.get_command(single)


def _tell(error: Exception) -> int:
    """Print what went wrong in one line; give the exit code."""
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and missing.partition(".")[0] != "pyfrontiers":
        text = f"this command needs the package {missing}: pip install 'pyfrontiers[app]'"
        code = _BAD_INPUT
    elif isinstance(error, _TOLD):
        # A KeyError's text is the repr of its message.
        said = error.args[0] if isinstance(error, KeyError) and error.args else error
        text, code = " ".join(str(said).split()) or type(error).__name__, _BAD_INPUT
    else:
        text = (
            f"{type(error).__name__}: {error} (a fault of this program; "
            "'pyfrontiers --debug ...' shows where)"
        )
        code = _OUR_FAULT
    Console(stderr=True, soft_wrap=True).print(f"[red]{escape(text)}[/red]", highlight=False)
    return code
