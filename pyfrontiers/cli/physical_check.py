"""The photographs of `pyfrontiers physical check`: finding them, progress, and the table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pyfrontiers.cli.physical_tables import verdict_table
from pyfrontiers.cli.progress import progress
from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from pyfrontiers.physical import PhotoTable

__all__ = ["classified", "show"]

_STYLE = {"adversarial": "red", "other wrong": "yellow", "correct": "green"}


def classified(
    paths: list[Path], *, target: int, right: tuple[int, ...]
) -> tuple[PhotoTable, dict[str, int]]:
    """Classify all photographs.

    Args:
        paths: files, and folders whose images are taken.
        target: index of the target class.
        right: indices of the right classes.

    Returns:
        The table, and how many files of systems and browsers were passed over, by kind.

    Raises:
        ValueError: there is no photograph, or none can be read.
    """
    from pyfrontiers.physical import check_photos

    files, passed = _files(paths)
    if not files:
        raise ValueError(f"PHOTOS must be images or folders of them, got {paths[0]} without any")
    with progress("Loading the classifier") as report:
        table = check_photos(files, target=target, right=right, report=report)
    if not table.photos:
        name, reason = next(iter(table.unreadable.items()))
        raise ValueError(
            f"PHOTOS must hold a readable picture, got {len(files)} without; {name}: {reason}"
        )
    return table, dict(passed)


def _files(paths: list[Path]) -> tuple[list[Path], Counter[str]]:
    from pyfrontiers.generalization.scanning import scanned

    passed: Counter[str] = Counter()
    files: list[Path] = []
    for path in paths:
        files += scanned(path, passed).all_pictures() if path.is_dir() else [path]
    return files, passed


def show(console: Console, table: PhotoTable, passed: dict[str, int]) -> None:
    """Print the shares, then each photograph with its five most probable classes."""
    unit = counted(len(table.photos), "photograph")
    console.print(verdict_table({"share": table.as_json()["shares"]}, unit))
    each = Table(show_header=False, box=None)
    each.add_column(overflow="fold")
    each.add_column(no_wrap=True)
    each.add_column(overflow="fold")
    for photo in table.photos:
        ranking = ", ".join(f"{label} {share:.2f}" for label, _, share in photo.ranking)
        verdict = f"[{_STYLE[photo.verdict]}]{photo.verdict}[/]"
        each.add_row(escape(photo.name), verdict, escape(ranking))
    console.print(each)
    for name in table.repeated:
        console.print(escape(f"{name}: the same picture again, not counted"), highlight=False)
    for name, reason in table.unreadable.items():
        console.print(escape(f"{name}: not counted. {reason}"), highlight=False)
    for kind, number in passed.items():
        console.print(escape(f"{number} x {kind} passed over"), highlight=False)
    console.print(
        "A classifier names one of its 1000 classes for every picture: a photograph without the "
        "object counts as other wrong.",
        style="dim",
    )
