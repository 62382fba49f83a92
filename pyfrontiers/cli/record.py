"""`pyfrontiers record`: recompute the results that ship with the package."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from pyfrontiers.cli.outputs import check_output_folder
from pyfrontiers.cli.terminal import print_json

__all__ = ["record"]


def record(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMES", help="Records such as digit-net or C7; all if none is given."
        ),
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the records and their folders, then exit.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the files, instead of replacing the shipped ones."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print a JSON list of {name, title, files}; with --list, files is the folder.",
        ),
    ] = False,
) -> None:
    """Recompute recorded results (claims, weights, runs) and replace the shipped files.

    Each file states its seed, version, date and machine. Runs use parallel worker processes with
    one thread each; benchmarks run last and alone.

    Example: pyfrontiers record digit-net C17
    """
    from pyfrontiers.recording.registry import RECIPES

    chosen = list(dict.fromkeys(RECIPES.find(name) for name in names or RECIPES))
    if list_only:
        rows = [_row(name, [RECIPES[name].folder]) for name in chosen]
    else:
        for folder in {RECIPES[name].folder if out is None else out for name in chosen}:
            check_output_folder(folder, option="--out")
        rows = _made(chosen, out)
    if as_json:
        print_json(rows)
        return
    console = Console(soft_wrap=True)
    for row in rows:
        console.print(f"[bold]{escape(row['name'])}[/bold]  {escape(row['title'])}")
        for file in row["files"]:
            console.print(f"  [dim]{escape(file)}[/dim]")


def _made(names: list[str], out: Path | None) -> list[dict[str, Any]]:
    from pyfrontiers.cli.waiting import wait_for
    from pyfrontiers.recording.making import finish, run_alone, start
    from pyfrontiers.recording.registry import RECIPES

    started = {name: start(name, RECIPES[name]) for name in names if not RECIPES[name].alone}
    rows = []
    for name, jobs in started.items():
        # Write each record when it is finished, so that an interrupted command keeps the others.
        wait_for(jobs, [job for others in started.values() for job in others])
        rows.append(_row(name, finish(RECIPES[name], jobs, out)))
    for name in names:
        if name not in started:
            with Console(stderr=True).status(name):
                rows.append(_row(name, run_alone(RECIPES[name], out)))
    return rows


def _row(name: str, files: list[Path]) -> dict[str, Any]:
    from pyfrontiers.recording.registry import RECIPES

    return {"name": name, "title": RECIPES[name].title, "files": [str(file) for file in files]}
