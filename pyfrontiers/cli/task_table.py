"""`pyfrontiers tasks table`: the recorded comparison of ways to balance losses, or a new one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pyfrontiers.claims.finding import number
from pyfrontiers.cli.options import naming_options
from pyfrontiers.cli.outputs import check_output_folder
from pyfrontiers.cli.progress import progress
from pyfrontiers.cli.scene_sources import Json, check_device
from pyfrontiers.cli.terminal import print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.multitask import Interval

__all__ = ["table"]


def table(
    folder: Annotated[
        Path | None,
        typer.Option(help="Train all networks again, in this folder; default: show the record."),
    ] = None,
    scenes: Annotated[
        int | None, typer.Option(min=2, help="Scenes to train on; default: as recorded.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Batches of each training; default: as recorded.")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, max=10, help="Trainings of each method; default: as recorded."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Where to compute, such as cuda; default: cpu.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare ways to balance the losses: show the recorded table, or train it again.

    Each finished training is kept in the folder; after an interruption, the same command continues.

    Example: pyfrontiers tasks table --folder runs --seeds 1 --steps 200
    """
    from dataclasses import replace

    from pyfrontiers.multitask import STUDY, task_record, train_table
    from pyfrontiers.multitask.runs import graded_of
    from pyfrontiers.multitask.table import table as rows_of

    changed = {
        name: value
        for name, value in {"scenes": scenes, "steps": steps, "seeds": seeds}.items()
        if value is not None
    }
    if folder is None:
        if changed or device is not None:
            raise ValueError(
                f"--{next(iter(changed), 'device')} must be given with --folder, which trains the "
                "networks again; the record that is shown without it stays as it is"
            )
        rows = task_record().table
    else:
        check_output_folder(folder, option="--folder")
        device = device or "cpu"
        check_device(device)
        study = replace(STUDY, **changed)
        with progress("Drawing the scenes") as report, naming_options(folder="--folder"):
            rows = rows_of(
                graded_of(train_table(folder, study=study, device=device, report=report))
            )
    if as_json:
        print_json({m: {name: asdict(x) for name, x in row.items()} for m, row in rows.items()})
    else:
        _show(rows)


def _show(rows: Mapping[str, Mapping[str, Interval]]) -> None:
    from pyfrontiers.multitask import METHODS, PAPER, PAPER_SOURCE, SCORES

    shown = Table(caption="mean over seeds with 95 % interval", caption_justify="left")
    shown.add_column("method")
    for score in SCORES.values():
        shown.add_column(f"{score.title}, {score.unit}")
    for method, row in rows.items():
        cells = [
            _cell(row[name], score.scale) if name in row else "" for name, score in SCORES.items()
        ]
        shown.add_row(METHODS[method].title, *cells)
    published = Table(caption=PAPER_SOURCE, caption_justify="left")
    for name in ("method", "IoU, %", "instances, px", "inverse depth, px"):
        published.add_column(name)
    for method, (iou, vectors, depth) in PAPER.items():
        published.add_row(METHODS[method].title, f"{iou:.1f}", f"{vectors:.2f}", f"{depth:.3f}")
    Console(soft_wrap=True).print(shown, published)


def _cell(found: Interval, scale: float) -> str:
    if found.low is None or found.high is None:
        return number(scale * found.value, 3)
    return f"{number(scale * found.value, 3)} ± {number(scale * (found.high - found.value))}"
