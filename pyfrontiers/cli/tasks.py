"""`pyfrontiers tasks`: one network for classes, instances and depth."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pyfrontiers.cli.outputs import check_output
from pyfrontiers.cli.scene_sources import Layout, progress, scenes_of
from pyfrontiers.cli.terminal import print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.multitask import Interval

__all__ = ["app"]

app = typer.Typer(
    name="tasks",
    help="Train one network for classes, instances and depth.\n\n"
    "Example: pyfrontiers tasks train -o tasks.safetensors",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def tasks() -> None:
    """Train one network for classes, instances and depth."""


class OneTask(StrEnum):
    """A task."""

    classes = "classes"
    instances = "instances"
    depth = "depth"


class Balancing(StrEnum):
    """How the losses of the tasks are balanced."""

    fixed = "fixed"
    learned = "learned"
    exact = "learned exact"
    gradnorm = "gradnorm"
    pcgrad = "pcgrad"
    imtl_g = "imtl-g"
    dwa = "dwa"


_Data = Annotated[
    Path | None, typer.Option(help="Folder of a data set instead of street scenes; see --layout.")
]
_Layout = Annotated[Layout, typer.Option(help="Layout of the folder --data.")]
_Split = Annotated[str, typer.Option(help="Part of the data set, such as train, val or test.")]
_HeldOut = Annotated[
    str | None,
    typer.Option("--split", help="Part of the data set; default: test of nyu, val of others."),
]
_Height = Annotated[int, typer.Option(min=16, max=1024, help="Rows of a picture; even.")]
_Width = Annotated[int, typer.Option(min=16, max=1024, help="Columns of a picture; even.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command()
def train(
    output: Annotated[Path, typer.Option("--output", "-o", help="File for the weights.")],
    task: Annotated[
        list[OneTask] | None, typer.Option(help="A task; repeat it for several. Default: all.")
    ] = None,
    way: Annotated[Balancing, typer.Option(help="How losses are balanced.")] = Balancing.learned,
    weight: Annotated[
        list[float] | None,
        typer.Option(help="With --way fixed: the factor of each task's loss, in order."),
    ] = None,
    scenes: Annotated[int, typer.Option(min=2, help="Number of street scenes.")] = 800,
    steps: Annotated[int, typer.Option(min=1, help="Batches of 8 pictures.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of scenes and training.")] = 0,
    device: Annotated[str, typer.Option(help="Where to train, such as cuda.")] = "cpu",
    data: _Data = None,
    layout: _Layout = Layout.cityscapes,
    split: _Split = "train",
    height: _Height = 48,
    width: _Width = 96,
    as_json: _Json = False,
) -> None:
    """Train a network on one or more tasks.

    The run is saved every half minute next to the weights. After an interruption, the same command
    continues it.

    Example: pyfrontiers tasks train -o tasks.safetensors --way pcgrad --scenes 500 --steps 400
    """
    from pyfrontiers.multitask import TASKS, fit_tasks, load_tasks, save_network
    from pyfrontiers.training import Checkpoint

    check_output(output)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    saved = output.with_name(f"{output.name}.checkpoint")
    with progress() as report:
        made = fit_tasks(
            load_tasks(source, report=report),
            tasks=[one.value for one in task] if task else TASKS,
            way=way.value,
            weights=weight or None,
            steps=steps,
            seed=seed,
            checkpoint=Checkpoint(saved),
            device=device,
            report=report,
        )
    digest = save_network(made.model, output)
    saved.unlink(missing_ok=True)
    losses = dict(zip(made.model.tasks, made.losses[-1], strict=True))
    weights = dict(zip(made.model.tasks, made.task_weights[-1], strict=True))
    if as_json:
        print_json(
            {"file": str(output), "sha256": digest, "scenes": made.scenes, "steps": steps}
            | {"seed": seed, "way": way.value, "losses": losses, "weights": weights}
        )
        return
    lines = [f"{made.scenes} scenes, {steps} steps"]
    lines += [f"{name}: loss {losses[name]:.3f}, weight {weights[name]:.3f}" for name in losses]
    lines.append(f"weights: {escape(str(output))}, SHA-256 {digest}")
    Console(soft_wrap=True).print("\n".join(lines))


@app.command()
def evaluate(
    weights: Annotated[
        Path | None, typer.Option(help="Weights from 'train'; default: those shipped.")
    ] = None,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes.")] = 1,
    data: _Data = None,
    layout: _Layout = Layout.cityscapes,
    split: _HeldOut = None,
    height: _Height = 48,
    width: _Width = 96,
    as_json: _Json = False,
) -> None:
    """Evaluate the tasks of a network on scenes that it has not seen.

    Example: pyfrontiers tasks evaluate --scenes 100
    """
    from pyfrontiers.multitask import SCORES, evaluate_tasks, load_network, trained_tasks

    model = trained_tasks("learned") if weights is None else load_network(weights)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    with progress() as report:
        found = asdict(evaluate_tasks(model, source, report=report))
    if as_json:
        print_json(found)
        return
    shown = Table(title=f"{found['scenes']} scenes", title_justify="left")
    for name in ("figure", "value"):
        shown.add_column(name)
    for name, score in SCORES.items():
        if found[name] is not None:
            shown.add_row(score.title, f"{score.scale * found[name]:.3g} {score.unit}")
    Console(soft_wrap=True).print(shown)


@app.command()
def table(
    folder: Annotated[
        Path | None,
        typer.Option(help="Train all networks again, in this folder; default: show the record."),
    ] = None,
    scenes: Annotated[int, typer.Option(min=2, help="Scenes to train on.")] = 800,
    steps: Annotated[int | None, typer.Option(min=1, help="Batches of each training.")] = None,
    seeds: Annotated[int, typer.Option(min=1, max=10, help="Trainings of each method.")] = 3,
    device: Annotated[str, typer.Option(help="Where to train, such as cuda.")] = "cpu",
    as_json: _Json = False,
) -> None:
    """Compare ways to balance the losses: the recorded table, or the same trained anew.

    Each finished training is kept in the folder; after an interruption, the same command continues.

    Example: pyfrontiers tasks table --folder runs --seeds 1 --steps 200
    """
    from dataclasses import replace

    from pyfrontiers.multitask import STUDY, task_record, train_table
    from pyfrontiers.multitask.runs import graded_of
    from pyfrontiers.multitask.table import table as rows_of

    if folder is None:
        rows = task_record().table
    else:
        study = replace(STUDY, scenes=scenes, steps=steps or STUDY.steps, seeds=seeds)
        with progress() as report:
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


def _cell(found: Any, scale: float) -> str:
    if found.low is None:
        return f"{scale * found.value:.3g}"
    return f"{scale * found.value:.3g} ± {scale * (found.high - found.value):.2g}"
