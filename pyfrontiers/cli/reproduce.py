"""`pyfrontiers reproduce`: measure the lecture's claims."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table

from pyfrontiers.arguments.values import as_integer
from pyfrontiers.claims.finding import side_by_side
from pyfrontiers.cli.terminal import print_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pyfrontiers.claims import Outcome
    from pyfrontiers.claims.finding import Finding

__all__ = ["reproduce"]

_COLOUR = {"pass": "green", "fail": "red", "null": "yellow"}


class ProfileName(StrEnum):
    """The profiles of a measurement."""

    quick = "quick"
    full = "full"


def reproduce(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CLAIMS", help="Claims such as C7; all measured claims if none is given."
        ),
    ] = None,
    profile: Annotated[
        ProfileName, typer.Option(help="quick: takes seconds; full: as recorded.")
    ] = ProfileName.quick,
    seed: Annotated[int, typer.Option(help="Seed of the measurement, at least 0.")] = 0,
    data: Annotated[
        str | None,
        typer.Option(
            help="Your own images: a folder with one folder per class, or CIFAR-10 or CIFAR-100, "
            "unpacked or as the archive. Only for claims that accept other data (C5)."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list with one object per claim.")
    ] = False,
) -> None:
    """Measure claims of the lecture and compare them with recorded and published figures.

    The exit code is 1 if a claim fails and 2 if a claim does not exist.

    Example: pyfrontiers reproduce C7 --profile quick --seed 0 --json

    Example: pyfrontiers reproduce C5 --data photos
    """
    from pyfrontiers.claims import CLAIMS

    chosen = list(dict.fromkeys(CLAIMS.find(name).id for name in claims or CLAIMS))
    as_integer("--seed", seed, least=0, most=2**64 - 1)
    if data is not None:
        _check_own_data(claims, chosen)
        data = str(Path(data).expanduser().resolve())
        if not Path(data).exists():
            raise ValueError(f"--data must be a folder or an archive, got {data}, which is missing")
    outcomes = _measure(chosen, profile.value, seed, data)
    if as_json:
        rows = [outcome.as_json() for outcome in outcomes]
        print_json(rows)
    else:
        _show(outcomes)
    if any(outcome.status == "fail" for outcome in outcomes):
        raise typer.Exit(1)


def _check_own_data(named: list[str] | None, chosen: list[str]) -> None:
    """Raise ValueError unless every given claim accepts the user's data."""
    from pyfrontiers.claims import CLAIMS

    accepting = [name for name in CLAIMS if CLAIMS[name].own_data_rule is not None]
    others = [name for name in chosen if name not in accepting]
    if not named or others:
        which = f"{', '.join(others)} cannot" if named else "name one of them"
        raise ValueError(
            f"--data needs claims that accept other data ({', '.join(accepting)}); {which}"
        )


def _measure(names: list[str], profile: str, seed: int, data: str | None) -> list[Outcome]:
    """Measure claims in worker processes, as the pages do, in parallel if there are enough cores.

    Each worker uses one thread, so figures do not depend on the number of cores; on a busy machine,
    one thread is much faster than several that wait for each other.
    """
    from pyfrontiers.claims import reproduce as measure
    from pyfrontiers.cli.waiting import wait_for
    from pyfrontiers.compute import submit

    jobs = [
        submit(measure, label=name, name=name, profile=profile, seed=seed, data=data)
        for name in names
    ]
    wait_for(jobs)
    return [job.result() for job in jobs]


def _show(outcomes: list[Outcome]) -> None:
    console = Console()
    table = Table(show_header=False, show_lines=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for outcome in outcomes:
        mark = f"[{_COLOUR[outcome.status]}]{outcome.status}[/]"
        seconds = outcome.provenance.seconds or 0.0
        table.add_row(
            f"[bold]{outcome.claim}[/bold]\n{mark}\n[dim]{seconds:.1f} s[/dim]", _body(outcome)
        )
    console.print(table)
    if outcomes:
        first = outcomes[0]
        console.print(f"[dim]profile {first.profile}, {escape(str(first.provenance))}[/dim]")


def _body(outcome: Outcome) -> Group:
    """Return the statement, what was measured, recorded and published, the figures, the rule."""
    found, record = outcome.finding, outcome.recorded_finding
    known = "not recorded yet" if outcome.own_data is None else "the record is of other data"
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    lines.add_row("measured", _marked(found))
    lines.add_row("recorded", known if record is None else _marked(record))
    lines.add_row("published", escape(outcome.paper or "no figure"))
    parts: list[RenderableType] = [f"[bold]{escape(outcome.statement)}[/bold]", lines]
    if found.figures or (record and record.figures):
        parts += ["", _figures(found, record)]
    return Group(*parts, "", f"[dim]passes if {escape(outcome.rule)}[/dim]")


def _figures(found: Finding, record: Finding | None) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("", "measured", "recorded") if record else ("", "measured"):
        table.add_column(title, overflow="fold")
    for row in side_by_side(found, record):
        table.add_row(*map(escape, row[: len(table.columns)]))
    return table


def _marked(found: Finding) -> str:
    return "".join(
        f"[bold]{escape(text)}[/]" if bold else escape(text) for text, bold in found.parts
    )
