"""Benchmark results as terminal tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pyfrontiers.comparison import explanation, run_conditions, times_text

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show"]

_COLOUR = {"pass": "green", "fail": "red", "absent": "yellow"}


def show(console: Console, found: dict[str, Any]) -> None:
    """Print the times, the targets, and an explanation for each missed target."""
    environment, results = found["environment"], found["results"]
    console.print(f"{escape(run_conditions(found))}; load average {environment['load_average']}")
    for peer, version in environment["peers"].items():
        if version.startswith("absent"):
            console.print(f"[yellow]{peer} is {escape(version)}; run 'make peers' to install it")
    if any(result["times"] for result in results):
        console.print(_times(results))
    if any(result["targets"] for result in results):
        console.print(_targets(results))
    for result in results:
        for target in result["targets"]:
            if target["status"] != "pass":
                why = escape(explanation(target, result))
                console.print(f"{escape(target['name'])}, {escape(target['against'])}: {why}")


def _times(results: list[dict[str, Any]]) -> Table:
    table = Table("kernel", "measurement", title="Time per call", title_justify="left")
    for heading in ("median ms", "quartiles", "GB/s"):
        table.add_column(heading, justify="right")
    for result in results:
        for number, entry in enumerate(result["times"]):
            spread, rate = entry["seconds"], entry["gb_per_second"]
            table.add_row(
                "" if number else result["kernel"],
                entry["name"],
                f"{1e3 * spread['median']:.4g}",
                f"{1e3 * spread['low']:.4g} to {1e3 * spread['high']:.4g}",
                f"{rate:.1f}" if rate else "",
                end_section=number + 1 == len(result["times"]),
            )
    return table


def _targets(results: list[dict[str, Any]]) -> Table:
    table = Table("kernel", "measurement", "baseline", title="Targets", title_justify="left")
    for heading in ("at least", "measured", "quartiles", "status"):
        table.add_column(heading, justify="right")
    for result in results:
        for number, target in enumerate(result["targets"]):
            spread, status = target["ratio"], target["status"]
            ends = [times_text(spread[end]) for end in ("low", "high")] if spread else []
            table.add_row(
                "" if number else result["kernel"],
                target["name"],
                target["against"],
                times_text(target["at_least"]),
                times_text(spread["median"]) if spread else "",
                " to ".join(ends),
                f"[{_COLOUR[status]}]{status}[/]",
                end_section=number + 1 == len(result["targets"]),
            )
    return table
