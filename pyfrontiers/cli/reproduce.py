"""`pyfrontiers reproduce`: the lecture's claims, measured anew."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome, Value

__all__ = ["reproduce"]

_COLOUR = {"pass": "green", "fail": "red", "null": "yellow"}


class Thoroughness(StrEnum):
    """How much is measured."""

    quick = "quick"
    full = "full"


def reproduce(
    claims: Annotated[
        list[str] | None,
        typer.Argument(help="Claims such as C7; all that are measured when none is named."),
    ] = None,
    profile: Annotated[
        Thoroughness, typer.Option(help="quick: seconds; full: what the record holds.")
    ] = Thoroughness.quick,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list, one object for each claim.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the figures in the package as the record.")
    ] = False,
) -> None:
    """Measure what the lecture claims, and compare with the record and the published figure.

    Exit code 1 when a claim fails its rule, 2 on a claim that does not exist.

    Example: pyfrontiers reproduce C7 --profile quick --seed 0 --json
    """
    from pyfrontiers.claims import CLAIMS, write_record

    chosen = list(dict.fromkeys(CLAIMS.find(name).id for name in claims or CLAIMS))
    outcomes = [_measure(name, profile.value, seed) for name in chosen]
    if record:
        for outcome in outcomes:
            write_record(outcome)
    if as_json:
        rows = [outcome.as_json() for outcome in outcomes]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show(outcomes)
    if any(outcome.status == "fail" for outcome in outcomes):
        raise typer.Exit(1)


def _measure(name: str, profile: Any, seed: int) -> Outcome:
    from pyfrontiers.claims import reproduce as measure

    columns = (
        TextColumn("[bold]{task.fields[claim]}"),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    # On standard error and gone when done: standard output holds the result and nothing else.
    console = Console(stderr=True)
    shown = Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
    with shown as bar:
        task = bar.add_task(name, total=1.0, claim=name, note="")

        def report(fraction: float, message: str = "", data: Any = None) -> None:
            bar.update(task, completed=fraction, note=message)

        return measure(name, profile, seed, report=report)


def _show(outcomes: list[Outcome]) -> None:
    console = Console()
    table = Table(show_lines=True)
    for title in ("claim", "what the lecture says", "published", "recorded", "measured", "status"):
        table.add_column(title, overflow="fold")
    for outcome in outcomes:
        measurement = outcome.measurement
        measured = escape(measurement.summary)
        if measurement.interval is not None:
            low, high = measurement.interval
            measured += f"\n[dim]95 % interval {low:.4g} to {high:.4g}[/dim]"
        table.add_row(
            f"[bold]{outcome.claim}[/bold]\n[dim]{outcome.seconds:.1f} s[/dim]",
            f"{escape(outcome.statement)}\n[dim]passes when: {escape(outcome.rule)}[/dim]",
            escape(outcome.paper or "none"),
            escape(_figures(outcome.recorded)),
            measured,
            f"[{_COLOUR[outcome.status]}]{outcome.status}[/]",
        )
    console.print(table)
    if outcomes:
        first = outcomes[0]
        console.print(
            f"[dim]profile {first.profile}, seed {first.seed}, version {first.version}, "
            f"{escape(first.machine.cpu)}, {first.machine.cores} cores[/dim]"
        )


def _figures(value: Value | None) -> str:
    if value is None:
        return "nothing yet"
    if isinstance(value, dict):
        return "\n".join(f"{name}: {figure:.4g}" for name, figure in value.items())
    return f"{value:.4g}"
