"""`pyfrontiers record`: the results that ship with the package, made again."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

__all__ = ["record"]


def record(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Records such as digit-net or C7; all when none is named."),
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the records and where they are, and stop.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the files, instead of beside the shipped ones."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print a JSON list: name, title and files (with --list the folder) of each.",
        ),
    ] = False,
) -> None:
    """Make recorded results again and replace the shipped files: claims, weights, runs.

    Each file says with which seed and version, when and on which machine it was made. Runs go side
    by side in worker processes with one thread each; benchmarks run last and alone.

    Example: pyfrontiers record digit-net C17
    """
    from pyfrontiers.recording.registry import RECIPES

    chosen = list(dict.fromkeys(RECIPES.find(name) for name in names or RECIPES))
    if list_only:
        rows = [_row(name, [RECIPES[name].folder]) for name in chosen]
    else:
        rows = _made(chosen, out)
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
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
    wait_for([job for jobs in started.values() for job in jobs])
    rows = [_row(name, finish(RECIPES[name], jobs, out)) for name, jobs in started.items()]
    for name in names:
        if name not in started:
            with Console(stderr=True).status(name):
                rows.append(_row(name, run_alone(RECIPES[name], out)))
    return rows


def _row(name: str, files: list[Path]) -> dict[str, Any]:
    from pyfrontiers.recording.registry import RECIPES

    return {"name": name, "title": RECIPES[name].title, "files": [str(file) for file in files]}
