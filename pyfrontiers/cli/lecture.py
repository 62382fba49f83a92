"""`pyfrontiers lecture`: begin and check a lecture pack of your own."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated

import typer
from rich.console import Console

from pyfrontiers.cli.options import naming_options
from pyfrontiers.counts import counted

__all__ = ["app"]

app = typer.Typer(
    name="lecture",
    help="Begin and check a lecture of your own, to present it with `app --lecture FOLDER`.\n\n"
    "Example: pyfrontiers lecture new my-lecture",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

_FOLDER = typer.Argument(metavar="FOLDER", help="Folder of the lecture pack.")


@app.command()
def new(
    folder: Annotated[Path, _FOLDER],
    as_json: Annotated[bool, typer.Option("--json", help='Print {"files": [...]}.')] = False,
) -> None:
    """Write a lecture with two slides into a new folder, to be changed.

    Example: pyfrontiers lecture new my-lecture
    """
    from pyfrontiers.lecture.pack import write_template

    with naming_options(folder="FOLDER"):
        files = write_template(folder)
    if as_json:
        typer.echo(json.dumps({"files": [str(path) for path in files]}))
        return
    for path in files:
        typer.echo(path)
    typer.echo(f"Present it with: pyfrontiers app --lecture {folder}")


@app.command()
def check(
    folder: Annotated[Path, _FOLDER],
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"slides": ..., "faults": [...]}.')
    ] = False,
) -> None:
    """Check a lecture and list everything that is wrong, with file and line.

    The exit status is 1 if anything is wrong.

    Example: pyfrontiers lecture check my-lecture
    """
    from pyfrontiers.cli.explorer import find_app
    from pyfrontiers.lecture.pack import PackError

    find_app()
    from streamlit_app.presenting.lectures import known_pack

    slides, faults = 0, []
    try:
        pack = known_pack(folder)
        slides = sum(len(section.slides) for section in pack.sections)
    except PackError as error:
        faults = list(error.faults)
    if as_json:
        listed = [{"file": f.file, "line": f.line, "text": f.text} for f in faults]
        typer.echo(json.dumps({"slides": slides, "faults": listed}))
    elif faults:
        for fault in faults:
            typer.echo(str(fault), err=True)
    else:
        Console().print(f"{counted(slides, 'slide')}, nothing wrong.", highlight=False)
    if faults:
        raise typer.Exit(1)
