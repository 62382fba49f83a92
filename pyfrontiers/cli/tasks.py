"""`pyfrontiers tasks`: one network for classes, instances and depth."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pyfrontiers.claims.finding import number
from pyfrontiers.cli.options import finite, naming_options
from pyfrontiers.cli.outputs import check_output
from pyfrontiers.cli.progress import progress
from pyfrontiers.cli.scene_sources import (
    MOST_STEPS,
    NAMES,
    Data,
    Device,
    Height,
    HeldOut,
    Json,
    Layout,
    LayoutOption,
    Output,
    Split,
    Weights,
    Width,
    check_device,
    scenes_of,
)
from pyfrontiers.cli.task_table import table
from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

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


@app.command()
def train(
    output: Output,
    task: Annotated[
        list[OneTask] | None,
        typer.Option(
            metavar="TASK",
            help=f"A task to train: {', '.join(OneTask)}. Repeat it for several. Default: all.",
        ),
    ] = None,
    way: Annotated[
        Balancing,
        typer.Option(
            metavar="WAY",
            help=f"How the losses are balanced: {', '.join(Balancing)}. "
            "All but the first three need several tasks.",
        ),
    ] = Balancing.learned,
    weight: Annotated[
        list[float] | None,
        typer.Option(
            callback=finite,
            help="With --way fixed: factor of a task's loss. Give one for each task, in the order "
            "classes, instances, depth. Default: equal ones.",
        ),
    ] = None,
    scenes: Annotated[int, typer.Option(min=2, help="Number of street scenes.")] = 800,
    steps: Annotated[int, typer.Option(min=1, max=MOST_STEPS, help="Batches of 8 pictures.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of scenes and training.")] = 0,
    device: Device = "cpu",
    data: Data = None,
    layout: LayoutOption = Layout.cityscapes,
    split: Split = "train",
    height: Height = 48,
    width: Width = 96,
    as_json: Json = False,
) -> None:
    """Train a network on one or more tasks.

    The run is saved every half minute next to the weights. After an interruption, the same command
    continues it.

    Example: pyfrontiers tasks train -o tasks.safetensors --way pcgrad --scenes 500 --steps 400
    """
    from pyfrontiers.multitask import TASKS, fit_tasks, load_tasks, save_network
    from pyfrontiers.multitask.balancing import balance_for
    from pyfrontiers.multitask.network import check_tasks
    from pyfrontiers.training import Checkpoint

    if weight and way is not Balancing.fixed:
        raise ValueError(f"--weight must be given only with --way fixed, got --way {way.value!r}")
    check_output(output, suffix=".safetensors")
    check_device(device)
    with naming_options(**NAMES):
        chosen = check_tasks([one.value for one in task] if task else TASKS)
        balance_for(way.value, chosen, weights=weight or None)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    saved = output.with_name(f"{output.name}.checkpoint")
    with progress("Drawing the scenes") as report, naming_options(**NAMES):
        made = fit_tasks(
            load_tasks(source, report=report),
            tasks=chosen,
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
    lines = [f"{counted(made.scenes, 'scene')}, {counted(steps, 'step')}"]
    lines += [f"{name}: loss {losses[name]:.3f}, weight {weights[name]:.3f}" for name in losses]
    lines.append(f"weights: {escape(str(output))}, SHA-256 {digest}")
    Console(soft_wrap=True).print("\n".join(lines))


@app.command()
def evaluate(
    weights: Weights = None,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes.")] = 1,
    data: Data = None,
    layout: LayoutOption = Layout.cityscapes,
    split: HeldOut = None,
    height: Height = 48,
    width: Width = 96,
    as_json: Json = False,
) -> None:
    """Evaluate the tasks of a network on scenes that it has not seen.

    Example: pyfrontiers tasks evaluate --scenes 100
    """
    from pyfrontiers.multitask import SCORES, evaluate_tasks, load_network, trained_tasks

    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    with progress("Evaluating") as report, naming_options(**NAMES):
        model = trained_tasks("learned") if weights is None else load_network(weights)
        found = asdict(evaluate_tasks(model, source, report=report))
    if as_json:
        print_json(found)
        return
    shown = Table(title=counted(found["scenes"], "scene"), title_justify="left")
    for name in ("figure", "value"):
        shown.add_column(name)
    for name, score in SCORES.items():
        if found[name] is not None:
            shown.add_row(score.title, f"{number(score.scale * found[name], 3)} {score.unit}")
    Console(soft_wrap=True).print(shown)


app.command()(table)
