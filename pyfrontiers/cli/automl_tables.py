"""Tables of `pyfrontiers automl`."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pyfrontiers.counts import counted

__all__ = ["show_result", "show_status"]


def show_result(found: dict[str, Any]) -> None:
    """Print a child's figures on the test part and where it is."""
    console = Console()
    table = Table("metric", "test part", "95 % interval", box=box.SIMPLE)
    for name, figure in found["test"].items():
        ends = figure["low"], figure["high"]
        span = "" if figure["low"] is None else f"{ends[0]:.4g} to {ends[1]:.4g}"
        table.add_row(name, f"{figure['value']:.4g}", span)
    console.print(table)
    if len(found["front"]) > 1:
        front = Table("child", *found["front"][0]["metrics"], title="front", box=box.SIMPLE)
        for row in found["front"]:
            tokens = " ".join(map(str, row["architecture"]))
            front.add_row(tokens, *(f"{value:.4g}" for value in row["metrics"].values()))
        console.print(front)
    for line in (
        f"{counted(found['parameters'], 'parameter')}; {found['trained']}.",
        found["ending"],
        f"Written to {found['folder']}; the model card is README.md.",
        *found["notes"],
    ):
        console.print(escape(line), highlight=False, soft_wrap=True)


def show_status(found: dict[str, Any]) -> None:
    """Print how many children are in each state, and the best."""
    console = Console()
    table = Table("state", "trials", box=box.SIMPLE)
    for state, count in found["trials"].items():
        table.add_row(state, f"{count:,}")
    console.print(table)
    best = found["best"]
    text = "No child is trained yet."
    if best is not None:
        metrics = ", ".join(f"{name} {value:.4g}" for name, value in best["metrics"].items())
        epochs = counted(best["epochs"], "epoch")
        text = f"Best on the validation part after {epochs}: {metrics}."
    console.print(text, highlight=False, soft_wrap=True)
    exported = "The child is written." if found["exported"] else "No child is written yet."
    console.print(exported, highlight=False)
