"""`pyfrontiers scenes train` and `evaluate`: the depth network on street scenes or a data set."""

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
    from pyfrontiers.depth import DepthEvaluation
    from pyfrontiers.uncertainty.metrics import Estimate

__all__ = ["evaluate", "train"]


class Noise(StrEnum):
    """Distribution of the noise."""

    laplace = "laplace"
    gaussian = "gaussian"


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


def train(
    output: Annotated[Path, typer.Option("--output", "-o", help="File for the weights.")],
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 1500,
    steps: Annotated[int, typer.Option(min=1, help="Batches of 16 pictures.")] = 1200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of scenes and training.")] = 0,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    p: Annotated[float, typer.Option(min=0, max=1, help="Probability of dropping.")] = 0.08,
    beta: Annotated[
        float, typer.Option(min=0, max=1, help="Weight of pixels of large variance.")
    ] = 0.5,
    device: Annotated[str, typer.Option(help="Where to train, such as cuda.")] = "cpu",
    data: _Data = None,
    layout: _Layout = Layout.kitti,
    split: _Split = "train",
    height: _Height = 64,
    width: _Width = 128,
    as_json: _Json = False,
) -> None:
    """Train a network that predicts depth and its uncertainty.

    The run is saved every half minute next to the weights. After an interruption, the same command
    continues it.

    Example: pyfrontiers scenes train -o depth.safetensors --scenes 500 --steps 800
    """
    from pyfrontiers.depth import fit_depth, load, save_weights
    from pyfrontiers.training import Checkpoint

    check_output(output)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    saved = output.with_name(f"{output.name}.checkpoint")
    with progress() as report:
        made = fit_depth(
            load(source, report=report),
            steps=steps,
            seed=seed,
            p=p,
            likelihood=likelihood.value,
            beta=beta,
            checkpoint=Checkpoint(saved),
            device=device,
            report=report,
        )
    digest = save_weights(made.model, output)
    saved.unlink(missing_ok=True)
    found = {"file": str(output), "sha256": digest, "scenes": made.scenes, "steps": steps}
    if as_json:
        print_json(found | {"seed": seed, "loss": made.losses[-1]})
    else:
        Console(soft_wrap=True).print(
            f"{made.scenes} scenes, {steps} steps, loss {made.losses[-1]:.3f}\n"
            f"weights: {escape(str(output))}, SHA-256 {digest}"
        )


def evaluate(
    weights: Annotated[
        Path | None, typer.Option(help="Weights from 'train'; default: those shipped.")
    ] = None,
    scenes: Annotated[int, typer.Option(min=1, help="Number of street scenes.")] = 50,
    samples: Annotated[int, typer.Option(min=2, help="Passes with dropout.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenes and masks.")] = 1,
    likelihood: Annotated[Noise, typer.Option(help="Distribution of the noise.")] = Noise.laplace,
    device: Annotated[str, typer.Option(help="Where to predict, such as cuda.")] = "cpu",
    data: _Data = None,
    layout: _Layout = Layout.kitti,
    split: _HeldOut = None,
    height: _Height = 64,
    width: _Width = 128,
    as_json: _Json = False,
) -> None:
    """Evaluate depth and sigma on scenes that the network has not seen.

    Intervals are over resampled scenes. AUSE is the area between the sparsification curve and that
    of an oracle, in 1/m: smaller is better.

    Example: pyfrontiers scenes evaluate --scenes 100
    """
    from pyfrontiers.depth import evaluate_depth, load_weights, trained_depth

    model = trained_depth() if weights is None else load_weights(weights)
    source = scenes_of(data, layout, split, (height, width), seed=seed, count=scenes)
    with progress() as report:
        found = evaluate_depth(
            model.to(device),
            source,
            samples=samples,
            seed=seed,
            likelihood=likelihood.value,
            report=report,
        )
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)


def _show(found: DepthEvaluation) -> None:
    table = Table(title=f"{found.scenes} scenes", title_justify="left")
    for name in ("figure", "value", "95 % interval"):
        table.add_column(name)
    rows: dict[str, Estimate | None] = {
        "mean error of inverse depth, 1/m": found.error,
        **{f"AUSE of {name}, 1/m": value for name, value in found.ause.items()},
        "AUSE of the image gradient minus that of sigma": found.gain,
        "sigma on occlusion edges / elsewhere": found.ratio,
        "sigma on car over car / car over road": found.car_ratio,
    }
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, *_cells(value))
    Console(soft_wrap=True).print(table)


def _cells(value: Any) -> tuple[str, str]:
    ends = "" if value.low is None else f"{value.low:.3g} to {value.high:.3g}"
    return f"{value.value:.3g}", ends
