"""The root of the `pyfrontiers` command: it only lists the subcommands.

Each subject's commands live in a file of their own beside this one; nothing heavy (torch,
streamlit) is imported before the chosen command runs, so `--help` stays quick.
"""

import typer

app = typer.Typer(
    name="pyfrontiers",
    help="The limits and new frontiers of deep learning, as running software.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()
