"""The tables of `pyfrontiers physical`: shares of adversarial, other wrong and correct answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["show_run", "verdict_table"]


def verdict_table(rows: dict[str, dict[str, dict[str, Any]]], unit: str) -> Table:
    """Return the paper's table: a column per verdict, with counts, shares and intervals.

    Args:
        rows: for each row its name and the shares by verdict, as JSON values.
        unit: heading of the first column.
    """
    table = Table()
    table.add_column(unit, overflow="fold")
    for verdict in next(iter(rows.values())):
        table.add_column(verdict, justify="right")
    for name, shares in rows.items():
        table.add_row(name, *map(_cell, shares.values()))
    return table


def _cell(share: dict[str, Any]) -> str:
    if share["share"] is None:
        return "-"
    low, high = (100 * share[end] for end in ("low", "high"))
    return f"{100 * share['share']:.1f} %\n[dim]{low:.1f} to {high:.1f} %\n{share['count']:,}[/]"


def show_run(result: dict[str, Any], paths: list[Path]) -> None:
    """Print the held-out table and what was written."""
    console = Console()
    rows = {when: result[when] for when in ("before", "after")}
    console.print(verdict_table(rows, counted(result["poses"], "held-out pose")))
    right = ", ".join(each["label"] for each in result["right"])
    known = "right" if result["right_known"] else "assumed right, because most frequent before"
    target = result["target"]["label"]
    change = f"{255 * result['linf']:.0f}/255"
    console.print(
        escape(
            f"target {target}; {known}: {right}; largest change of the texture {change}; "
            "share, 95 % interval and number of poses"
        ),
        highlight=False,
    )
    sheet = result["sheet"]
    notes = [*result["notes"]]
    if "error" in sheet:
        notes.append(f"no print sheet: {sheet['error']}")
    else:
        notes.append(
            f"print sheet: {counted(sheet['pieces'], 'piece')} on "
            f"{counted(sheet['pages'], 'page')} ({sheet['paper']}), object "
            f"{sheet['length_mm']:.0f} mm long, stretched at most "
            f"{100 * (sheet['stretch'] - 1):.0f} %"
        )
    for note in notes:
        console.print(escape(note), highlight=False)
    where = paths[0].parent
    console.print(
        escape(f"Saved in {where}: {', '.join(path.name for path in paths)}"), highlight=False
    )
