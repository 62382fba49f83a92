"""The root of the `pyfrontiers` command, which only lists the subcommands.

Each subcommand is in a separate module that is imported when it is called, so `--help` does not
load torch or streamlit.
"""

from typing import Annotated

import typer

from pyfrontiers.cli.lazy import LazyGroup

__all__ = ["app"]

app = typer.Typer(
    name="pyfrontiers",
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("pyfrontiers"))
        raise typer.Exit


@app.callback(
    help="The limits and new frontiers of deep learning, as running software.\n\n"
    "Example: pyfrontiers app"
)
def root(
    debug: Annotated[  # read by LazyGroup, which reports errors
        bool, typer.Option("--debug", help="Show the traceback of an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Define the options of all commands."""
